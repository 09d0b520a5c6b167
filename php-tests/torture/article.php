<?php
// php article.php DIRECTORY FAMILY SERVERS WORKERS RATE: processes that take node IDs as the article's PHP does, on the
// path that the families share: an ephemeral znode named after a free one, and no look at a mark. The first process
// forks workers, and forks anew whichever ends; all end when descriptor 3 says end-of-file. Each worker has a session
// for some seconds, then another. It is told on stdin to fork so many more, for one session (`storm MANY`).
//
// One thing it does better: it asks ZooKeeper whether it still has its claim, and an ID counts, and is written to the
// journal, when the claim was there after it was issued. So whatever is in its journal was issued under a session that
// lived, and what the article's PHP issues when its session is lost, which nobody promises anything about, is not.

require __DIR__ . '/../lib/zookeeper.php';
require __DIR__ . '/../bench/article.php';
require __DIR__ . '/issuer.php';
[, $directory, $family, $servers, $workers, $rate] = $argv;
$end = fopen('php://fd/3', 'r');
/** Whether it shall end; waits for that for a tick. */
$ends = function () use ($end): bool {
    [$read, $none] = [[$end], []];
    return stream_select($read, $none, $none, 0, Issuer::TICK * 1000) > 0;
};

/**
 * Nodes in the order in which one is looked for: from the lowest on, as the article does; or, as it does where those are
 * taken, the highest, which families keep as spares, first those that are one now.
 */
function candidates(Znodes $znodes, bool $lowest): array
{
    if ($lowest) {
        return range(1, 1023);
    }
    $spares = range(961, 1023);
    shuffle($spares);
    $now = microtime(true) * 1000;
    $lives = fn($node) => preg_match('/^until=(\d+)/', $znodes->getData(sprintf('/sim/ticket/.marks/%04d', $node))[0] ?? '', $until)
        && $until[1] > $now;
    return array_merge($those = array_filter($spares, $lives), array_diff($spares, $those));
}

/** Takes a node. */
function claim(Znodes $znodes, bool $lowest): int
{
    $candidates = candidates($znodes, $lowest);
    $taken = $znodes->children('/sim/ticket');
    foreach ($candidates as $node) {
        if (in_array($name = sprintf('%04d', $node), $taken, true)) {
            continue;
        }
        try {
            $znodes->create("/sim/ticket/$name", $name, true);
            return $node;
        } catch (Exception $error) {
            // Somebody was faster.
            $error->getCode() === -110 || throw $error;
        }
    }
    throw new Exception('no node is free');
}

/** Takes a node and issues, for as long as it has it, and no more than so many ticks. */
$issue = function (string $file, bool $lowest, int $ticks) use ($servers, $rate, $ends): void {
    $order = explode(',', $servers);
    shuffle($order);
    $znodes = new Znodes(implode(',', $order), 2000);
    $claim = sprintf('/sim/ticket/%04d', $node = claim($znodes, $lowest));
    $from = $written = hrtime(true);
    [$article, $ids, $due, $began] = [new Article($node), [], 0, $from];
    for ($n = 1; $n <= $ticks && !$ends(); $n++) {
        for ($due += $rate * Issuer::TICK / 1000; $due >= 1; $due--) {
            $began = $ids ? $began : hrtime(true);
            $ids[] = $article->generate();
        }
        // Now and then as many as a busy family has in a millisecond.
        for ($i = 0; $n % 50 === 0 && $i < 500; $i++) {
            $ids[] = $article->generate();
        }
        if (!$ids || (hrtime(true) - $written < Issuer::EVERY && $n < $ticks)) {
            continue;
        }
        $written = hrtime(true);
        $znodes->sync($claim);
        if (($znodes->getData($claim)[2] ?? null) !== $znodes->session) {
            break;
        }
        file_put_contents("$file.ids", pack('P*', ...$ids), FILE_APPEND);
        $line = ['at' => $written, 'ids' => count($ids), 'spans' => [[$node, $ids[0] >> 22, end($ids) >> 22, $began]]];
        file_put_contents("$file.log", json_encode($line + ['held' => [$node, $from, $written]]) . "\n", FILE_APPEND);
        $ids = [];
    }
    $znodes->close();
};

/** A worker of that place, for one session or to the end. */
$fork = function (int $place, bool $once) use ($directory, $family, $issue, $ends): int {
    if ($pid = pcntl_fork()) {
        return $pid;
    }
    $file = Issuer::file($directory, $family);
    do {
        try {
            // The first is the article's own; the others choose what is worst for the families.
            $issue($file, $place === 1, random_int(200, 500));
        } catch (Exception) {
            // Its session is gone, or ZooKeeper is.
        }
    } while (!$once && !$ends());
    exit;
};

stream_set_blocking(STDIN, false);
for ($children = []; !$ends();) {
    foreach (array_diff(range(1, $workers), $children) as $place) {
        $children[$fork($place, false)] = $place;
    }
    for ($more = (int) substr((string) fgets(STDIN), strlen('storm ')); $more > 0; $more--) {
        $children[$fork(0, true)] = 0;
    }
    while (($ended = pcntl_waitpid(-1, $status, WNOHANG)) > 0) {
        unset($children[$ended]);
    }
}
while (pcntl_wait($status) > 0) {
}
