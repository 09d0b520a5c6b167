<?php
// php bench.php OUT [QUESTIONS [ROUNDS [LATENCY [CROWD]]]]: answers questions, whose files lie beside this one, and writes
// OUT/report.txt and OUT/QUESTION.svg. `run` prepares what it needs. Nothing fails because of a time.

require_once __DIR__ . '/contenders.php';
require_once __DIR__ . '/chart.php';

const QUESTIONS = [
    'call' => 'What does one generate() cost, where 4096 IDs a millisecond do not bind?',
    'ceiling' => 'How near do loops come to 4096 IDs a millisecond and node?',
    'many' => 'What does an ID of generateMany(1000) cost?',
    'latency' => 'How long do single calls take, 10,000 a second, and while the lease is extended, taken over and moved?',
    'start' => 'How much longer does PHP take with the extension that is not used?',
    'first_id' => 'How long does the first ID of a process take?',
    'crowd' => 'How long do many families take that want a node at once?',
    'memory' => 'How much memory does a process take, and how much the keeper, idle?',
    'client' => 'What do requests of Dig\Zookeeper\Client cost, and how many can there be?',
    'watch' => 'How soon does a callback know of a change, and what do watches cost that wait?',
    'cache' => 'What does it cost to read the shared cache, and how soon is a change in it?',
    'recipes' => 'What does a lock cost, how soon does the next one have it, and who is woken?',
    'service' => 'How many requests does a server answer with an ID, compared with a constant?',
];

[$out, $questions, $rounds, $latency, $crowd] = [$argv[1], ...array_slice($argv, 2), ...array_fill(count($argv) - 1, 4, '')];
[$asked, $crowds] = array_map(fn($list) => preg_split('/[\s,]+/', $list, -1, PREG_SPLIT_NO_EMPTY), [$questions, $crowd]);
if ($unknown = array_diff($asked, array_keys(QUESTIONS))) {
    fwrite(STDERR, 'ticket: there is no question ' . implode(' ', $unknown) . '; there are: '
        . implode(' ', array_keys(QUESTIONS)) . "\n");
    exit(1);
}
$bench = new Bench(max(1, (int) ($rounds ?: 7)), max(0.5, (float) ($latency ?: 10)), array_map('intval', $crowds ?: [50, 200, 1000]));
pcntl_async_signals(true);
foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
    pcntl_signal($signal, fn() => exit(130));
}

/** What all figures depend on. */
function head(Bench $bench, string $questions): string
{
    $versions = [];
    foreach (contenders() as $one) {
        [$version] = $one->look();
        $versions[$one->of] = "$one->of " . ($version ?: '(not installed)');
    }
    $of = fn(string $command) => strtok(trim((string) shell_exec("$command 2>/dev/null")), "\n") ?: 'unknown';
    preg_match('/^model name\s*: (.*)$/m', file_get_contents('/proc/cpuinfo'), $model);
    $swoole = getenv('TICKET_TEST_SWOOLE') ?: '';
    return implode("\n", [
        gmdate('Y-m-d\TH:i:s\Z'),
        "make bench QUESTIONS=\"$questions\" ROUNDS=$bench->rounds LATENCY=$bench->latency CROWD=\"" . implode(' ', $bench->crowd) . '"'
            . ($swoole ? ' SWOOLE=' . basename($swoole) : ''),
        implode(', ', $versions) . ', ZooKeeper ' . $of("dpkg-query -W -f '\${Version}' libzookeeper-java"),
        'commit ' . $of('git -C ' . escapeshellarg(__DIR__) . ' describe --always --dirty'),
        'Linux ' . php_uname('r') . ', ' . $of('nproc') . ' x ' . ($model[1] ?? php_uname('m'))
            . ', load ' . implode(' ', array_slice(explode(' ', file_get_contents('/proc/loadavg')), 0, 3)),
        'Contenders take turns, one process each in each round; figures are the median of the rounds and their extremes.',
        '',
        '',
    ]);
}

$asked = $asked ?: array_keys(QUESTIONS);
$say = function (string $text) use ($out): void {
    echo $text;
    file_put_contents("$out/report.txt", $text, FILE_APPEND);
};
@unlink("$out/report.txt");
$say(head($bench, $questions));
foreach ($asked as $question) {
    $began = hrtime(true);
    $tables = (require __DIR__ . "/$question.php")($bench);
    $say("$question: " . QUESTIONS[$question] . "\n\n" . implode("\n", $tables)
        . sprintf("    (%.0f s)\n\n", (hrtime(true) - $began) / 1e9));
    file_put_contents("$out/$question.svg", Chart::draw("$question: " . QUESTIONS[$question], $tables));
}
echo "$out/report.txt and the charts beside it\n";
