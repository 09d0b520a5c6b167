--TEST--
Exceptions have one parent, a file, a line and a trace, and can be made in PHP
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
use Dig\Ticket\Exception\{IllegalTimeException, TicketException, UnavailableNodeIdException};

try {
    (new Dig\Ticket\Node\Local('/proc/ticket'))->getId();
} catch (TicketException $error) {
    echo get_class($error), "\n", $error->getMessage(), "\n";
    var_dump($error->getFile() === __FILE__, $error->getLine(), $error->getCode(), $error->getPrevious());
    echo $error->getTraceAsString(), "\n";
}
$mine = new IllegalTimeException('mine', 3, new UnavailableNodeIdException('first'));
var_dump($mine->getMessage(), $mine->getCode(), $mine->getPrevious()->getMessage(), $mine->getLine());
class Another extends UnavailableNodeIdException {}
var_dump(new Another('x') instanceof TicketException, new Another('x') instanceof RuntimeException);
?>
--EXPECTF--
Dig\Ticket\Exception\UnavailableNodeIdException
the local registry cannot be used: cannot make the directory /proc/ticket: %s
bool(true)
int(6)
int(0)
NULL
#0 %sexceptions.php(6): Dig\Ticket\Node\Local->getId()
#1 {main}
string(4) "mine"
int(3)
string(5) "first"
int(12)
bool(true)
bool(true)
