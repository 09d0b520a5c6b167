--TEST--
A worker that speaks the keeper's protocol and means harm: garbage, half and endless frames, floods, paths that are none; the keeper lives, its memory is bounded, and others are served
--SKIPIF--
<?php
exec(escapeshellarg(getenv('TEST_PHP_EXECUTABLE')) . ' -n -d extension=ffi -m 2>/dev/null', $modules);
if (!in_array('FFI', $modules, true)) die('skip: this needs PHP\'s extension ffi, to say what PHP would not');
?>
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$php = start(PRELUDE . CLIENT . <<<'PHP'
$c = FFI::cdef('struct iovec { void *base; size_t length; };
    struct msghdr { void *name; unsigned named; struct iovec *parts; size_t many; void *control; size_t controlled; int flags; };
    struct passed { size_t length; int level, type, fd, padding; };
    ssize_t sendmsg(int, const struct msghdr *, int); ssize_t recv(int, void *, size_t, int); int memfd_create(const char *, unsigned);
    int ftruncate(int, long); ssize_t pwrite(int, const void *, size_t, long); int fcntl(int, int, int); int close(int);');
/** Of a client that has asked something: its connection with the keeper. */
function connection(): array {
    $sockets = fn() => array_filter(scandir('/proc/self/fd'), fn($fd) => str_starts_with((string) @readlink("/proc/self/fd/$fd"), 'socket:'));
    $before = $sockets();
    $client = new Client(null, ['timeout' => 20_000]);
    $client->exists('/');
    return [$client, (int) max(array_diff($sockets(), $before))];
}
/** Whether it is sent, which it is not where there is no room or nobody listens. */
function send(int $to, string $packet, ?int $passed = null): bool {
    $c = $GLOBALS['c'];
    [$text, $part, $message, $control] = [$c->new('char[' . strlen($packet) . ']'), $c->new('struct iovec'), $c->new('struct msghdr'), $c->new('struct passed')];
    FFI::memcpy($text, $packet, strlen($packet));
    [$part->base, $part->length] = [FFI::cast('void *', FFI::addr($text)), strlen($packet)];
    [$message->parts, $message->many] = [FFI::addr($part), 1];
    if ($passed !== null) {
        // SOL_SOCKET, SCM_RIGHTS.
        [$control->length, $control->level, $control->type, $control->fd] = [20, 1, 1, $passed];
        [$message->control, $message->controlled] = [FFI::cast('void *', FFI::addr($control)), 24];
    }
    // MSG_DONTWAIT, MSG_NOSIGNAL.
    return $c->sendmsg($to, FFI::addr($message), 0x40 | 0x4000) >= 0;
}
/** Whether the keeper hangs up; what it says before that is of no interest. */
function hung_up(int $of): bool {
    $c = $GLOBALS['c'];
    $text = $c->new('char[65536]');
    for ($end = hrtime(true) + 60e9; hrtime(true) < $end; usleep(200)) {
        while (($many = $c->recv($of, FFI::cast('void *', FFI::addr($text)), 65536, 0x40)) > 0);
        if ($many === 0) return true;
    }
    return false;
}
/** A memfd that begins with this, and has so many bytes; sealed against shrinking, growing, writing. */
function memory(string $begins, int $bytes, bool $sealed = true): int {
    $c = $GLOBALS['c'];
    $fd = $c->memfd_create('hostile', 3);
    $c->ftruncate($fd, $bytes);
    $text = $c->new('char[' . max(1, strlen($begins)) . ']');
    FFI::memcpy($text, $begins, strlen($begins));
    $c->pwrite($fd, FFI::cast('void *', FFI::addr($text)), strlen($begins), 0);
    $sealed && $c->fcntl($fd, 1033, 2 | 4 | 8);
    return $fd;
}
function number(int $of): string { for ($text = ''; $of > 127; $of >>= 7) $text .= chr($of & 127 | 128); return $text . chr($of); }
function text(string $of): string { return number(strlen($of)) . $of; }
/** What is asked as the wire has it: an ID, 20 s, the kind, and what that takes. */
function ask(int $kind, string $rest): string { static $id = 1000; return number(++$id) . number(20_000) . number($kind) . $rest; }
// What Request in src/wire/mod.rs begins with.
[$create, $get, $set, $exists, $children, $watch, $rearm, $delete, $acl, $sync, $multi, $many, $descendants, $auth] = [1, 2, 3, 4, 5, 6, 8, 10, 11, 13, 14, 15, 16, 17];
$tries = [
    'garbage' => function () { for ($i = 0; $i < 20; $i++) { [$client, $fd] = connection(); send($fd, random_bytes(random_int(1, 200))); send($fd, "\xff\xff"); hung_up($fd) || print("$i stays\n"); } },
    'half frames' => function () use ($set) {
        $whole = "\0" . ask($set, text('/a') . text(str_repeat('x', 100)) . "\0");
        foreach ([1, 3, 5, 20, strlen($whole) - 1] as $length) { [$client, $fd] = connection(); send($fd, substr($whole, 0, $length)); hung_up($fd) || print("$length stays\n"); }
        // It says that there is more than there is.
        [$client, $fd] = connection(); send($fd, "\0" . ask($set, text('/a') . number(1 << 62))); hung_up($fd) || print("endless stays\n");
    },
    'long frames' => function () use ($set) {
        $open = memory('', 1 << 20, false);
        foreach ([[memory('', 0)], [memory('', (1 << 28) - 1)], [memory('', 1 << 40)], [$open], [0], [null], [memory('', 100), "\1\1"]] as $i => $long) {
            [$fd, $packet] = $long + [1 => "\1"];
            [$client, $to] = connection();
            for ($times = 0; $times < 20; $times++) send($to, $packet, $fd);
            hung_up($to) || print("$i stays\n");
        }
    },
    'no paths' => function () use ($create, $get, $exists, $children, $watch, $delete, $acl, $sync, $many, $descendants) {
        foreach (['', 'x', '//', '/a/', '/a//b', "/\0", '/.', '/../x', "/\u{1}", str_repeat('/a', 5000), '/zookeeper/config'] as $path) {
            [$client, $fd] = connection();
            foreach ([[$get, "\0"], [$exists, "\1\7"], [$children, "\1\x8"], [$watch, "\1\x9"], [$delete, "\0"], [$acl, ''], [$sync, ''], [$descendants, '']] as [$kind, $rest])
                send($fd, "\0" . ask($kind, text($path) . $rest)) || print("$kind not sent\n");
            foreach ([0, 1, 2] as $mode) send($fd, "\0" . ask($create, text($path) . text('v') . "\1\x1f" . text('world') . text('anyone') . chr($mode) . ($mode ? ($mode === 1 ? "\1" : '') : "\1\0")));
            send($fd, "\0" . ask($many, "\2" . text($path) . text($path)));
            send($fd, "\0\xff\xff");
            hung_up($fd) || print("$path stays\n");
        }
    },
    'a flood' => function () use ($exists) {
        // Nobody listens to the answers.
        [$client, $fd] = connection();
        for ($sent = 0, $end = hrtime(true) + 1e9; hrtime(true) < $end;) $sent += (int) send($fd, "\0" . ask($exists, text('/') . "\0"));
        $sent > 100 || print("only $sent\n");
    },
    'watches' => function () use ($rearm) {
        [$client, $fd] = connection();
        for ($all = '', $i = 0; $i < 150_000; $i++) $all .= number($i) . text('/none') . "\4\0";
        $all = ask($rearm, number(150_000) . $all);
        for ($times = 0; $times < 3; $times++) send($fd, "\1", memory($all, strlen($all)));
        send($fd, "\0\xff\xff");
        hung_up($fd) || print("stays\n");
    },
    'long watches' => function () use ($rearm) {
        [$client, $fd] = connection();
        for ($times = 0, $number = 0; $times < 40; $times++) {
            for ($all = '', $i = 0; $i < 1000; $i++) $all .= number(++$number) . text('/none' . str_repeat('x', 10_000)) . "\4\0";
            $all = ask($rearm, number(1000) . $all);
            for ($all = memory($all, strlen($all)), $end = hrtime(true) + 20e9; !send($fd, "\1", $all) && hrtime(true) < $end;) usleep(1000);
            $GLOBALS['c']->close($all);
        }
        send($fd, "\0\xff\xff");
        hung_up($fd) || print("stays\n");
    },
    'credentials' => function () use ($auth) {
        // Each is accepted, where it is presented.
        [$client, $fd] = connection();
        for ($i = 0; $i < 300; $i++) {
            $one = ask($auth, text('digest') . text("$i:" . str_repeat('x', 1_000_000)));
            for ($one = memory($one, strlen($one)), $end = hrtime(true) + 20e9; !send($fd, "\1", $one) && hrtime(true) < $end;) usleep(1000);
            $GLOBALS['c']->close($one);
        }
        send($fd, "\0\xff\xff");
        hung_up($fd) || print("stays\n");
    },
    'much at once' => function () use ($set) {
        [$client, $fd] = connection();
        echo "pause\n";
        await();
        $one = ask($set, text('/none') . number(8 << 20));
        $one = memory($one, strlen($one) + (8 << 20) + 1);
        for ($times = 0; $times < 60; $times++) send($fd, "\1", $one) || print("not sent\n");
        send($fd, "\0\xff\xff");
        // The keeper takes as much of it as it does.
        usleep(300_000);
        echo "resume\n";
        await();
        hung_up($fd) || print("stays\n");
    },
];
$number = new Number();
$number->generate();
$client = new Client(null, ['timeout' => 20_000]);
$lock = new Dig\Zookeeper\Lock($client, '/locks/a');
$lock->acquire(20);
foreach ($tries as $name => $try) {
    $try();
    $client->makePath('/served');
    $client->set('/served', $name);
    echo $client->get('/served'), ' ', $number->generate() > 0, ' ', $lock->isHeld() ? 'held' : 'lost', "\n";
    await();
}
PHP, client($server, ['extension' => 'ffi', 'ffi.enable' => 1, 'ticket.session_timeout' => 60_000]));
$keeper = null;
while (($line = $php->line()) !== '') {
    if ($line === 'pause') {
        $server->pause();
    } elseif ($line === 'resume') {
        $server->resume();
    } else {
        $keeper ??= keeper($server->dsn());
        preg_match('/^VmHWM:\s+(\d+) kB/m', (string) @file_get_contents("/proc/$keeper/status"), $most);
        echo $line, ': ', match (true) { !$most => 'the keeper is gone', $most[1] > 200_000 => "$most[1] kB", default => 'bounded' }, "\n";
    }
    $php->say('go');
}
echo $php->finish();
?>
--EXPECT--
garbage 1 held: bounded
half frames 1 held: bounded
long frames 1 held: bounded
no paths 1 held: bounded
a flood 1 held: bounded
watches 1 held: bounded
long watches 1 held: bounded
credentials 1 held: bounded
much at once 1 held: bounded
