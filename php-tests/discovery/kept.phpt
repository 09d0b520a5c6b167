--TEST--
A registration is made again whatever becomes of its znode, its session, the servers and the keeper, and PHP does nothing for it
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
$proxy = new Proxy($server);
$code = PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
$one = (new Discovery())->register('web', 'a:1');
$two = (new Discovery('/other'))->register('api', 'a:1', ['n' => 1]);
echo $one->getPath(), "\n", $two->getPath(), "\n";
while (await() !== 'end') echo json_encode([soon(fn() => $one->isRegistered() && $two->isRegistered()), $one->getPath(), $two->getPath()]), "\n";
PHP;
$php = start($code, discovery($proxy));
$paths = [$php->line(), $php->line()];
$values = ['{"address":"a:1","meta":{}}', '{"address":"a:1","meta":{"n":1}}'];
$znodes = new Znodes($server);
$owner = function () use (&$znodes, $paths) {
    return array_map(fn($path) => $znodes->getData($path)[2] ?? null, $paths);
};
/** Disturbs it, and looks whether all is there again, in a session of which this holds. */
$again = function (string $what, callable $disturb, bool $another) use (&$znodes, $owner, $paths, $values, $php) {
    $before = $owner();
    $disturb();
    $is = function () use (&$znodes, $owner, $paths, $values, $before, $another) {
        [$one, $two] = $owner();
        return $one !== null && $one === $two && ($one !== $before[0]) === $another
            && array_map(fn($path) => $znodes->getData($path)[0], $paths) === $values;
    };
    eventually($is, 60, $what);
    $php->say('look');
    $said = $php->line();
    echo "$what: ", $said === json_encode([true, ...$paths]) ? 'there again' : $said, "\n";
};
$again('deleted', function () use (&$znodes, $paths) {
    $znodes->delete($paths[0]);
}, false);
$again('deleted with all above', function () use (&$znodes, $paths) {
    // It is made again meanwhile.
    eventually(function () use (&$znodes, $paths) {
        try {
            foreach ([$paths[1], dirname($paths[1]), '/other'] as $path) {
                $znodes->delete($path);
            }
        } catch (Exception $e) {
            return $e->getCode() === -101;
        }
        return true;
    }, what: 'the delete');
}, false);
$again('in the place of another one', function () use (&$znodes, $paths) {
    eventually(function () use (&$znodes, $paths) {
        try {
            $znodes->delete($paths[0]);
            $znodes->create($paths[0], 'somebody else');
        } catch (Exception $e) {
            return false;
        }
        return true;
    }, what: 'the replacement');
}, false);
$again('connection lost', fn() => $proxy->mode('cut') ?? $proxy->mode('pass'), false);
$again('session expired', function () use (&$znodes, $owner) {
    $znodes->expire($owner()[0]);
}, true);
$keeper = fn() => kill(keeper($proxy->dsn()));
$again('keeper killed', $keeper, true);
$again('keeper killed again', $keeper, true);
$again('servers restarted', function () use ($server, &$znodes) {
    $server->kill();
    $server->start();
    $znodes = new Znodes($server);
}, false);
$again('servers wiped', function () use ($server, &$znodes) {
    $server->wipe();
    $znodes = new Znodes($server);
}, true);
$again('keeper killed while a server is away', function () use ($server, &$znodes, $keeper) {
    $server->kill();
    $keeper();
    $server->start();
    $znodes = new Znodes($server);
}, true);
$php->say('end');
echo $php->finish(), "\n";
eventually(fn() => !registered($znodes) && !registered($znodes, '/other/api'), what: 'none is left');
?>
--EXPECT--
deleted: there again
deleted with all above: there again
in the place of another one: there again
connection lost: there again
session expired: there again
keeper killed: there again
keeper killed again: there again
servers restarted: there again
servers wiped: there again
keeper killed while a server is away: there again
