<?php
// IDs one by one, fetched in blocks:
//
//     php client.php [port [IDs [block]]]
//
// Where an answer is lost, or this process ends with some of a block left, those IDs are skipped: no ID comes twice. So any call may
// be made again. IDs of a block are as old as the block: where they have to tell the time of a row, ask for small ones.

use Example\Rpc\IdsClient;
use Thrift\Exception\TTransportException;
use Thrift\Protocol\TBinaryProtocol;
use Thrift\Transport\{TFramedTransport, TSocket};

require __DIR__ . '/thrift.php';

final class Blocks
{
    private ?IdsClient $client = null;
    private array $ids = [];

    public function __construct(private int $port, private int $size = 100) {}

    public function next(): int
    {
        $this->ids = $this->ids ?: array_reverse($this->fetch());
        return array_pop($this->ids);
    }

    private function fetch(): array
    {
        for ($tries = 3;;) {
            try {
                return ($this->client ??= $this->connect())->generateMany($this->size);
            } catch (TTransportException $e) {
                $this->client = null;   // a late answer to the old call must not be taken for the next one's
                --$tries ?: throw $e;
            }
        }
    }

    private function connect(): IdsClient
    {
        $socket = new TSocket('127.0.0.1', $this->port);
        $socket->setSendTimeout(1000);   // milliseconds; to connect, too
        $socket->setRecvTimeout(5000);   // above the server's ticket.acquire_timeout
        $transport = new TFramedTransport($socket);
        $transport->open();
        return new IdsClient(new TBinaryProtocol($transport));
    }
}

if (realpath($argv[0]) === __FILE__) {
    $blocks = new Blocks((int) ($argv[1] ?? 9090), (int) ($argv[3] ?? 100));
    for ($i = (int) ($argv[2] ?? 10); $i > 0; $i--) {
        echo $blocks->next(), "\n";
    }
}
