--TEST--
Random operations of several processes, with cuts: writes are in one order that time agrees with, each client sees it go forward
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$run = scratch('random');
$code = PRELUDE . CLIENT . <<<PHP
\$client = new Client(null, ['timeout' => 30_000]);
foreach (['/a', '/b', '/p', '/q'] as \$path) \$client->create(\$path, '');
for (\$process = 0; \$process < 4; \$process++) {
    if (!pcntl_fork()) {
        mt_srand(\$process);
        // The same object, or one of its own with a session of its own.
        if (\$process === 3) (\$client = new Client(null, ['timeout' => 30_000]))->getSessionId();
        \$history = [];
        for (\$i = 0; !file_exists('$run.stop'); \$i++) {
            [\$path, \$value, \$start] = [['/a', '/b'][mt_rand(0, 1)], "\$process-\$i", hrtime(true)];
            \$entry = null;
            try {
                switch (mt_rand(0, 4)) {
                    case 0:
                        \$entry = ['w', [[\$path, \$value, \$client->set(\$path, \$value)]]];
                        break;
                    case 1:
                        \$read = \$client->get(\$path, stat: \$stat);
                        \$entry = ['r', [[\$path, \$read, \$stat]]];
                        break;
                    case 2:
                        \$version = \$client->exists(\$path)->version;
                        \$start = hrtime(true);
                        \$stat = \$client->set(\$path, \$value, \$version);
                        \$stat->version === \$version + 1 || print("version \$stat->version after \$version\\n");
                        \$entry = ['w', [[\$path, \$value, \$stat]]];
                        break;
                    case 3:
                        [\$p, \$q] = \$client->transaction()->set('/p', \$value)->set('/q', \$value)->commit();
                        \$entry = ['w', [['/p', \$value, \$p], ['/q', \$value, \$q]]];
                        break;
                    case 4:
                        \$both = \$client->getMany(['/p', '/q']);
                        \$both['/p']->value === \$both['/q']->value || print("half of a transaction\\n");
                        \$entry = ['r', array_map(fn(\$one) => [\$one->path, \$one->value, \$one->stat], array_values(\$both))];
                }
            } catch (E\\BadVersionException) {
            } catch (E\\SessionExpiredException) {
            } catch (E\\ZookeeperException \$e) {
                \$e->isOutcomeUnknown() || print(\$e->getMessage() . "\\n");
            }
            if (\$entry) {
                \$seen = array_map(fn(\$one) => [\$one[0], \$one[1], \$one[2]->mzxid, \$one[2]->version], \$entry[1]);
                \$history[] = [\$entry[0], \$start, hrtime(true), \$seen];
            }
        }
        file_put_contents("$run.\$process", json_encode(\$history));
        exit;
    }
}
while (pcntl_wait(\$status) > 0);
PHP;
$php = start($code, client($proxy));
for ($i = 0; $i < 6; $i++) {
    usleep(700_000);
    if ($i > 0 && $i < 5) {
        $proxy->mode('cut');
        $proxy->mode('pass');
    }
}
touch("$run.stop");
echo $php->finish(), "\n";

$histories = array_map(fn($i) => json_decode(file_get_contents("$run.$i")), range(0, 3));
[$written, $versions, $reads] = [[], [], 0];
foreach ($histories as $history) {
    foreach ($history as [$kind, $start, $end, $seen]) {
        foreach ($seen as [$path, $value, $zxid, $version]) {
            // What a transaction wrote, or a set, or a read shows of it: one value, one version.
            $known = $written[$path][$zxid] ??= [$value, $version];
            $known === [$value, $version] || print("two values of $path at $zxid\n");
            $reads += (int) ($kind === 'r');
        }
    }
}
// A later write has a higher version.
foreach ($written as $path => $all) {
    ksort($all);
    $last = -1;
    foreach ($all as [, $version]) {
        $version > $last || print("$path goes back from version $last to $version\n");
        $last = $version;
    }
}
// Writes are in an order that time agrees with.
$writes = array_filter(array_merge(...$histories), fn($one) => $one[0] === 'w');
usort($writes, fn($a, $b) => $a[3][0][2] <=> $b[3][0][2]);
$latest = 0;
foreach ($writes as [, $start, $end]) {
    // Its end is before the start of one that is earlier in the order.
    $latest = max($latest, $start);
    $end >= $latest || print("a write is ordered after one that began later\n");
}
// Each client sees all go forward, and what it wrote itself.
foreach ($histories as $history) {
    $last = [];
    foreach ($history as [, , , $seen]) {
        foreach ($seen as [$path, , $zxid]) {
            $zxid >= ($last[$path] ?? 0) || print("a client sees $path go back\n");
            $last[$path] = $zxid;
        }
    }
}
var_dump(count($writes) > 20, $reads > 20, $proxy->disturbed() > 0);
?>
--EXPECT--

bool(true)
bool(true)
bool(true)
