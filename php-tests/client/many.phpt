--TEST--
More clients than the keeper, or PHP, may have files for: the error says so, and others go on
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
echo run(PRELUDE . CLIENT . <<<'PHP'
$clients = [new Client(null, ['timeout' => 20_000])];
$clients[0]->create('/a', '1');
// In processes of their own, so that it is the keeper that has too many.
$pids = [];
for ($i = 0; $i < 4; $i++) {
    if (!$pids[] = pcntl_fork()) {
        $own = [];
        $said = 'none';
        for ($j = 0; $j < 20; $j++) {
            $own[] = new Client(null, ['timeout' => 20_000]);
            try { $own[$j]->get('/a'); } catch (E\ZookeeperException $e) {
                $said = preg_match('/keeper may not open more files.*ulimit -n/', $e->getMessage()) ? 'said' : $e->getMessage();
            }
        }
        file_put_contents(getenv('SAID'), "$said\n", FILE_APPEND);
        while (!file_exists(getenv('SAID') . '.go')) usleep(1000);
        exit;
    }
}
while (count(@file(getenv('SAID')) ?: []) < 4) usleep(1000);
$said = array_unique(file(getenv('SAID')));
echo json_encode([in_array("said\n", $said), array_diff($said, ["said\n", "none\n"])]), "\n";
// Those that are served already are served on.
echo $clients[0]->get('/a'), "\n";
touch(getenv('SAID') . '.go');
foreach ($pids as $pid) pcntl_waitpid($pid, $status);
// And where PHP has no room itself.
while ($file = @fopen('/dev/null', 'r')) $files[] = $file;
$said = thrown(fn() => (new Client())->get('/a'));
echo preg_match('/this process may not open more files.*ulimit -n/', $said) ? "said\n" : "$said\n";
$files = [];
$clients = [new Client(null, ['timeout' => 20_000])];
echo $clients[0]->get('/a'), "\n";
PHP, client($server), ['SAID' => scratch('said')], ['prlimit', '--nofile=100:100']), "\n";
?>
--EXPECT--
[true,[]]
1
said
1
