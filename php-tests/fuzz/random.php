<?php
// Random calls of everything that the extension offers, with random arguments: random.php [rounds [seed]].
//
// Nothing but exceptions that the stubs know may come of it, and no memory may stay behind. Whoever starts it sets
// open_basedir to $TICKET_FUZZ_DIR and this file: a random path would become a directory, also in the root.

use Dig\Ticket\{Number, NodeInterface, Node\Local, Node\Zookeeper, Exception\TicketException};

$rounds = (int) ($argv[1] ?? 20_000);
$seed = (int) ($argv[2] ?? random_int(0, PHP_INT_MAX));
mt_srand($seed);
echo "seed $seed\n";

/** A number whose constructor is the user's. */
class Careless extends Number
{
    public function __construct()
    {
    }
}

/** A node that says anything. */
class Whimsical implements NodeInterface
{
    public function __construct(private mixed $says)
    {
    }

    public function getId(): int
    {
        if (is_int($this->says)) {
            return $this->says;
        }
        if ($this->says instanceof Closure) {
            return ($this->says)();
        }
        throw new DomainException('no node');
    }
}

function pick(array $of)
{
    return $of[mt_rand(0, count($of) - 1)];
}

/** One that may be a directory, a DSN or a path, or such with something wrong in it. */
function text(): string
{
    $text = pick(['', '/', '/sim/ticket', '/a/../b', 'relative', getenv('TICKET_FUZZ_DIR'), '127.0.0.1:1', '[::1]:1',
        'a:b:c', ':1', '127.0.0.1:1,127.0.0.1:2/root', '127.0.0.1:99999', "\0", str_repeat('x', mt_rand(0, 5000)),
        'zookeeper', "\xff\xfe", '%s%n', '-1', '1e3']);
    for ($times = mt_rand(0, 3); $times > 1; $times--) {
        $text = substr_replace($text, chr(mt_rand(0, 255)), mt_rand(0, strlen($text)), mt_rand(0, 2));
    }
    return mt_rand(0, 3) ? $text : getenv('TICKET_FUZZ_DIR') . "/$text";
}

function value(int $depth = 0)
{
    switch (mt_rand(0, 14)) {
        case 0: return null;
        case 1: return (bool) mt_rand(0, 1);
        case 2: return mt_rand(-3, 12);
        case 3: return pick([PHP_INT_MAX, PHP_INT_MIN, 1023, 1024, 65535, 65536, 1 << 32, -1, 0, 1_000_000, 1_000_001]);
        case 4: return pick([0.0, -0.0, 1.5, NAN, INF, -INF, 1e300, 5.0]);
        case 5:
        case 6: return text();
        case 7: return $depth > 2 ? [] : array_map(fn() => value($depth + 1), range(0, mt_rand(0, 3)));
        case 8: return new stdClass();
        case 9: return new Whimsical(pick([mt_rand(-2, 9), PHP_INT_MAX, null, fn() => (new Number())->getNodeId()]));
        case 10: return fn() => 1;
        case 11: return STDERR;
        case 12: return number();
        case 13: return new Local(pick([null, getenv('TICKET_FUZZ_DIR')]));
        default: return new Zookeeper('127.0.0.1:1', pick(['', '/a', '/b']));
    }
}

function number(): Number
{
    static $kept = [];
    if ($kept && mt_rand(0, 3)) {
        return pick($kept);
    }
    $number = pick([fn() => new Number(), fn() => new Number(mt_rand(1, 9)), fn() => new Careless(),
        fn() => (new ReflectionClass(Number::class))->newInstanceWithoutConstructor()])();
    $kept[mt_rand(0, 5)] = $number;
    $kept = array_values($kept);
    return $number;
}

/** For a function that takes so many; rarely more or fewer. */
function arguments(int $many = 1): array
{
    for ($arguments = [], $many += pick([0, 0, 0, 0, 1, -1]); count($arguments) < $many;) {
        $arguments[] = value();
    }
    // By name, rightly or not.
    return mt_rand(0, 9) ? $arguments : [pick(['node', 'count', 'id', 'dsn', 'path', 'directory', 'other']) => value()];
}

/** Something that PHP can do with any object. */
function mishandle(object $object): void
{
    pick([
        fn() => clone $object,
        fn() => serialize($object),
        fn() => unserialize(sprintf('O:%d:"%s":0:{}', strlen($object::class), $object::class)),
        fn() => json_encode($object),
        fn() => var_export($object, true),
        fn() => $object == number(),
        fn() => (array) $object,
        fn() => $object->none,
        function () use ($object) {
            $object->none = value();
        },
        function () use ($object) {
            unset($object->none);
        },
        fn() => $object(...arguments()),
        fn() => (string) $object,
        fn() => $object->__construct(...arguments()),
        fn() => (new ReflectionObject($object))->newInstanceArgs(arguments()),
        fn() => iterator_to_array($object),
        function () use ($object) {
            foreach ($object as $value) {
            }
        },
        fn() => WeakReference::create($object)->get(),
        fn() => (new Fiber(fn() => $object->generate()))->start(),
        fn() => array_map($object->generate(...), [1, 2]),
    ])();
}

$methods = [];
foreach ([Number::class, Local::class, Zookeeper::class] as $class) {
    foreach ((new ReflectionClass($class))->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
        $methods[] = [$class, $method->isConstructor() ? null : $method->getName(), $method->getNumberOfParameters()];
    }
}
count($methods) >= 8 || throw new Exception('there is more to call than that');
$made = fn(string $class) => match ($class) {
    Number::class => number(),
    Local::class => new Local(text()),
    Zookeeper::class => new Zookeeper(text(), text()),
};
$round = function () use ($methods, $made, &$thrown): void {
    [$class, $method, $many] = pick($methods);
    try {
        match (mt_rand(0, 5)) {
            0 => mishandle($made($class)),
            1 => Dig\Ticket\status(...arguments(0)),
            default => $method === null ? new $class(...arguments($many)) : $made($class)->$method(...arguments($many)),
        };
        $kind = 'nothing';
    } catch (TicketException | Error | DomainException $error) {
        $kind = $error::class;
        $error->getTraceAsString();
    } catch (Exception $error) {
        // What PHP says of serialize() and unserialize().
        $kind = $error::class;
        str_contains($error->getMessage(), 'erializ') || throw $error;
    }
    $thrown[$kind] = ($thrown[$kind] ?? 0) + 1;
};
set_error_handler(fn() => true);
for ($i = 0; $i < $rounds; $i++) {
    if ($i === intdiv($rounds, 2)) {
        gc_collect_cycles();
        $used = memory_get_usage();
    }
    $round();
}
gc_collect_cycles();
ksort($thrown);
foreach ($thrown as $kind => $times) {
    fprintf(STDERR, "%7d %s\n", $times, $kind);
}
// Some strings and caches of PHP's own may stay.
$grown = memory_get_usage() - $used;
echo $grown < 32_768 ? "done\n" : "$grown bytes stay behind\n";
