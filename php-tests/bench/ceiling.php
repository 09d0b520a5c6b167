<?php
// How near do loops come to what the default layout allows, 4096 IDs a millisecond and node?

require_once __DIR__ . '/measure.php';

const CEILING = 4_096_000;

/** Issues so many IDs from that time (of hrtime) on, and prints when it began and ended. */
const LOOP = <<<'PHP'
    function issue(Dig\Ticket\Number $number, int $many, int $at): void {
        while (($began = hrtime(true)) < $at);
        for ($i = 0; $i < $many; $i++) $id = $number->generate();
        echo "$began ", hrtime(true), "\n";
    }

    PHP;

/** IDs a second of all, from the first one's beginning to the last one's end; what each printed, a line each. */
function rate(string $printed, int $many): float
{
    if (!preg_match_all('/^(\d+) (\d+)$/m', $printed, $found)) {
        throw new Exception("a PHP that was measured printed: $printed");
    }
    return $many * count($found[1]) / (max($found[2]) - min($found[1])) * 1e9;
}

/** One process on the family's node, or as many forks on it, which share 1.5 s of its IDs. */
function shared(int $processes): float
{
    $many = intdiv(CEILING * 3, 2 * $processes);
    $code = LOOP . <<<PHP
        \$number = new Dig\Ticket\Number();
        \$number->generate();
        \$at = hrtime(true) + 50_000_000;
        for (\$i = 1; \$i < $processes && pcntl_fork(); \$i++);
        issue(\$number, $many, \$at);
        while (pcntl_wait(\$status) > 0);
        PHP;
    return rate(launch(ticket(), $code)->finish(), $many);
}

/** As many, each with a node of its own. */
function apart(int $processes): float
{
    $many = CEILING * 3 / 2;
    $code = LOOP . <<<PHP
        \$number = new Dig\Ticket\Number(new Dig\Ticket\Node\Local());
        \$number->generate();
        echo "1\n";
        issue(\$number, $many, (int) fgets(STDIN));
        PHP;
    $all = array_map(fn() => launch(ticket(), $code), range(1, $processes));
    array_map(fn($one) => $one->result(), $all);
    $at = hrtime(true) + 50_000_000;
    array_map(fn($one) => fwrite($one->pipes[0], "$at\n"), $all);
    return rate(implode(array_map(fn($one) => $one->finish(), $all)), $many);
}

return function (Bench $bench): array {
    $table = new Table('default layout, 4,096,000 IDs a second and node', '% of the ceiling');
    $results = interleaved($bench->rounds, [
        'one loop' => fn() => shared(1),
        'two processes, two nodes' => fn() => apart(2),
        'four forks, one node' => fn() => shared(4),
    ]);
    $targets = ['one loop' => [1, 99.5], 'two processes, two nodes' => [2, 99.5], 'four forks, one node' => [1, 99]];
    foreach ($results as $name => $rates) {
        [$nodes, $target] = $targets[$name];
        $shares = array_map(fn($rate) => $rate / CEILING / $nodes * 100, $rates);
        $table->row($name, $rates, 'IDs/s', $shares, atLeast: $target);
    }
    $table->note('1.5 s each; of several, from the beginning of the first to the end of the last');
    return [$table];
};
