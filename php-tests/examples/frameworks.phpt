--TEST--
What the examples give to Laravel, Doctrine and Hyperf, with stand-ins for what they take from there
--FILE--
<?php
namespace Doctrine\ORM {
    interface EntityManagerInterface
    {
    }
}

namespace Doctrine\ORM\Id {
    abstract class AbstractIdGenerator
    {
        abstract public function generateId(\Doctrine\ORM\EntityManagerInterface $em, object|null $entity): mixed;
    }
}

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

    require "$examples/laravel/app/Models/Concerns/HasTicketId.php";
    $model = new class {
        use App\Models\Concerns\HasTicketId;

        public $usesUniqueIds = false;
        public $incrementing = true;
        public array $casts = [];

        public function getKeyName()
        {
            return 'id';
        }

        public function mergeCasts($casts)
        {
            $this->casts = $casts;
        }
    };
    $model->initializeHasTicketId();
    var_dump($model->usesUniqueIds, $model->incrementing);
    echo json_encode([$model->casts, $model->uniqueIds()]), "\n";
    $ids[] = $model->newUniqueId();

    require "$examples/symfony/src/Doctrine/TicketIdGenerator.php";
    $manager = new class implements Doctrine\ORM\EntityManagerInterface {
    };
    $ids[] = (new App\Doctrine\TicketIdGenerator())->generateId($manager, new stdClass());

    require "$examples/hyperf/app/TicketIdGenerator.php";
    [$interface, $class] = [key($bound = require "$examples/hyperf/config/autoload/dependencies.php"), current($bound)];
    $generator = new $class();
    var_dump($generator instanceof $interface);
    $ids[] = $id = $generator->generate();
    check(3, $ids);
    [$center, $worker, $sequence, $timestamp, $epoch] = $generator->degenerate($id)->parts;
    var_dump(($timestamp - $epoch << 22 | $center << 17 | $worker << 12 | $sequence) === $id);
    var_dump($center < 32, $worker < 32);
    // A node whose both halves are there.
    $id = (new Number(677))->generate();
    echo implode(' ', array_slice($generator->degenerate($id)->parts, 0, 2)), "\n";
    echo thrown(fn() => $generator->generate(new Hyperf\Snowflake\Meta(1))), "\n";
}
?>
--EXPECT--
bool(true)
bool(false)
[{"id":"string"},["id"]]
bool(true)
bool(true)
bool(true)
bool(true)
21 5
Hyperf\Snowflake\Exception\SnowflakeException: An ID made of given parts might not be unique
