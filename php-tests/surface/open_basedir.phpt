--TEST--
open_basedir is kept, with an exception and nothing printed
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$inside = scratch('inside');
mkdir($inside);
ini_set('open_basedir', $inside);
echo str_replace($inside, 'INSIDE', thrown(fn() => new Dig\Ticket\Node\Local('/tmp/ticket'))), "\n";
var_dump((new Dig\Ticket\Node\Local("$inside/ticket"))->getId() > 0);
// What the administrator has set in php.ini is not the script's choice.
var_dump((new Dig\Ticket\Number())->generate() > 0);
?>
--EXPECT--
Dig\Ticket\Exception\UnavailableNodeIdException: the directory /tmp/ticket is outside of open_basedir
bool(true)
bool(true)
