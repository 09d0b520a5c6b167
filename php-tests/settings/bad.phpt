--TEST--
A bad setting is reported once at start-up, by name, and every use throws
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$code = PRELUDE . <<<'PHP'
foreach ([
    fn() => new Number(), fn() => new Number(5), fn() => Number::parse(1),
    fn() => new Local(), fn() => new Local('/tmp'),
] as $use) $said[] = thrown($use);
echo count(array_unique($said)), ' ', $said[0], "\n";
PHP;
foreach ([
    'ticket.dsn' => ['127.0.0.1:2181'],
    'ticket.local_path' => ['', 'here'],
    'ticket.lease' => ['', 'Startup'],
    'ticket.acquire_timeout' => ['', '-1', '5s', '1e3', '3600001'],
    'ticket.clock_tolerance' => ['x'],
    'ticket.epoch' => ['2010-01-01', '99999999999999'],
    'ticket.node_bits' => ['0', '15', '10.5'],
    'ticket.sequence_bits' => ['0', '23', ''],
] as $name => $values) {
    foreach ($values as $value) {
        $said = run($code, [$name => "'$value'"]);
        [$warning, $use] = array_pad(explode("\n", $said), 2, '');
        // The same sentence, at start-up and at each use.
        $sentence = preg_replace('/^Warning: PHP Startup: (.*) in Unknown on line 0$/', '$1', $warning);
        $same = $use === "1 Dig\\Ticket\\Exception\\UnavailableNodeIdException: $sentence";
        echo preg_replace('/clock\'s \d+/', 'clock\'s N', $sentence), $same ? '' : " BUT $said", "\n";
    }
}
// Together they leave too few bits for the timestamp.
$said = run($code, ['ticket.node_bits' => 14, 'ticket.sequence_bits' => 22]);
echo strtok($said, "\n"), "\n";
?>
--EXPECT--
ticket.dsn must be empty, "127.0.0.1:2181" given: this version of ticket leases node IDs on one machine only
ticket.local_path must be an absolute path, "" given
ticket.local_path must be an absolute path, "here" given
ticket.lease must be "startup" or "first_use", "" given
ticket.lease must be "startup" or "first_use", "Startup" given
ticket.acquire_timeout must be a whole number from 0 to 3600000, "" given
ticket.acquire_timeout must be a whole number from 0 to 3600000, "-1" given
ticket.acquire_timeout must be a whole number from 0 to 3600000, "5s" given
ticket.acquire_timeout must be a whole number from 0 to 3600000, "1e3" given
ticket.acquire_timeout must be a whole number from 0 to 3600000, "3600001" given
ticket.clock_tolerance must be a whole number from 0 to 3600000, "x" given
ticket.epoch must be a whole number from 0 to 18446744073709551615, "2010-01-01" given
ticket.epoch must not lie in the future: 99999999999999 is after the clock's N (both in Unix milliseconds)
ticket.node_bits must be between 1 and 14, 0 given
ticket.node_bits must be between 1 and 14, 15 given
ticket.node_bits must be a whole number from 0 to 64, "10.5" given
ticket.sequence_bits must be between 1 and 22, 0 given
ticket.sequence_bits must be between 1 and 22, 23 given
ticket.sequence_bits must be a whole number from 0 to 64, "" given
Warning: PHP Startup: ticket.node_bits = 14 and ticket.sequence_bits = 22 leave 28 bits for the timestamp, which ended 3 days after ticket.epoch = 1262332800000; use fewer bits or a later epoch in Unknown on line 0
