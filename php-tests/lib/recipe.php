<?php
// For the tests of what is held: locks and their like.

require_once __DIR__ . '/client.php';
require_once __DIR__ . '/service.php';

/** For code given to start(), after CLIENT. */
const RECIPES = <<<'PHP'
use Dig\Zookeeper\{Election, Lock, ReadLock, Semaphore, WriteLock};
/** What is to be printed: true, false, null, and whatever else is one word, in one line. */
function tell(mixed ...$told) { echo implode(' ', array_map(fn($one) => is_string($one) ? $one : json_encode($one), $told)), "\n"; }
/** Waits until that is so, as far as 60 s go. */
function until(callable $holds): bool {
    for ($end = hrtime(true) + 60e9; !$holds() && hrtime(true) < $end;) usleep(1000);
    return (bool) $holds();
}

PHP;

/** Settings of a PHP whose sessions are so long that nothing is freed because its session's time is over. */
function recipes(Server|Proxy|string $of, array $more = []): array
{
    return client($of, $more + ['ticket.session_timeout' => 60_000, 'ticket.zookeeper_timeout' => 30_000]);
}

/** Waits until so many stand in a line. */
function in_line(Znodes $znodes, string $path, int $many): void
{
    eventually(fn() => count($znodes->children($path)) === $many, what: "$many in line below $path");
}

/** The first of a line: its path. */
function first(Znodes $znodes, string $path): ?string
{
    $names = $znodes->children($path);
    usort($names, fn($one, $other) => substr($one, -10) <=> substr($other, -10));
    return $names ? "$path/$names[0]" : null;
}

/** The session in which the first of a line stands there. */
function session_of(Znodes $znodes, string $path): string
{
    return $znodes->getData(first($znodes, $path))[2];
}

/** Waits until a process, which has said something before it waits, does. */
function asleep(int $pid): void
{
    $look = fn() => preg_match('/\) (\w) (?:\S+ ){10}(\S+ \S+)/', file_get_contents("/proc/$pid/stat"), $found) ? array_slice($found, 1) : [];
    eventually(fn() => ($before = $look())[0] === 'S' && usleep(50_000) === null && $look() === $before, what: 'it waits');
}
