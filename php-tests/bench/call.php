<?php
// What does one generate() cost, where 4096 IDs a millisecond do not bind?

require_once __DIR__ . '/contenders.php';

/** Prints ns per call, and how many times that of hrtime(true), which is measured by turns in the same process. */
function call_script(Contender $contender): string
{
    return <<<PHP
        $contender->setup
        \$object ??= null;
        function calls(int \$n, ?object \$object): float {
            \$began = hrtime(true);
            for (\$i = 0; \$i < \$n; \$i++) \$id = $contender->call;
            return (hrtime(true) - \$began) / \$n;
        }
        function clock(int \$n): float {
            \$began = hrtime(true);
            for (\$i = 0; \$i < \$n; \$i++) \$id = hrtime(true);
            return (hrtime(true) - \$began) / \$n;
        }
        // Slow ones are called for 50 ms.
        calls(1000, \$object);
        \$n = (int) min(300_000, 5e7 / calls(1000, \$object));
        clock(300_000);
        for (\$calls = \$ratios = []; count(\$calls) < 5;) {
            \$clock = clock(300_000);
            \$calls[] = \$one = calls(\$n, \$object);
            \$ratios[] = \$one / \$clock;
        }
        sort(\$calls);
        sort(\$ratios);
        echo json_encode([\$calls[2], \$ratios[2]]);
        PHP;
}

/** Instructions per call, the loop included: what twice as many calls take more. `$to`: `$id =`, or nothing. */
function instructions(Contender $contender, string $to): float
{
    $valgrind = ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null'];
    $collected = function (int $n) use ($contender, $to, $valgrind): int {
        $code = "$contender->setup\nfor (\$i = 0; \$i < $n; \$i++) $to $contender->call;";
        preg_match('/^==\d+== Collected : (\d+)$/m', $said = launch($contender->ini, $code, $valgrind)->finish(), $found);
        return (int) ($found[1] ?? throw new Exception("valgrind printed: $said"));
    };
    return ($collected(200_000) - $collected(100_000)) / 100_000;
}

/** @return array<string, ?array> settings by name; null: there is no opcache */
function modes(): array
{
    $load = extension_loaded('Zend OPcache') ? [] : ['zend_extension' => 'opcache'];
    $there = !$load || file_exists(PHP_EXTENSION_DIR . '/opcache.so');
    $on = $there ? $load + ['opcache.enable_cli' => 1] : null;
    return [
        'opcache off' => [],
        'opcache on, JIT off' => $on ? $on + ['opcache.jit_buffer_size' => 0] : null,
        'opcache on, JIT on' => $on ? $on + ['opcache.jit' => 'tracing', 'opcache.jit_buffer_size' => '64M'] : null,
    ];
}

return function (Bench $bench): array {
    $tables = [];
    $contenders = contenders();
    $missing = array_filter(array_map(fn($one) => $one->look()[1], $contenders));
    $there = array_diff_key($contenders, $missing);
    foreach (modes() as $mode => $ini) {
        $tables[] = $table = new Table("one call, 20 bits of sequence, $mode", 'x hrtime(true)');
        if ($ini === null) {
            $table->missing('all', 'there is no opcache');
            continue;
        }
        $results = interleaved($bench->rounds, array_map(
            fn($one) => fn() => php($one->ini + $ini, call_script($one)),
            $there,
        ));
        foreach ($contenders as $name => $one) {
            isset($missing[$name])
                ? $table->missing($name, $missing[$name])
                : $table->row($name, array_column($results[$name], 0), 'ns', array_column($results[$name], 1),
                    atMost: $name === 'ticket' ? 1.2 : null);
        }
    }
    $tables[0]->note('loops of 300,000, theirs included; by turns with hrtime(true) in the same process');
    $tables[] = $table = new Table('instructions per call and its loop, by callgrind, opcache off');
    $counted = [];
    foreach (['ticket', 'SplQueue::count()', 'hrtime(true)', "the article's PHP"] as $name) {
        $counted[$name] = fn() => instructions($there[$name], '');
        $counted["$name, assigned"] = fn() => instructions($there[$name], '$id =');
    }
    if (exec('command -v valgrind')) {
        foreach (interleaved(min(3, $bench->rounds), $counted) as $name => $values) {
            $table->row($name, $values, 'instr.', atMost: str_starts_with($name, 'ticket') ? 210 : null);
        }
    } else {
        $table->missing('all', 'valgrind is not installed');
    }
    return $tables;
};
