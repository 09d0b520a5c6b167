--TEST--
Two versions of ticket side by side share a registry as two families of one version do, and no ID comes twice
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
// This module, but for the version that it says it is: what two releases of one format write into a registry.
$this_one = getenv('TICKET_TEST_MODULE');
$version = phpversion('ticket');
$next = substr($version, 0, -1) . ((int) substr($version, -1) + 1) % 10;
file_put_contents($other = scratch('ticket') . '.so', str_replace($version, $next, file_get_contents($this_one)));
$modules = [$version => $this_one, $next => $other];
$file = scratch('ids');
$many = 0;
/** A PHP with the module of that version, which tells it and its node, and issues when it is told to. */
$with = function (string $of, string $number, array $ini) use ($modules, $this_one, $file, &$many) {
    putenv("TICKET_TEST_MODULE=$modules[$of]");
    $php = start(PRELUDE . <<<PHP
        \$number = $number;
        echo phpversion('ticket'), ' ', \$number->getNodeId(), "\\n";
        while (await() === 'go') {
            save('$file.$many', \$number->generateMany(40_000));
            echo "done\n";
        }
        PHP, $ini);
    putenv("TICKET_TEST_MODULE=$this_one");
    $many++;
    return (object) ['php' => $php, 'version' => $of];
};
/** The nodes of these, which were started at once: what they issue begins at one time, and would meet. */
$nodes = function (object ...$services) {
    foreach ($services as $service) {
        [$said, $node] = explode(' ', $service->php->line());
        echo $said === $service->version ? '' : "this is $said\n";
        $nodes[] = $service->node = (int) $node;
    }
    return count(array_unique($nodes));
};
/** All of them at once, ten times. */
$issue = function (object ...$services) {
    for ($round = 0; $round < 10; $round++) {
        array_map(fn($service) => $service->php->say('go'), $services);
        $said = array_map(fn($service) => $service->php->line(), $services);
    }
    echo implode(', ', $said), "\n";
};
$end = fn(object ...$services) => array_map(fn($service) => print($service->php->finish()), $services);

$local = ['ticket.local_path' => scratch('registry')];
foreach (['new Number()', 'new Number(5)'] as $number) {
    [$old, $new] = [$with($version, $number, $local), $with($next, $number, $local)];
    echo "local, $number: ", $nodes($old, $new), "\n";
    $issue($old, $new);
    $end($old, $new);
}

$server = new Server();
$znodes = new Znodes($server);
[$old, $new] = [$with($version, 'new Number()', leasing($server)), $with($next, 'new Number()', leasing($server))];
echo 'ZooKeeper, new Number(): ', $nodes($old, $new), "\n";
$says = fn(object $service) => str_ends_with($znodes->getData(sprintf('/sim/ticket/%04d', $service->node))[0], " ticket=$service->version");
var_dump($says($old), $says($new));
$issue($old, $new);
$end($old, $new);

// A node that one has leased the other is refused, and gets after it. It begins above what was issued there.
$old = $with($next, 'new Number(5)', leasing($server));
$nodes($old);
putenv("TICKET_TEST_MODULE=$modules[$version]");
echo preg_replace('/.* ms: /', '', run(PRELUDE . 'echo answered(fn() => new Number(5));', leasing($server, ['ticket.acquire_timeout' => 1500]))), "\n";
putenv("TICKET_TEST_MODULE=$this_one");
$issue($old);
$end($old);
$new = $with($version, 'new Number(5)', leasing($server));
$nodes($new);
$issue($new);
$end($new);
check(400_000 * $many, ...array_map(fn($i) => saved("$file.$i"), range(0, $many - 1)));
// Those of the node that went from one to the other, in that order.
var_dump(min(saved("$file." . ($many - 1))) > max(saved("$file." . ($many - 2))));
?>
--INI--
memory_limit=1G
--EXPECT--
local, new Number(): 2
done, done
local, new Number(5): 1
done, done
ZooKeeper, new Number(): 2
bool(true)
bool(true)
done, done
node ID 5 is taken by another owner; end that one, or use another node ID
done
done
bool(true)
