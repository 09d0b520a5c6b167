--TEST--
Doctrine: the type and the generator, on SQLite, MariaDB and PostgreSQL; a second flush writes nothing
--EXTENSIONS--
mysqlnd
pdo
pdo_mysql
pdo_pgsql
pdo_sqlite
ctype
mbstring
tokenizer
--SKIPIF--
<?php
require __DIR__ . '/../../lib/frameworks.php';
skip_without_libraries('Doctrine/ORM', 'Symfony/Component/Cache');
?>
--FILE--
<?php
require __DIR__ . '/../../lib/frameworks.php';
application('symfony/src', 'Doctrine/ORM', 'Symfony/Component/Cache');

use App\Entity\Order;
use Dig\Ticket\Bridge\Doctrine\TicketIdType;
use Dig\Ticket\Bridge\TicketId;
use Dig\Ticket\Number;
use Doctrine\DBAL\Driver;
use Doctrine\DBAL\DriverManager;
use Doctrine\DBAL\Types\Type;
use Doctrine\ORM\EntityManager;
use Doctrine\ORM\ORMSetup;
use Doctrine\ORM\Tools\SchemaTool;

/** Counts what is written. */
class Written extends Psr\Log\AbstractLogger
{
    public array $sql = [];

    public function log($level, $message, array $context = []): void
    {
        if (preg_match('/^(INSERT|UPDATE|DELETE)/', $context['sql'] ?? '')) {
            $this->sql[] = $context['sql'];
        }
    }
}

/** How many statements $body writes. */
function writes(Written $written, callable $body): string
{
    $written->sql = [];
    $body();
    return count($written->sql) . ' written';
}

