<?php
// For the tests of php-zookeeper's classes.

require_once __DIR__ . '/client.php';

/** For code given to start(). */
const COMPAT = <<<'PHP'
function await() { return trim((string) fgets(STDIN)); }
/** Class, code and message of what $body throws, or what it returns. */
function said(callable $body): string {
    try { return json_encode($body(), JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR); }
    catch (Throwable $e) { return get_class($e) . " {$e->getCode()} {$e->getMessage()}"; }
}
/** The same for each, one a line. */
function all(callable ...$bodies): void { foreach ($bodies as $body) echo said($body), "\n"; }
function until(callable $holds): void { for ($end = hrtime(true) + 30e9; !$holds(); usleep(1000)) if (hrtime(true) > $end) die("not within 30 s\n"); }
const OPEN = [['perms' => 31, 'scheme' => 'world', 'id' => 'anyone']];

PHP;
