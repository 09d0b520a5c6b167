<?php
// What does an ID of generateMany(1000) cost, and how near does it come to the ceiling?

require_once __DIR__ . '/measure.php';

/** ns per ID, where each call of $list makes a list of 1000. */
function per_id(array $ini, string $setup, string $list, int $calls = 2000): float
{
    return php($ini, <<<PHP
        $setup
        function lists(int \$n, ?object \$object): float {
            \$began = hrtime(true);
            for (\$i = 0; \$i < \$n; \$i++) \$ids = $list;
            return (hrtime(true) - \$began) / \$n / 1000;
        }
        lists(100, \$object ?? null);
        echo json_encode(lists($calls, \$object ?? null));
        PHP);
}

return function (Bench $bench): array {
    $number = '$object = new Dig\Ticket\Number();';
    $one_by_one = '$object = new class { function __construct(private $number = new Dig\Ticket\Number()) {}'
        . ' function list() { for ($ids = [], $i = 0; $i < 1000; $i++) $ids[] = $this->number->generate(); return $ids; } };';
    $results = interleaved($bench->rounds, [
        'wide' => fn() => per_id(ticket(22), $number, '$object->generateMany(1000)'),
        'singly' => fn() => per_id(ticket(22), $one_by_one, '$object->list()'),
        'range' => fn() => per_id([], '', 'range(1, 1000)'),
        // 1.5 s at the ceiling.
        'default' => fn() => per_id(ticket(), $number, '$object->generateMany(1000)', 6144),
    ]);
    $wide = new Table('22 bits of sequence');
    foreach (['generateMany(1000)' => 'wide', '1000 x generate()' => 'singly', 'range(1, 1000)' => 'range'] as $what => $which) {
        $wide->row($what, $results[$which], 'ns/ID', atMost: $which === 'wide' ? 6 : null);
    }
    $default = new Table('default layout, 4,096,000 IDs a second', '% of the ceiling');
    $rates = array_map(fn($ns) => 1e9 / $ns, $results['default']);
    $default->row('generateMany(1000)', $rates, 'IDs/s', array_map(fn($rate) => $rate / 40_960, $rates), atLeast: 99.5);
    return [$wide, $default];
};
