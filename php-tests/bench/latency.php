<?php
// How long do single calls take, 10,000 a second, and while the lease is extended, taken over by another keeper and moved?

require_once __DIR__ . '/measure.php';

/**
 * Calls generate() and hrtime(true) by turns, each 10,000 times a second. Prints of both the quantiles in us, and how many
 * calls took longer than 1.2 ms, and how many of those slept: the others were only kept from running.
 */
const PACED = <<<'PHP'
    use Dig\Ticket\Number;
    use function Dig\Ticket\status;
    $number = new Number();
    $number->generate();
    echo "1\n";
    $seconds = (float) fgets(STDIN);
    [$calls, $noise, $slow, $slept] = [[], [], [0, 0], [0, 0]];
    $began = hrtime(true);
    for ($i = 0, $n = (int) ($seconds * 10_000); $i < $n; $i++) {
        if (($left = $began + $i * 100_000 - hrtime(true)) > 0) usleep(intdiv($left, 1000));
        $sleeps = getrusage()['ru_nvcsw'];
        $from = hrtime(true);
        $id = $number->generate();
        $calls[] = $took = hrtime(true) - $from;
        if ($took > 1_200_000) { $slow[0]++; $slept[0] += getrusage()['ru_nvcsw'] > $sleeps; }
        $sleeps = getrusage()['ru_nvcsw'];
        $from = hrtime(true);
        $id = hrtime(true);
        $noise[] = $took = hrtime(true) - $from;
        if ($took > 1_200_000) { $slow[1]++; $slept[1] += getrusage()['ru_nvcsw'] > $sleeps; }
    }
    $took = (hrtime(true) - $began) / 1e9;
    $quantiles = function (array $ns): array {
        sort($ns);
        return array_map(fn($share) => $ns[min(count($ns) - 1, (int) ($share * count($ns)))] / 1000, [0.5, 0.99, 0.9999, 1]);
    };
    ['moves' => $moves, 'waits' => $waits] = status();
    echo json_encode([$quantiles($calls), $quantiles($noise), $slow, $slept, $n / $took, $moves, $waits]), "\n";
    PHP;

/** How often something befalls the family: each 2 s, for a keeper that lives for less than 1 s is replaced later. */
function times(Bench $bench): int
{
    return max(1, (int) ($bench->latency / 2) - 1);
}

/** What the loop printed, while $befall was called. */
function paced(Bench $bench, array $ini, ?callable $befall = null, array $env = []): array
{
    $php = launch($ini, PACED, env: $env);
    $php->result();
    fwrite($php->pipes[0], "$bench->latency\n");
    for ($i = 1; $befall && $i <= times($bench); $i++) {
        usleep((int) (min(2, $bench->latency / 2) * 1e6));
        $befall($i);
    }
    $result = $php->result();
    $php->finish();
    return $result;
}

return function (Bench $bench): array {
    // A mark that is extended three times a second.
    $leasing = ticket(12, leasing($bench->server(), ['ticket.window' => 1000]));
    [$clock, $times] = [new Clock(), times($bench)];
    $phases = [
        'local registry' => fn() => paced($bench, ticket()),
        'ZooKeeper, mark extended 3 times a second' => fn() => paced($bench, $leasing),
        "ZooKeeper, keeper killed, times: $times" => fn() => paced($bench, $leasing, function () use ($bench): void {
            $keepers = keepers($bench->server()->dsn());
            count($keepers) === 1 || throw new Exception(count($keepers) . ' keepers instead of one');
            kill($keepers[0]);
        }),
        "ZooKeeper, clock set back 5 s, times: $times" => fn() => paced(
            $bench,
            $leasing,
            fn(int $times) => $clock->set(-5000 * $times),
            $clock->env(),
        ),
    ];
    foreach ($phases as $phase => $measure) {
        [$calls, $noise, $slow, $slept, $rate, $moves, $waits] = $measure();
        $tables[] = $table = new Table($phase, '', ['p50', 'p99', 'p99.99', 'max'], 3);
        $table->figures('generate()', $calls, 'us', atMost: 1200);
        $table->figures('hrtime(true), by turns', $noise, 'us');
        $table->note(sprintf('%s calls a second; longer than 1.2 ms: %d (%d slept) and %d (%d slept); %d moves, %d waits',
            number_format($rate), $slow[0], $slept[0], $slow[1], $slept[1], $moves, $waits));
    }
    return $tables;
};
