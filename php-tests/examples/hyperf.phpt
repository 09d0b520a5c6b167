--TEST--
What the bridge gives to Hyperf, with stand-ins for what it takes from there
--INI--
ticket.epoch=1577836800000
ticket.local_path={TMP}/registry-of-hyperf
--FILE--
<?php
namespace Hyperf\Snowflake\Exception {
    class SnowflakeException extends \RuntimeException
    {
    }
}

namespace Hyperf\Snowflake {
    class Meta
    {
        public array $parts;

        public function __construct(int ...$parts)
        {
            $this->parts = $parts;
        }
    }

    interface IdGeneratorInterface
    {
        public function generate(?Meta $meta = null): int;
        public function degenerate(int $id): Meta;
    }
}

namespace {
    use Dig\Ticket\Number;

    require __DIR__ . '/../lib/ticket.php';
    $examples = __DIR__ . '/../../examples';

    require "$examples/bridge/src/Hyperf/TicketIdGenerator.php";
    [$interface, $class] = [key($bound = require "$examples/hyperf/config/autoload/dependencies.php"), current($bound)];
    $generator = new $class();
    var_dump($generator instanceof $interface);
    $ids = [$generator->generate(), $generator->generate()];
    check(2, $ids);
    [$center, $worker, $sequence, $timestamp, $epoch] = $generator->degenerate($ids[0])->parts;
    var_dump($epoch, $timestamp === Number::parse($ids[0])['timestamp']);
    var_dump(($timestamp - $epoch << 22 | $center << 17 | $worker << 12 | $sequence) === $ids[0], $center < 32, $worker < 32);
    // A node whose both halves are there.
    $id = (new Number(677))->generate();
    echo implode(' ', array_slice($generator->degenerate($id)->parts, 0, 2)), "\n";
    echo thrown(fn() => $generator->generate(new Hyperf\Snowflake\Meta(1))), "\n";
}
?>
--EXPECT--
bool(true)
int(1577836800000)
bool(true)
bool(true)
bool(true)
bool(true)
21 5
Hyperf\Snowflake\Exception\SnowflakeException: An ID made of given parts might not be unique
