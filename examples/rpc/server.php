<?php
// IDs in blocks, over Thrift (framed transport, binary protocol):
//
//     apt install thrift-compiler php-thrift          or: composer require apache/thrift
//     cd examples/rpc && thrift -r --gen php:server ticket.thrift
//     php -d extension=ticket.so server.php [port [workers]]
//
// The library's TSimpleServer serves one connection at a time, and its TForkingServer forks for each. Here so many workers accept on
// one socket, and each serves one connection at a time: as many workers as clients that stay connected. One that is silent for a
// minute is left. A worker that dies is replaced; SIGTERM ends all, each after the answer it is at. With many more clients than
// that, serve the same Processor from an event loop (Swoole, ReactPHP): generateMany() does no I/O.

use Dig\Ticket\Number;
use Dig\Ticket\Exception\TicketException;
use Example\Rpc\{BadRequest, IdsIf, IdsProcessor, Unavailable};
use Thrift\Exception\TException;
use Thrift\Protocol\TBinaryProtocol;
use Thrift\Transport\{TFramedTransport, TSocket};

require __DIR__ . '/thrift.php';

const MOST = 1000;
const SILENT_MS = 60_000;

final class Ids implements IdsIf
{
    public function generateMany($count): array
    {
        // It ends after the answer.
        pcntl_sigprocmask(SIG_BLOCK, [SIGTERM]);
        if ($count < 1 || $count > MOST) {
            throw new BadRequest(['message' => 'count must be from 1 to ' . MOST . ", and is $count"]);
        }
        try {
            return (new Number())->generateMany($count);
        } catch (TicketException $e) {
            throw new Unavailable(['message' => $e->getMessage(), 'kind' => $e::class]);
        }
    }
}

function work($listening, int $parent): never
{
    pcntl_signal(SIGINT, SIG_IGN);   // Ctrl-C is the parent's
    pcntl_sigprocmask(SIG_UNBLOCK, [SIGTERM, SIGINT, SIGCHLD]);
    $processor = new IdsProcessor(new Ids());
    while (posix_getppid() === $parent) {
        if (!$connection = @stream_socket_accept($listening, 1)) {
            continue;
        }
        $socket = new TSocket();
        $socket->setHandle($connection);
        $socket->setRecvTimeout(SILENT_MS);
        $socket->setSendTimeout(SILENT_MS);
        $protocol = new TBinaryProtocol(new TFramedTransport($socket));
        try {
            do {
                $processor->process($protocol, $protocol);
                // Here it ends, if it is to.
                pcntl_sigprocmask(SIG_UNBLOCK, [SIGTERM]);
            } while (posix_getppid() === $parent);
        } catch (TException) {
            // It has gone, or sent what is not Thrift.
        } catch (Throwable $e) {
            fwrite(STDERR, "ticket: $e\n");
        }
        $socket->close();
        pcntl_sigprocmask(SIG_UNBLOCK, [SIGTERM]);
    }
    exit(0);
}

/** Ends all workers, and this. */
function end_all(array $workers, string $why = ''): never
{
    foreach ($workers as $pid => $_) {
        posix_kill($pid, SIGTERM);
    }
    foreach ($workers as $pid => $_) {
        pcntl_waitpid($pid, $status);
    }
    $why === '' || fwrite(STDERR, "ticket: $why\n");
    exit($why === '' ? 0 : 1);
}

[$port, $count] = [(int) ($argv[1] ?? 9090), (int) ($argv[2] ?? 4)];
foreach (['pcntl', 'posix', 'ticket'] as $needed) {
    extension_loaded($needed) || end_all([], "this PHP has not loaded the extension $needed");
}
$listening = @stream_socket_server("tcp://127.0.0.1:$port", $code, $why) or end_all([], "cannot listen on port $port: $why");
stream_set_blocking($listening, false);   // another worker may have taken what this one was woken for
$signals = [SIGTERM, SIGINT, SIGCHLD];
pcntl_sigprocmask(SIG_BLOCK, $signals);
$parent = getmypid();
for ($workers = [], $short = 0;;) {
    while (count($workers) < $count) {
        $pid = pcntl_fork();
        $pid === 0 && work($listening, $parent);
        $pid > 0 || end_all($workers, 'cannot fork: ' . pcntl_strerror(pcntl_get_last_error()));
        $workers[$pid] = hrtime(true);
    }
    if (pcntl_sigwaitinfo($signals) !== SIGCHLD) {
        end_all($workers);
    }
    while (($pid = pcntl_waitpid(-1, $status, WNOHANG)) > 0) {
        $short = hrtime(true) - ($workers[$pid] ?? 0) < 1e9 ? $short + 1 : 0;
        unset($workers[$pid]);
    }
    // One that cannot begin would be forked again and again.
    $short < 10 * $count || end_all($workers, 'workers end as soon as they begin; PHP\'s log of errors says why');
    usleep(min(1000, 10 * $short) * 1000);
}