Type::addType('ticket_id', TicketIdType::class);
foreach (databases() as $driver => [$dsn, $user, $password]) {
    echo "== $driver\n";
    parse_str(strtr(substr($dsn, strpos($dsn, ':') + 1), ';', '&'), $parts);
    $config = ORMSetup::createAttributeMetadataConfiguration([dirname(__DIR__, 3) . '/examples/symfony/src/Entity'], true, scratch('proxies'));
    $written = new Written();
    $config->setMiddlewares([new Doctrine\DBAL\Logging\Middleware($written)]);
    $connection = DriverManager::getConnection(array_filter(['driver' => "pdo_$driver", 'memory' => !$parts || !isset($parts['dbname']),
        'unix_socket' => $parts['unix_socket'] ?? null, 'host' => $parts['host'] ?? null, 'dbname' => $parts['dbname'] ?? null,
        'user' => $user, 'password' => $password], fn($value) => $value !== null && $value !== false), $config);
    $manager = new EntityManager($connection, $config);
    $schema = new SchemaTool($manager);
    $classes = [$manager->getClassMetadata(Order::class)];
    $schema->createSchema($classes);
    echo implode(', ', $schema->getUpdateSchemaSql($classes)) ?: 'the schema is as it is to be', "\n";

    $one = new Order('one');
    $manager->persist($one);
    $id = $one->getId();
    var_dump(is_string($id), $id > 2 ** 53);
    echo writes($written, fn() => $manager->flush()), "\n";
    $two = new Order('two', $one);
    $manager->persist($two);
    echo writes($written, fn() => $manager->flush()), ', again ', writes($written, fn() => $manager->flush()), "\n";

    // As it comes from the database.
    $manager->clear();
    $read = $manager->find(Order::class, $two->getId());
    var_dump($read !== $two, $read->getId() === $two->getId());
    $proxy = $read->getParent();
    var_dump(!$proxy->__isInitialized(), $proxy->getId() === $id, $proxy->getTitle());
    echo writes($written, fn() => $manager->flush()), "\n";

    // One entity, however its ID is written.
    var_dump($manager->find(Order::class, $id) === $proxy, $manager->find(Order::class, (int) $id) === $proxy);
    var_dump($manager->find(Order::class, TicketId::fromString($id)) === $proxy);
    var_dump($manager->getReference(Order::class, $id) === $proxy);
    var_dump($manager->getRepository(Order::class)->findOneBy(['parent' => $id])->getTitle());

    // Neighbours, which as floats are one.
    $base = Number::first(new DateTime('2027-01-01'));
    foreach (range(50, 53) as $i) {
        $connection->insert('orders', ['id' => $base + $i, 'title' => "n$i", 'parent_id' => $i > 51 ? $base + 50 : null], ['parent_id' => 'ticket_id']);
    }
    $ask = fn(string $where, array $parameters, ?string $type = null) => implode(' ', array_map(fn($order) => $order->getTitle(), array_reduce(
        array_keys($parameters),
        fn($query, $name) => $query->setParameter($name, $parameters[$name], $type),
        $manager->createQuery('SELECT o FROM ' . Order::class . " o WHERE $where ORDER BY o.id"),
    )->getResult()));
    $some = [(string) ($base + 50), (string) ($base + 51)];
    echo $ask('o.id IN (:ids)', ['ids' => $some]), ', ', $ask('o.id = :id', ['id' => $some[1]]), ', ', $ask('o.id = :id', ['id' => (int) $some[1]]), ', ',
        $ask('o.id = :id', ['id' => TicketId::fromString($some[1])], 'ticket_id'), ', ', $ask('o.parent = :id', ['id' => $some[0]]), ', ',
        $ask('o.id BETWEEN :a AND :b', ['a' => $base, 'b' => $base + 51]), "\n";
    echo count($manager->getRepository(Order::class)->findBy(['id' => $some])), ' ', count($manager->getRepository(Order::class)->findBy(['parent' => $manager->find(Order::class, $some[0])])), "\n";
    echo writes($written, fn() => $manager->flush()), "\n";

    // A row of that ID is there for the next one, too.
    $three = new Order('three', $manager->getReference(Order::class, $some[0]));
    $manager->persist($three);
    $manager->remove($manager->find(Order::class, $two->getId()));
    echo writes($written, fn() => $manager->flush()), ', again ', writes($written, fn() => $manager->flush()), "\n";

    // What Symfony makes a 404 of.
    foreach (['abc', '1e3', '007', '9223372036854775808'] as $bad) {
        echo thrown(fn() => $manager->find(Order::class, $bad)), "\n";
    }
}
?>
--EXPECT--
== sqlite
the schema is as it is to be
bool(true)
bool(true)
1 written
1 written, again 0 written
bool(true)
bool(true)
bool(true)
bool(true)
string(3) "one"
0 written
bool(true)
bool(true)
bool(true)
bool(true)
string(3) "two"
n50 n51, n51, n51, n51, n52 n53, n50 n51
2 2
0 written
2 written, again 0 written
Doctrine\DBAL\Types\ConversionException: "abc" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Doctrine\DBAL\Types\ConversionException: "1e3" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Doctrine\DBAL\Types\ConversionException: "007" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Doctrine\DBAL\Types\ConversionException: "9223372036854775808" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
== mysql
the schema is as it is to be
bool(true)
bool(true)
1 written
1 written, again 0 written
bool(true)
bool(true)
bool(true)
bool(true)
string(3) "one"
0 written
bool(true)
bool(true)
bool(true)
bool(true)
string(3) "two"
n50 n51, n51, n51, n51, n52 n53, n50 n51
2 2
0 written
2 written, again 0 written
Doctrine\DBAL\Types\ConversionException: "abc" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Doctrine\DBAL\Types\ConversionException: "1e3" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Doctrine\DBAL\Types\ConversionException: "007" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Doctrine\DBAL\Types\ConversionException: "9223372036854775808" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
== pgsql
the schema is as it is to be
bool(true)
bool(true)
1 written
1 written, again 0 written
bool(true)
bool(true)
bool(true)
bool(true)
string(3) "one"
0 written
bool(true)
bool(true)
bool(true)
bool(true)
string(3) "two"
n50 n51, n51, n51, n51, n52 n53, n50 n51
2 2
0 written
2 written, again 0 written
Doctrine\DBAL\Types\ConversionException: "abc" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Doctrine\DBAL\Types\ConversionException: "1e3" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Doctrine\DBAL\Types\ConversionException: "007" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Doctrine\DBAL\Types\ConversionException: "9223372036854775808" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
