<?php
// Gives a znode and all below it to whoever has the credentials in ticket.zookeeper_auth, while others use them:
//
//     php -d ticket.lease=first_use examples/tighten.php /sim/ticket
//
// Before: all PHPs that use the path have ticket.zookeeper_auth with these credentials, and were started with it. After: set
// ticket.zookeeper_acl = creator for all of them, start them anew, and call this once more, for what was made meanwhile.
// With --open after the path anyone may do all again.

use Dig\Zookeeper\Client;
use Dig\Zookeeper\Exception\NoNodeException;

[, $path] = $argv + [1 => ''];
if (!str_starts_with($path, '/')) {
    fwrite(STDERR, "php examples/tighten.php PATH [--open]\n");
    exit(2);
}
$acl = ($argv[2] ?? '') === '--open'
    ? [['perms' => 31, 'scheme' => 'world', 'id' => 'anyone']]
    : [['perms' => 31, 'scheme' => 'auth', 'id' => '']];
$client = new Client();
// From the top, so that nothing is made in between that anyone may change.
for ($paths = [$path], $many = 0; $paths; $many++) {
    $path = array_shift($paths);
    try {
        $client->setAcl($path, $acl);
        foreach ($client->getChildren($path) as $name) {
            $paths[] = rtrim($path, '/') . "/$name";
        }
    } catch (NoNodeException) {
        // It has ended meanwhile.
    }
}
echo "$many znodes\n";
