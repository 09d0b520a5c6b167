<?php
require __DIR__ . '/../lib/client.php';
// A server that is cut off goes on to serve for 5 s, longer than a session lasts.
$ensemble = new Ensemble(['tickTime' => 500, 'syncLimit' => 10, 'initLimit' => 20], true);
$serves = fn(int $id) => str_contains($ensemble->servers[$id]->ask('srvr', 0.5), 'Mode:');
$leader = fn() => array_search($ensemble->leader(), $ensemble->servers, true);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Lock;
$client = new Client(null, ['session_timeout' => 2000, 'timeout' => 60_000]);
$lock = new Lock($client, '/lock');
while (($what = await()) !== '') {
    if ($what === 'acquire') {
        $lock->acquire();
        echo hrtime(true), " {$lock->token()}\n";
    } elseif ($what === 'hold') {
        // When it was seen last that it is held, for as long as it is.
        for ($held = 0; $lock->isHeld(); usleep(200)) {
            $held = $now ?? 0;
            $now = hrtime(true);
        }
        echo "$held\n";
    } else {
        $lock->release();
        echo "released\n";
    }
}
PHP;
foreach (['follower' => ['drop_all', 'deaf'], 'leader' => ['drop_all', 'cut']] as $who => $modes) {
    foreach ($modes as $mode) {
        $led = $leader();
        $id = $who === 'leader' ? $led : $led % 3 + 1;
        [$other, $third] = array_values(array_diff([1, 2, 3], [$id]));
        $holder = start($code, client($ensemble->servers[$id]));
        $waiter = start($code, client("{$ensemble->servers[$other]->dsn()},{$ensemble->servers[$third]->dsn()}"));
        $holder->say('acquire');
        [, $first] = explode(' ', $holder->line());
        $waiter->say('acquire');
        $znodes = new Znodes($ensemble->servers[$other]);
        eventually(fn() => count($znodes->children('/lock')) === 2, what: 'the other one waits');
        $znodes->close();
        $holder->say('hold');
        usleep(500_000);
        $ensemble->part($id, $mode);
        [$granted, $second] = explode(' ', $waiter->line());
        $held = $holder->line();
        echo "$who $mode: ", json_encode([$held > 0, $held < $granted, $second > $first]), "\n";
        $ensemble->part($id, 'pass');
        eventually(fn() => $serves(1) && $serves(2) && $serves(3), what: 'all serve');
        $waiter->say('release');
        $waiter->line();
        $waiter->finish();
        $holder->finish();
    }
}
?>
