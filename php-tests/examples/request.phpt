--TEST--
The page for every server, on PHP's built-in server: each request gets an ID of its own
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
$ini = ['ticket.local_path' => scratch('registry')];
$server = new class($ini) extends Service {
    protected function start(): void
    {
        $page = __DIR__ . '/../../examples/request.php';
        $command = [PHP_BINARY, ...$this->options(), '-S', "127.0.0.1:$this->port", $page];
        $this->execute($command, false, ['PHP_CLI_SERVER_WORKERS' => 3]);
    }
};
for ($i = 0; $i < 50; $i++) {
    $answers[] = $server->ask();
}
$ids = array_map('intval', $answers);
var_dump($answers === array_map(fn($id) => "$id\n", $ids));
check(50, $ids);
echo nodes([$ids]), " node\n";
$types = preg_grep('/^Content-Type/i', get_headers("http://127.0.0.1:$server->port/"));
echo implode("\n", array_map('strtolower', $types)), "\n";
?>
--EXPECT--
bool(true)
1 node
content-type: text/plain;charset=utf-8
