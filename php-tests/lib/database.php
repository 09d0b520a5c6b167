<?php
// Servers of SQL for the tests, from Debian's packages: each in a directory of its own, on a socket there, and ended with the test.

require_once __DIR__ . '/zookeeper.php';

/** A directory on a disk, of a user who is not root, since PostgreSQL refuses that one. */
function database_directory(string $name): string
{
    $directory = exec('mktemp -d /var/tmp/ticket-test-' . $name . '.XXXXXX');
    chmod($directory, 0700);
    chown($directory, 65534);
    $process = getmypid();
    register_shutdown_function(function () use ($directory, $process) {
        if (getmypid() === $process) {
            ($GLOBALS['databases'][$directory] ?? null)?->kill();
            exec('rm -rf ' . escapeshellarg($directory));
        }
    });
    return $directory;
}

/** The command as the user who owns these directories; the test's own, if that is not root. */
function unprivileged(array $command): array
{
    $root = trim((string) exec('id -u')) === '0';
    // Another user is not told of its parent's end, unless it asks again.
    $other = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--pdeathsig', 'KILL'];
    return $root ? [...$other, ...$command] : $command;
}

/** Runs a command to its end; throws with what it said if it failed. */
function carried_out(array $command): void
{
    exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1 </dev/null', $said, $status);
    $status === 0 || throw new Exception("$command[0]: " . implode("\n", $said));
}

/** Starts a server, and connects as soon as it serves. */
function database_server(array $command, string $directory, callable $connect): PDO
{
    $log = "$directory/log";
    $out = ['file', $log, 'a'];
    $child = new Child(unprivileged($command), [['file', '/dev/null', 'r'], $out, $out]);
    $GLOBALS['databases'][$directory] = $child;
    $made = null;
    eventually(function () use ($connect, $child, $log, &$made) {
        alive($child->pid) || throw new Exception('the server has ended: ' . file_get_contents($log));
        try {
            return $made = $connect();
        } catch (PDOException) {
            return false;
        }
    }, what: "a database that serves");
    $made->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
    return $made;
}

/** MariaDB, on the socket `mariadb_socket()`. */
function mariadb(): PDO
{
    $directory = database_directory('mariadb');
    $GLOBALS['mariadb_socket'] = "$directory/socket";
    carried_out(unprivileged([
        'mariadb-install-db', '--no-defaults', "--datadir=$directory/data", '--auth-root-authentication-method=normal', '--skip-test-db',
    ]));
    $command = [
        'mariadbd', '--no-defaults', "--datadir=$directory/data", "--socket=$directory/socket", '--skip-networking', '--innodb-buffer-pool-size=16M',
        "--pid-file=$directory/pid", "--tmpdir=$directory", '--character-set-server=utf8mb4',
    ];
    return database_server($command, $directory, function () use ($directory) {
        $database = new PDO("mysql:unix_socket=$directory/socket", 'root', '');
        $database->exec('CREATE DATABASE IF NOT EXISTS test; USE test');
        return $database;
    });
}

/** Where it listens, for those who connect by themselves (user root, no password, database test). */
function mariadb_socket(): string
{
    return $GLOBALS['mariadb_socket'];
}

/** PostgreSQL, on a socket in the directory `postgresql_directory()`. */
function postgresql(): PDO
{
    // Debian keeps them apart, by version.
    $programs = glob('/usr/lib/postgresql/*/bin');
    $programs = end($programs) ?: throw new Exception('there is no PostgreSQL below /usr/lib/postgresql');
    $directory = database_directory('postgresql');
    $GLOBALS['postgresql_directory'] = $directory;
    carried_out(unprivileged(["$programs/initdb", '-D', "$directory/data", '-U', 'test', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C']));
    $command = ["$programs/postgres", '-D', "$directory/data", '-k', $directory, '-c', 'listen_addresses=', '-c', 'fsync=off'];
    return database_server($command, $directory, fn() => new PDO("pgsql:host=$directory;dbname=postgres;user=test"));
}

/** Where its socket is, for those who connect by themselves (user test, database postgres). */
function postgresql_directory(): string
{
    return $GLOBALS['postgresql_directory'];
}
