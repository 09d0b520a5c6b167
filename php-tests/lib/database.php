<?php
// Real database servers of a test's own: on a socket in a directory of theirs, and gone with the test.

require_once __DIR__ . '/zookeeper.php';

/** For SKIPIF. */
function skip_without_servers(string ...$servers): void
{
    foreach ($servers as $server) {
        if (!database_program($server)) {
            exit("skip: $server is not there; `make around` installs it");
        }
    }
}

/** The path of a program of MariaDB or PostgreSQL: Debian has the latter's in a directory for each version. */
function database_program(string $name): ?string
{
    $found = glob("{/usr/sbin,/usr/bin,/usr/local/bin,/usr/lib/postgresql/*/bin}/$name", GLOB_BRACE);
    return end($found) ?: null;
}

/** A PDO's DSN, user and password for a MariaDB with an empty database `test`. */
function mariadb(): array
{
    [$directory, $as] = database_directory();
    database_run([...$as, database_program('mariadb-install-db'), '--no-defaults', "--datadir=$directory/data", '--skip-test-db',
        '--auth-root-authentication-method=normal']);
    database_server([...$as, '--pdeathsig=KILL', database_program('mariadbd'), '--no-defaults', "--datadir=$directory/data",
        "--socket=$directory/socket", "--pid-file=$directory/pid", '--skip-networking', '--innodb-flush-log-at-trx-commit=0'], $directory, 9);
    $dsn = "mysql:unix_socket=$directory/socket;charset=utf8mb4";
    database_ready($dsn, 'root');
    return ["$dsn;dbname=test", 'root', ''];
}

/** The same of a PostgreSQL. */
function postgresql(): array
{
    [$directory, $as] = database_directory();
    database_run([...$as, database_program('initdb'), '-D', "$directory/data", '-U', 'test', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']);
    // SIGQUIT: at once, and with all its processes.
    database_server([...$as, '--pdeathsig=QUIT', database_program('postgres'), '-D', "$directory/data", '-k', $directory,
        '-c', 'listen_addresses=', '-c', 'fsync=off'], $directory, 3);
    database_ready("pgsql:host=$directory;dbname=postgres", 'test');
    return ["pgsql:host=$directory;dbname=test", 'test', ''];
}

/** A directory for a server, and what a command begins with to run as its owner, nobody where the test is root: servers refuse that one. */
function database_directory(): array
{
    $directory = scratch('database');
    mkdir($directory);
    if (fileowner($directory) !== 0) {
        return [$directory, ['setpriv']];
    }
    $nobody = 65534;
    chown($directory, $nobody);
    chgrp($directory, $nobody);
    return [$directory, ['setpriv', "--reuid=$nobody", "--regid=$nobody", '--clear-groups']];
}

function database_run(array $command): void
{
    exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1', $said, $failed);
    $failed && throw new Exception(implode("\n", $said));
}

/** Starts a server that ends by the signal when the test ends, and if that is killed. */
function database_server(array $command, string $directory, int $signal): void
{
    $log = ['file', "$directory/log", 'a'];
    $process = proc_open($command, [['file', '/dev/null', 'r'], $log, $log], $pipes, $directory);
    $test = getmypid();
    // Not by a fork of the test.
    register_shutdown_function(function () use ($process, $test, $signal) {
        if (getmypid() === $test) {
            proc_terminate($process, $signal);
            proc_close($process);
        }
    });
}

/** Waits until the server serves, and makes the database. */
function database_ready(string $dsn, string $user): void
{
    $said = '';
    $connect = function () use ($dsn, $user, &$pdo, &$said) {
        try {
            return $pdo = new PDO($dsn, $user, '');
        } catch (PDOException $error) {
            $said = $error->getMessage();
            return false;
        }
    };
    try {
        eventually($connect, what: $dsn);
    } catch (Exception $error) {
        throw new Exception($error->getMessage() . ": $said");
    }
    $pdo->exec('CREATE DATABASE test');
}
