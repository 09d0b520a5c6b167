--TEST--
PHP embedded: each start is a family of its own, and nothing is left in the process when PHP ends
--SKIPIF--
<?php
$library = 'libphp' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '.so';
exec("echo 'int main(void){}' | cc -x c - -o /dev/null -l:$library 2>&1", $said, $failed);
if ($failed) die("skip: there is no $library; install it to test this");
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
$program = scratch('embed');
$library = 'libphp' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '.so';
exec('cc -Wall $($PHP_CONFIG --includes) -o ' . "$program " . escapeshellarg(__DIR__ . '/embed.c') . " -l:$library 2>&1", $said, $failed);
!$failed || die(implode("\n", $said));
$code = <<<'PHP'
$number = new Dig\Ticket\Number();
echo json_encode($number->generateMany(1000)), "\n";
PHP;
foreach (Registry::both() as $registry) {
    mkdir($directory = scratch('ini'));
    $ini = ['extension' => getenv('TICKET_TEST_MODULE')] + $registry->ini();
    file_put_contents("$directory/php.ini", array_map(fn($k, $v) => "$k=\"$v\"\n", array_keys($ini), $ini));
    $child = new Child(
        ['env', 'PHP_INI_SCAN_DIR=', $program, $directory, $code],
        [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]],
    );
    $say = fn() => fwrite($child->pipes[0], "\n");
    $descriptors = fn() => array_map(readlink(...), glob("/proc/$child->pid/fd/*"));
    fgets($child->pipes[1]);
    $before = $descriptors();
    // What the process has since: descriptors, mappings of ours, threads.
    $ours = fn() => [
        count(array_diff($descriptors(), $before)),
        count(preg_grep('~/dev/zero|memfd:|/registry$~', file("/proc/$child->pid/maps", FILE_IGNORE_NEW_LINES))),
        count(glob("/proc/$child->pid/task/*")) - 1,
    ];
    $lists = [];
    for ($time = 1; $time <= 3; $time++) {
        $say();
        $line = trim(fgets($child->pipes[1]));
        $lists[] = json_decode($line) ?? throw new Exception($line);
        $registry->holds();
        [$opened, $mapped, $threads] = $ours();
        printf("runs: %s, %d threads; ", $opened > 0 && $mapped > 0 ? 'some' : 'nothing', $threads);
        $say();
        // At once: PHP has waited for the claim to go.
        echo fgets($child->pipes[1]), json_encode([$registry->held()[0], $ours()]), "\n";
        eventually(fn() => !array_filter($registry->held()) && !keepers($program), what: 'no session and no keeper');
    }
    $say();
    check(3000, ...$lists);
    eventually(fn() => !$child->runs(), what: 'its end');
}
?>
--EXPECT--
runs: some, 0 threads; ended
[0,[0,0,0]]
runs: some, 0 threads; ended
[0,[0,0,0]]
runs: some, 0 threads; ended
[0,[0,0,0]]
runs: some, 0 threads; ended
[0,[0,0,0]]
runs: some, 0 threads; ended
[0,[0,0,0]]
runs: some, 0 threads; ended
[0,[0,0,0]]
