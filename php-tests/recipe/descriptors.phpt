--TEST--
A keeper that may open no more files says so to those who would hold something, at once, and so does a process that may not; who is a candidate already leads when there is room
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$first = new Client();
$first->makePath('/other');
$pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
/** What is thrown, and whether that is the keeper's word. */
function said(callable $body): string {
    $said = thrown($body);
    return str_contains($said, 'ZookeeperException: the keeper may not open more files, and takes two for each client') ? 'no room' : $said;
}
// In processes of their own, so that it is the keeper that has too many.
for ($i = 0; $i < 20; $i++) {
    if (!pcntl_fork()) {
        fclose($pair[0]);
        $lock = new Lock(new Client(), "/locks/$i");
        fwrite($pair[1], said(fn() => $lock->acquire(60.0)) . "\n");
        fgets($pair[1]);
        exit;
    }
    $said[] = trim(fgets($pair[0]));
}
$said = array_count_values($said);
ksort($said);
tell(json_encode(array_keys($said)), $said['nothing was thrown'] > 3);
// One that has come too late.
if (!pcntl_fork()) {
    fclose($pair[0]);
    $client = new Client(null, ['timeout' => 3000]);
    $election = new Election($client, '/leader');
    // It is a candidate from here on, and all else that its client asks is answered.
    $election->join();
    tell(said(fn() => $client->exists('/other')), said(fn() => (new Lock($client, '/other'))->acquire(60.0)));
    tell(said(fn() => $election->awaitLeadership(0.1)), $election->isLeader());
    fwrite($pair[1], "\n");
    tell($election->awaitLeadership(60.0), $election->isLeader());
    exit;
}
fgets($pair[0]);
fclose($pair[0]);
fclose($pair[1]);
while (pcntl_wait($status) > 0);
// And where this process has no room itself.
$lock = new Lock(new Client(null, ['timeout' => 500]), '/other');
while ($file = @fopen('/dev/null', 'r')) $files[] = $file;
tell(preg_replace('/.*: /', '', thrown(fn() => $lock->acquire(0.1))));
$files = [];
tell($lock->acquire(60.0));
PHP, recipes($server), [], ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh']);
echo $php->finish(), "\n";
?>
--EXPECT--
["no room","nothing was thrown"] true
no room no room
no room false
true true
this process may not open more files; raise the limit (ulimit -n)
true
