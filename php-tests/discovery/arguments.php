<?php
require __DIR__ . '/../lib/discovery.php';
echo run(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
echo thrown(fn() => new Discovery()), "\n";
echo thrown(fn() => new Discovery('/services', 'a:b')), "\n";
echo thrown(fn() => new Discovery('services', 'a:1')), "\n";
echo thrown(fn() => new Discovery('/services/', 'a:1')), "\n";
echo thrown(fn() => new Discovery([])), "\n";
echo thrown(fn() => new Discovery('/', 'a:1', 1)), "\n";
$services = new Discovery('/services', '127.0.0.1:1');
foreach (['', '.', '..', 'a/b', "a\0b", "\xFF", 'a😀'] as $name) {
    echo json_encode($name, JSON_INVALID_UTF8_SUBSTITUTE), ' ', thrown(fn() => $services->register($name, 'a:1')), "\n";
}
echo thrown(fn() => $services->register('web', '')), "\n";
echo thrown(fn() => $services->register('web', "\xFF")), "\n";
$circle = [];
$circle['a'] = &$circle;
foreach ([["\xFF"], [NAN], [fopen('php://memory', 'r')], $circle] as $meta) {
    echo thrown(fn() => $services->register('web', 'a:1', $meta)), "\n";
}
final class Throws implements JsonSerializable { function jsonSerialize(): mixed { throw new LogicException('mine'); } }
echo thrown(fn() => $services->register('web', 'a:1', [new Throws()])), "\n";
echo thrown(fn() => $services->register('web', 'a:1', 'x')), "\n";
echo thrown(fn() => $services->register('web')), "\n";
echo thrown(fn() => $services->register('web', 'a:1', ['x' => str_repeat('x', 4064)])), "\n";
echo thrown(fn() => $services->register(str_repeat('n', 1015), 'a:1')), "\n";
foreach ([fn() => clone $services, fn() => serialize($services), fn() => new Registration(), fn() => $services->x = 1] as $body) {
    echo strtok(thrown($body), ':'), ' ';
}
PHP, ['ticket.lease' => 'first_use']), "\n";
// What just fits is taken.
$server = new Server();
echo run(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
$services = new Discovery();
$long = $services->register(str_repeat('é', 507), 'a:1', ['x' => str_repeat('x', 4063)]);
echo strlen($long->getPath()), ' ', strlen((new Client())->get($long->getPath())), "\n";
echo thrown(fn() => $long->update('a:11', ['x' => str_repeat('x', 4063)])), "\n";
echo thrown(fn() => $long->update('')), "\n", thrown(fn() => $long->update('a', [NAN])), "\n";
echo thrown(fn() => $long->isRegistered(1)), "\n";
echo strtok(thrown(fn() => clone $long), ':'), ' ', strtok(thrown(fn() => serialize($long)), ':'), "\n";
foreach ([[], [1, 2], ['a' => []], [5 => 'x']] as $meta) {
    $long->update('a:1', $meta);
    echo (new Client())->get($long->getPath()), "\n";
}
PHP, discovery($server)), "\n";
echo run(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
echo failed(fn() => (new Discovery())->register('web', 'a:1', ['x' => str_repeat('x', 2000)])), "\n";
PHP, discovery($server, ['ticket.max_packet' => 1024])), "\n";
?>
