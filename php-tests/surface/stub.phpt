--TEST--
The stub declares exactly what the extension has
--FILE--
<?php
$classes = [
    'Dig\Ticket\NodeInterface', 'Dig\Ticket\Number', 'Dig\Ticket\Node\Local', 'Dig\Ticket\Node\Zookeeper',
    'Dig\Ticket\Exception\TicketException', 'Dig\Ticket\Exception\IllegalTimeException',
    'Dig\Ticket\Exception\UnavailableNodeIdException',
];
$functions = ['Dig\Ticket\status'];
$reflect = function (array $options, string $file) use ($functions, $classes) {
    $names = [...$functions, ...$classes];
    $command = [getenv('TEST_PHP_EXECUTABLE'), '-n', ...$options, __DIR__ . '/../lib/reflect.php', $file, ...$names];
    return shell_exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1');
};
$stub = $reflect([], __DIR__ . '/../../stubs/ticket.php');
$extension = $reflect(['-d', 'extension=' . getenv('TICKET_TEST_MODULE')], '');
echo $extension;
if ($stub !== $extension) {
    echo "The stub says:\n$stub";
}
// Nothing else is there: no class, function, constant or setting that the stub or README does not tell.
$module = new ReflectionExtension('ticket');
$names = $module->getClassNames();
sort($names);
sort($classes);
var_dump($names === $classes, array_keys($module->getFunctions()) === $functions, $module->getConstants());
?>
--EXPECT--
function Dig\Ticket\status(): array
interface Dig\Ticket\NodeInterface extends none implements 
  public const MAX_NODE_ID = 1023
  abstract public getId(): int
class Dig\Ticket\Number extends none implements 
  public const CUSTOM_EPOCH = 1262332800000
  public const EPOCH_BIT = 42
  public const MAX_NODE_ID = 1023
  public const MAX_SEQUENCE_NUMBER = 4095
  public const NODE_BIT = 10
  public const SEQUENCE_BIT = 12
  public const TOTAL_BIT = 64
  public __construct(Dig\Ticket\NodeInterface|int|null $node = null): none
  public generate(): int
  public generateMany(int $count): array
  public getNodeId(): int
  public getTimestamp(): int
  public static parse(int $id): array
final class Dig\Ticket\Node\Local extends none implements Dig\Ticket\NodeInterface
  public const MAX_NODE_ID = 1023
  public __construct(?string $directory = null): none
  public getId(): int
final class Dig\Ticket\Node\Zookeeper extends none implements Dig\Ticket\NodeInterface
  public const MAX_NODE_ID = 1023
  public __construct(string $dsn, string $path = "\/sim\/ticket"): none
  public getId(): int
class Dig\Ticket\Exception\TicketException extends RuntimeException implements Stringable, Throwable
class Dig\Ticket\Exception\IllegalTimeException extends Dig\Ticket\Exception\TicketException implements Stringable, Throwable
class Dig\Ticket\Exception\UnavailableNodeIdException extends Dig\Ticket\Exception\TicketException implements Stringable, Throwable
bool(true)
bool(true)
array(0) {
}
