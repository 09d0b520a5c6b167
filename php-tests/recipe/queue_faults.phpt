--TEST--
A queue through faults: an item whose answer is lost is put once, and none is lost, taken by two, or acknowledged twice while consumers are killed
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Queue;
$client = new Client(null, ['timeout' => 30_000, 'session_timeout' => 60_000]);
while (($what = await()) !== '') {
    [$path, $value, $priority] = explode(' ', "$what 100");
    $put = '';
    echo failed(function () use ($client, $path, $value, $priority, &$put) { $put = (new Queue($client, $path))->put($value, (int) $priority); });
    echo " $put\n";
}
PHP;
$php = start($code, client($proxy));
$put = function (string $path, string $what, string $kind, ?callable $meanwhile = null) use ($php, $proxy, $znodes) {
    $before = $proxy->dropped();
    $proxy->lose($what, $kind, $meanwhile ? 'cut' : 'pass');
    $php->say("$path item");
    if ($meanwhile) {
        eventually(fn() => $proxy->dropped() > $before, what: 'something is lost');
        $meanwhile();
        $proxy->mode('pass');
    }
    $said = $php->line();
    // What comes late comes now.
    $proxy->deliver();
    $name = substr(strrchr($said, ' '), 1);
    $there = $znodes->children("$path/entries");
    $is = $there === [$name] ? 'there once' : 'said ' . json_encode($said) . ', and there is ' . json_encode($there);
    return $is . ($proxy->dropped() > $before ? '' : ', and nothing was lost') . "\n";
};
foreach (['reply', 'request', 'late'] as $what) {
    // The first one that is created or put finds nothing above it.
    echo "$what: ", $put("/$what", $what, 'multi');
    foreach (['again' => null, 'the keeper is killed' => fn() => kill(keeper($proxy->dsn()))] as $how => $meanwhile) {
        array_map(fn($name) => $znodes->delete("/$what/entries/$name"), $znodes->children("/$what/entries"));
        echo "$what, $how: ", $put("/$what", $what, 'multi', $meanwhile);
    }
}
// It was put, taken and acknowledged before anybody could look: then it is not put again.
$taken = function (string $path) use ($server) {
    $code = '$message = (new Dig\Zookeeper\Queue(new Dig\Zookeeper\Client(), getenv("ZPATH")))->take(20); $message && $message->ack();';
    echo run($code, client($server), ['ZPATH' => $path]);
};
array_map(fn($name) => $znodes->delete("/reply/entries/$name"), $znodes->children('/reply/entries'));
echo 'done meanwhile: ', preg_match('/ unknown.*$/m', $put('/reply', 'reply', 'multi', fn() => $taken('/reply')), $found), $found[0], "\n";
// Others have put some, which are there: then this one was not put.
$others = function () use ($server) {
    echo run('for ($i = 0; $i < 3; $i++) (new Dig\Zookeeper\Queue(new Dig\Zookeeper\Client(), "/request"))->put("other");', client($server));
};
$before = count($znodes->children('/request/entries'));
$put('/request', 'request', 'multi', $others);
echo 'others meanwhile: ', count($znodes->children('/request/entries')) - $before, " put\n";
echo $php->finish();
// One is put, and the list that would show it does not come: that is seen in time, and in the time that a call may take.
foreach ([3 => 10_000, 60 => 3000] as $timeout => $call) {
    $path = "/held$timeout";
    $php = start(PRELUDE . CLIENT . <<<'PHP'
    $queue = new Dig\Zookeeper\Queue(new Client(null, ['timeout' => (int) getenv('CALL')]), getenv('ZPATH'));
    echo failed(function () { echo json_encode($GLOBALS['queue']->take((float) getenv('TAKE'))), ', '; }), "\n";
    PHP, client($proxy, ['ticket.session_timeout' => 60_000]), ['ZPATH' => $path, 'CALL' => $call, 'TAKE' => $timeout]);
    eventually(fn() => str_contains($server->ask('wchp'), "$path/taken"), what: 'it waits');
    $before = $proxy->disturbed();
    $proxy->mode('hold_lists');
    $znodes->mkdir("$path/entries/entry-100-0000000000");
    eventually(fn() => $proxy->disturbed() > $before, what: 'a list is held');
    echo "in $timeout s: ", $php->line(), "\n";
    $proxy->mode('pass');
    $php->finish();
}

