--TEST--
What happens while a watch cannot see it is told afterwards: another connection, session, session of one's own, or keeper
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server(['tickTime' => 500]);
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . WATCH . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000]);
// How it came to be lost depends on who was faster.
$client->onSession(fn($state) => in_array($state, [SessionState::Expired, SessionState::Connected], true) && note('session')($state));
noted($client, 1);
foreach (['/cut', '/expired', '/bound', '/lost', '/keeper'] as $at) {
    $client->get("$at/set", note('set'));
    $client->get("$at/gone", note('gone'));
    $client->get("$at/new", note('new'));
    $client->exists("$at/none", note('none'));
    $client->getChildren("$at/parent", note('parent'));
    $client->getChildren("$at/gone", note('no parent'));
    $client->get("$at/same", note('same'));
    $client->exists("$at/never", note('same: none'));
    $client->getChildren("$at/same", note('same: children'));
    $stays = $client->watch("$at/set", note('stays'));
    $below = $client->watch("$at/parent", note('below'), true);
    echo "armed\n";
    [$do, $many] = explode(' ', await());
    if ($do === 'bind') $client->getSessionId();
    if ($do === 'ask') {
        // What is asked next, and shows it, is answered when all is told.
        $client->exists("$at/none");
        echo count($notes) >= 8 ? "told before\n" : 'only ' . implode(', ', $notes) . " before\n";
    }
    echo str_replace(', ', "\n", noted($client, (int) $many));
    if ($at === '/lost') echo failed(fn() => $client->getState()), "\n";
    echo "told\n";
    // What was not changed is armed as it was.
    await();
    echo noted($client, 3);
    $stays->cancel();
    $below->cancel();
}
PHP;
foreach (['cut', 'expired', 'bound', 'lost', 'keeper'] as $at) {
    $znodes->mkdir("/$at");
    array_map(fn($name) => $znodes->create("/$at/$name"), ['set', 'gone', 'new', 'parent', 'same']);
}
$php = start($code, client($proxy, ['ticket.session_timeout' => 20_000]));
$until = function (string $line) use ($php) {
    while (($said = $php->line()) !== $line) {
        if ($said === '' && feof($php->pipes[1])) exit('It has ended: ' . stream_get_contents($php->pipes[2]));
        echo "$said\n";
    }
};
// How each is disturbed, what the client does then, and how much it is told.
foreach ([
    'cut' => [fn() => null, 'ask 9'],
    'expired' => [function () use ($server, $znodes) {
        // The one that has the watches is among those that are left.
        foreach (array_keys($server->sessions()) as $session) {
            sprintf('0x%x', $session) === $znodes->session || thrown(fn() => $znodes->expire(sprintf('0x%x', $session)));
        }
    }, 'look 9'],
    'bound' => [null, 'bind 10'],
    'lost' => [function () use ($proxy) { kill(keepers($proxy->dsn())[0]); }, 'look 10'],
    'keeper' => [function () use ($proxy) { kill(keepers($proxy->dsn())[0]); }, 'look 9'],
] as $at => [$disturb, $do]) {
    $until('armed');
    echo "-- $at\n";
    if ($disturb) {
        $proxy->mode('cut');
        $disturb();
    }
    $znodes->set("/$at/set", 'x');
    array_map(fn($name) => $znodes->delete("/$at/$name"), ['gone', 'new']);
    array_map(fn($name) => $znodes->create("/$at/$name"), ['new', 'none', 'parent/x']);
    $proxy->mode('pass');
    $php->say($do);
    $until('told');
    $znodes->set("/$at/same", 'x');
    array_map(fn($name) => $znodes->create("/$at/$name"), ['never', 'same/x']);
    $php->say('go on');
}
echo $php->finish(), "\n";
?>
--EXPECT--
-- cut
told before
below RESYNC /cut/parent
gone DELETED /cut/gone
new CHANGED /cut/new
no parent DELETED /cut/gone
none CREATED /cut/none
parent CHILD /cut/parent
session Connected
set CHANGED /cut/set
stays RESYNC /cut/set
same CHANGED /cut/same, same: none CREATED /cut/never, same: children CHILD /cut/same
-- expired
below RESYNC /expired/parent
gone DELETED /expired/gone
new CHANGED /expired/new
no parent DELETED /expired/gone
none CREATED /expired/none
parent CHILD /expired/parent
session Connected
set CHANGED /expired/set
stays RESYNC /expired/set
same CHANGED /expired/same, same: none CREATED /expired/never, same: children CHILD /expired/same
-- bound
below CREATED /bound/parent/x
below RESYNC /bound/parent
gone DELETED /bound/gone
new DELETED /bound/new
no parent DELETED /bound/gone
none CREATED /bound/none
parent CHILD /bound/parent
set CHANGED /bound/set
stays CHANGED /bound/set
stays RESYNC /bound/set
same CHANGED /bound/same, same: none CREATED /bound/never, same: children CHILD /bound/same
-- lost
below RESYNC /lost/parent
gone DELETED /lost/gone
new CHANGED /lost/new
no parent DELETED /lost/gone
none CREATED /lost/none
parent CHILD /lost/parent
session Expired
session Connected
set CHANGED /lost/set
stays RESYNC /lost/set
SessionExpiredException -112 - certain
same CHANGED /lost/same, same: none CREATED /lost/never, same: children CHILD /lost/same
-- keeper
below RESYNC /keeper/parent
gone DELETED /keeper/gone
new CHANGED /keeper/new
no parent DELETED /keeper/gone
none CREATED /keeper/none
parent CHILD /keeper/parent
session Connected
set CHANGED /keeper/set
stays RESYNC /keeper/set
same CHANGED /keeper/same, same: none CREATED /keeper/never, same: children CHILD /keeper/same
