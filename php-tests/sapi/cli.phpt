--TEST--
CLI: children, grandchildren, a daemon that outlives its parent, exec, proc_open and _exit; nothing is left of them
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
$code = PRELUDE . <<<'PHP'
function issue(Number $number, string $who): void {
    $ids = [];
    for ($i = 0; $i < 100; $i++) {
        array_push($ids, ...$number->generateMany(10));
        usleep(500);
    }
    save(getenv('FILE') . ".$who", $ids);
}
function child(callable $body): int {
    if ($pid = pcntl_fork()) return $pid;
    $body();
    exit;
}
$number = new Number();
$number->generate();
$php = [PHP_BINARY, ...unserialize(getenv('OPTIONS'))];
$other = '$n = new Dig\Ticket\Number(); for ($i = 0; $i < 1000; $i++) $ids[] = $n->generate();'
    . 'file_put_contents(getenv("FILE") . ".' . '%s", pack("q*", ...$ids));';

child(function () use ($number) {
    child(function () use ($number) {
        issue($number, 'grandchild');
    });
    issue($number, 'child');
});
// No destructor and no shutdown of PHP.
child(function () use ($number) {
    issue($number, '_exit');
    FFI::cdef('void _exit(int);')->_exit(0);
});
child(function () use ($php, $other) {
    pcntl_exec($php[0], [...array_slice($php, 1), '-r', sprintf($other, 'executed')]);
});
$opened = proc_open([...$php, '-r', sprintf($other, 'opened')], [], $pipes);
issue($number, 'parent');
proc_close($opened);
while (pcntl_wait($status) > 0);
// What they have left is what the parent has.
echo "children end\n";
await();
if (pcntl_fork()) exit;
echo getmypid(), "\n";
// The parent is gone.
await();
issue($number, 'daemon');
PHP;
foreach (Registry::both() as $registry) {
    $file = scratch('ids');
    $ini = ['extension' => 'ffi'] + $registry->ini();
    $options = array_slice(command('', $registry->ini()), 1, -2);
    $php = start($code, $ini, ['FILE' => $file, 'OPTIONS' => serialize($options)]);
    $parent = $php->pid();
    echo "$registry->name: {$php->line()}\n";
    eventually(fn() => $registry->held() === $registry->one(), what: 'one claim and session');
    $php->say('');
    $daemon = (int) $php->line();
    eventually(fn() => !alive($parent), what: 'the parent ends');
    $registry->holds();
    $php->say('');
    echo $php->finish();
    eventually(fn() => !alive($daemon) && !array_filter($registry->held()) && !$registry->litter(), what: 'the end');
    $all = array_map(saved(...), glob("$file.*"));
    check(7000, ...$all);
    $family = array_map(fn($who) => saved("$file.$who"), ['parent', 'child', 'grandchild', '_exit', 'daemon']);
    echo nodes($family), ' node, with the others ', nodes($all), "\n";
}
?>
--EXPECT--
local: children end
1 node, with the others 3
zookeeper: children end
1 node, with the others 3