// All at once.
$items = (int) (getenv('TICKET_TEST_ITEMS') ?: 300);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Queue;
$queue = new Queue(new Client(null, ['timeout' => 60_000]), '/queue');
foreach (range(1, (int) getenv('ITEMS')) as $i) {
    $item = getenv('WHO') . "-$i";
    try {
        $queue->put($item, random_int(0, 2));
        echo "$item\n";
    } catch (E\ZookeeperException $e) {
        echo $e->isOutcomeUnknown() ? "?$item\n" : get_class($e) . " {$e->getMessage()}\n";
    }
}
PHP;
$producers = array_map(fn($who) => start($code, client($proxy), ['WHO' => $who, 'ITEMS' => $items]), ['a', 'b']);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Queue;
$client = new Client(null, ['timeout' => 60_000]);
$queue = new Queue($client, '/queue');
stream_set_blocking(STDIN, false);
// Until the test has ended.
while (fgets(STDIN) !== false || !feof(STDIN)) {
    try {
        if (!$message = $queue->take(1)) continue;
        $message->ack($client->transaction()->create("/done/$message->value", (string) $message->deliveries));
    } catch (E\LockLostException $e) {
        // Another one has it.
    } catch (E\TransactionException $e) {
        if ($e->getCode() !== -110) continue;
        fwrite(fopen(getenv('LOG'), 'a'), "twice $message->value\n");
    } catch (E\ZookeeperException $e) {
        $e->isOutcomeUnknown() || in_array($e->getCode(), [-4, -7]) || fwrite(fopen(getenv('LOG'), 'a'), get_class($e) . " {$e->getMessage()}\n");
    }
}
PHP;
$znodes->create('/done');
$log = scratch('log');
$consumer = fn() => start($code, client($proxy, ['ticket.session_timeout' => 2000]), ['LOG' => $log]);
$consumers = array_map($consumer, range(1, 4));
$done = fn() => count($znodes->children('/done'));
for ($round = 0, $before = 0; $before < $items * 2 * 0.8; $round++) {
    eventually(function () use (&$before, $done) {
        $now = $done();
        return $now > $before + 15 ? $before = $now : false;
    });
    // While it holds something or does not, as it comes.
    kill($consumers[$round % 4]->pid());
    $consumers[$round % 4] = $consumer();
    match ($round % 3) {
        0 => $proxy->mode('cut'),
        1 => $proxy->lose(['reply', 'late', 'request'][intdiv($round, 3) % 3], 'multi'),
        2 => ($keepers = keepers($proxy->dsn())) && kill($keepers[array_rand($keepers)]),
    };
    usleep(20_000);
    $proxy->mode('pass');
}
$certain = $unknown = [];
foreach ($producers as $producer) {
    foreach (explode("\n", $producer->finish()) as $item) {
        $item[0] === '?' ? $unknown[] = substr($item, 1) : $certain[] = $item;
    }
}
settled(fn() => $znodes->children('/queue/entries'), []);
settled(fn() => $znodes->children('/queue/taken'), []);
$done = $znodes->children('/done');
echo count($certain) + count($unknown) - 2 * $items, ' too many, ', count(array_diff($certain, $done)), ' lost, ',
    count(array_diff($done, $certain, $unknown)), ' from nowhere, ', json_encode([$znodes->children('/queue/entries'), $znodes->children('/queue/taken')]), "\n";
$twice = array_filter($done, fn($item) => (int) $znodes->getData("/done/$item")[0] > 1);
getenv('TICKET_TEST_TELL') && fwrite(STDERR, count($unknown) . ' unknown, ' . count($twice) . " taken again, $round rounds\n");
echo @file_get_contents($log);
var_dump($round > 5);
foreach ($consumers as $one) {
    signal($one->pid(), 'KILL');
}
?>
--EXPECT--
reply: there once
reply, again: there once
reply, the keeper is killed: there once
request: there once
request, again: there once
request, the keeper is killed: there once
late: there once
late, again: there once
late, the keeper is killed: there once
done meanwhile: 1 unknown", and there is []
others meanwhile: 4 put
in 3 s: null, nothing was thrown
in 60 s: OperationTimeoutException -7 /held60/entries certain
0 too many, 0 lost, 0 from nowhere, [[],[]]
bool(true)
