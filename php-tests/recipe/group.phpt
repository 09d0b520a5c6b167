--TEST--
A group: members join, change, leave and die; it is there again after a killed keeper and an expired session; what is no member's; forks
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Group;
/** Who is there, by name. */
function members(Group $group): string {
    $all = array_map(fn($one) => "$one[member] " . json_encode($one['meta']), $group->members());
    sort($all);
    return implode(', ', $all);
}
$client = new Client(null, ['timeout' => 30_000]);
$group = new Group($client, '/groups/a');
PHP;
$member = fn(string $name) => start($code . <<<'PHP'
$registration = $group->join(getenv('MEMBER'), ['pid' => 0]);
echo $registration->getPath(), "\n";
while (($what = await()) !== '') {
    match ($what) {
        'update' => $registration->update(getenv('MEMBER'), ['pid' => 1]),
        'unregister' => $registration->unregister(),
        'is' => print(json_encode($registration->isRegistered()) . ' '),
    };
    echo members($group), "\n";
}
PHP, discovery($proxy), ['MEMBER' => $name]);
$look = function (string $expected) use ($code, $server) {
    $php = start($code . 'while (await() !== "") echo members($group), "\n";', client($server));
    $seen = settled(function () use ($php) {
        $php->say('look');
        return $php->line();
    }, $expected);
    $php->finish();
    return "$seen\n";
};
echo 'nobody: ', $look('');
[$one, $two, $same] = [$member('one'), $member('two'), $member('one')];
$paths = array_map(fn($php) => $php->line(), [$one, $two, $same]);
var_dump(count(array_unique($paths)), count(preg_grep('~^/groups/a/[^/]+$~', $paths)));
echo $look('one {"pid":0}, one {"pid":0}, two {"pid":0}');
$say = function (object $php, string $what) {
    $php->say($what);
    return "$what: {$php->line()}\n";
};
echo $say($two, 'update'), $say($same, 'unregister'), $say($one, 'is');
// Whatever becomes of keepers and sessions, it is there again, and PHP does nothing for it.
foreach (keepers($proxy->dsn()) as $keeper) {
    kill($keeper);
}
echo 'keepers killed: ', $look('one {"pid":0}, two {"pid":1}');
foreach ([$paths[0], $paths[1]] as $path) {
    eventually(fn() => $znodes->getData($path));
    $znodes->expire($znodes->getData($path)[2]);
}
echo 'expired: ', $look('one {"pid":0}, two {"pid":1}');
$znodes->delete($paths[0]);
echo 'deleted: ', $look('one {"pid":0}, two {"pid":1}');
// Others' znodes are no members; nor is one that cannot be read as one.
foreach (['text', '{}', '{"address":1,"meta":{}}', '{"address":"x","meta":1}', "\0", ''] as $i => $value) {
    $znodes->create("/groups/a/other$i", $value);
}
echo 'others: ', $look('one {"pid":0}, two {"pid":1}');
kill($two->pid());
echo 'killed: ', $look('one {"pid":0}');
echo $one->finish(), 'ended: ', $look('');
// As many as there are, more than are read at once.
echo run($code . <<<'PHP'
for ($i = 0; $i < 250; $i++) $all[] = $group->join("m$i", ['i' => $i]);
$members = $group->members();
var_dump(count($members), array_keys($members) === range(0, 249), array_sum(array_map(fn($one) => $one['meta']['i'], $members)));
var_dump(count(array_unique(array_column($members, 'id'))), array_keys($members[0]));
// A fork's is its own.
if (!pcntl_fork()) {
    echo json_encode($all[0]->isRegistered()), ' ', failed(fn() => $all[0]->update('x')), "\n";
    $own = $group->join('fork');
    echo count($group->members()), "\n";
    exit;
}
pcntl_wait($status);
for ($end = hrtime(true) + 30e9; count($group->members()) > 250 && hrtime(true) < $end;) usleep(1000);
echo count($group->members()), "\n";
// Mistakes.
foreach ([
    fn() => new Group($client, '/'), fn() => new Group($client, 'x'), fn() => new Group($client, '/' . str_repeat('x', 2000)),
    fn() => $group->join("\xff"), fn() => $group->join('x', ['x' => "\xff"]), fn() => $group->join('x', [1 => NAN]),
    fn() => $group->join('x', ['x' => str_repeat('x', 2_000_000)]), fn() => clone $group, fn() => serialize($group),
] as $mistake) {
    echo substr(thrown($mistake), 0, 150), "\n";
}
$client->close();
echo failed(fn() => $group->members()), "\n";
PHP, discovery($server)), "\n";
?>
--EXPECT--
nobody: 
int(3)
int(3)
one {"pid":0}, one {"pid":0}, two {"pid":0}
update: one {"pid":0}, one {"pid":0}, two {"pid":1}
unregister: one {"pid":0}, two {"pid":1}
is: true one {"pid":0}, two {"pid":1}
keepers killed: one {"pid":0}, two {"pid":1}
expired: one {"pid":0}, two {"pid":1}
deleted: one {"pid":0}, two {"pid":1}
others: one {"pid":0}, two {"pid":1}
killed: one {"pid":0}
ended: 
int(250)
bool(true)
int(31125)
int(250)
array(3) {
  [0]=>
  string(6) "member"
  [1]=>
  string(4) "meta"
  [2]=>
  string(2) "id"
}
false InvalidStateException -9 - certain
251
250
ValueError: Dig\Zookeeper\Group::__construct(): Argument #2 ($path) must name a znode below the root, with 1024 bytes at the most
ValueError: Dig\Zookeeper\Group::__construct(): Argument #2 ($path) must begin with a slash
ValueError: Dig\Zookeeper\Group::__construct(): Argument #2 ($path) must name a znode below the root, with 1024 bytes at the most
ValueError: Dig\Zookeeper\Group::join(): Argument #1 ($member) must be such that JSON can hold it: Malformed UTF-8 characters, possibly incorrectly en
ValueError: Dig\Zookeeper\Group::join(): Argument #2 ($meta) must be such that JSON can hold it: Malformed UTF-8 characters, possibly incorrectly enco
ValueError: Dig\Zookeeper\Group::join(): Argument #2 ($meta) must be such that JSON can hold it: Inf and NaN cannot be JSON encoded
ValueError: Dig\Zookeeper\Group::join(): Argument #2 ($meta) must leave room: with the address it is 2000031 bytes of JSON, and may be 4096
Error: Trying to clone an uncloneable object of class Dig\Zookeeper\Group
Exception: Serialization of 'Dig\Zookeeper\Group' is not allowed
ClosedException -116 /groups/a certain
