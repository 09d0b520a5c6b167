<?php
// What this PHP's family holds and has counted, and who has which node ID: as a page, for programs, and on a terminal.
//
//     /status.php                        a page, without any script
//     /status.php?format=json            the same as JSON
//     /status.php?format=openmetrics     what is counted, for Prometheus; asks ZooKeeper nothing
//
//     php status.php                     in words
//     php status.php nodes               the map of all nodes and their holders
//     php status.php decode ID           of an ID, as a number or as text
//     php status.php range FROM TO       the IDs of a time: from FROM on, and before TO
//
// It is closed to the world: it answers whoever asks from this machine and by a name of it (localhost), unless the request was
// passed on. A proxy on this machine that adds no X-Forwarded-For looks like this machine: set TICKET_STATUS_TOKEN in the
// server's environment there (php-fpm: env[TICKET_STATUS_TOKEN]), and for all who ask from elsewhere. Then it answers those only
// who send that token: as "Authorization: Bearer TOKEN", or as the password that a browser asks for (any name).
//
// The numbers are those of the family of the PHP that runs this, so ask each server by itself. A terminal's PHP is a family of its
// own; -d ticket.lease=first_use keeps it from a node.

namespace Dig\Ticket\Status;

use Dig\Ticket\Number;
use Dig\Zookeeper\Client;
use Throwable;

/** ms that ZooKeeper is waited for, a question. */
const PATIENCE = 1500;

/** What status() says, or why it says nothing. */
function family(): array
{
    if (!extension_loaded('ticket')) {
        $file = php_ini_loaded_file() ?: 'php.ini';
        return [null, 'The extension ticket is not loaded in this PHP (' . PHP_SAPI . "). Put extension=ticket.so into $file, and start "
            . 'PHP anew; if it is there, PHP\'s log of errors says why it was not loaded.'];
    }
    try {
        return [\Dig\Ticket\status(), null];
    } catch (Throwable $error) {
        return [null, $error->getMessage()];
    }
}

/** `key=value` pairs, as ticket writes them into its znodes. Whoever can write there can write anything. */
function pairs(?string $data): array
{
    preg_match_all('/(?:^| )(\w+)=(\S*)/', (string) $data, $found);
    return array_combine($found[1], $found[2]);
}

/**
 * Who has which node, and which free ones are spoken for until a time to come.
 *
 * @return array{source: string, error: ?string, nodes: array<int, array>} error: why there is nothing, or not all
 */
function nodes(array $status): array
{
    $nodes = [];
    if ($status['registry'] === 'local') {
        if ($status['node'] !== null) {
            $nodes[$status['node']] = holder('leased', ['host' => gethostname(), 'sapi' => PHP_SAPI]);
        }
        return ['source' => "local registry {$status['place']}: this family's own node only", 'error' => null, 'nodes' => $nodes];
    }
    $answer = ['source' => "ZooKeeper {$status['place']}", 'error' => null, 'nodes' => []];
    if ($status['disconnected_for_ms'] > PATIENCE) {
        // Whoever asks at night is not to wait for what is known to be away.
        return ['error' => 'ZooKeeper is away, so nobody can say who has which node.'] + $answer;
    }
    try {
        $path = ini_get('ticket.path') ?: '/dig/ticket';
        $client = new Client(null, ['timeout' => PATIENCE]);
        $read = function (string $parent) use ($client): array {
            $names = preg_grep('/^\d{1,5}$/', $client->getChildren($parent));
            $found = [];
            foreach (array_chunk($names, 500) as $some) {
                $found += $client->getMany(array_map(fn($name) => "$parent/$name", $some));
            }
            return $found;
        };
        $now = microtime(true) * 1000;
        foreach ($read($path) as $znode => $found) {
            $id = (int) basename($znode);
            // Below 8 bits of nodes there are no spares.
            $spares = intdiv($status['nodes_total'] - 1, 16);
            $state = $spares >= 15 && $id >= $status['nodes_total'] - $spares ? 'spare' : 'leased';
            $nodes[$id] = holder($state, pairs(value($found)));
        }
        foreach ($read("$path/.marks") as $znode => $found) {
            $id = (int) basename($znode);
            $until = pairs(value($found))['until'] ?? '';
            if (!isset($nodes[$id]) && preg_match('/^\d{1,15}$/D', $until) && $until > $now) {
                $nodes[$id] = holder('ahead', [], (int) $until);
            }
        }
    } catch (Throwable $error) {
        $answer['error'] = $error->getMessage();
    }
    ksort($nodes);
    return ['nodes' => array_filter($nodes, fn($id) => $id < $status['nodes_total'], ARRAY_FILTER_USE_KEY)] + $answer;
}

function value(mixed $found): ?string
{
    return is_object($found) ? $found->value : $found;
}

function holder(string $state, array $said, ?int $until = null): array
{
    $said += ['host' => null, 'keeper' => null, 'sapi' => null, 'started' => null, 'ticket' => null];
    return ['state' => $state, 'host' => $said['host'], 'keeper' => $said['keeper'], 'sapi' => $said['sapi'],
        'since' => $said['started'], 'version' => $said['ticket'], 'until' => $until];
}

/**
 * Health in words: `ok`, `warning` or `failing`, and what there is to say and to do.
 *
 * @return array{string, list<string>}
 */
function health(?array $status, ?string $error): array
{
    if ($status === null) {
        return ['failing', [$error]];
    }
    $s = $status;
    $worst = 'ok';
    $said = [];
    $say = function (string $state, string $sentence) use (&$worst, &$said) {
        $rank = ['ok' => 0, 'warning' => 1, 'failing' => 2];
        $worst = $rank[$state] > $rank[$worst] ? $state : $worst;
        $said[] = $sentence;
    };
    $distant = $s['registry'] === 'zookeeper';
    $left = time_of((int) $s['ahead']);
    if ($distant && $s['disconnected_for_ms'] !== null) {
        $for = time_of($s['disconnected_for_ms']);
        $do = "Look at the servers and the way to them ({$s['place']}).";
        if ($s['node'] !== null && $s['ahead'] > 0) {
            $say('warning', "ZooKeeper has been away for $for. IDs are issued on for another $left; after that calls throw until it is back. $do");
        } else {
            $say('failing', "ZooKeeper has been away for $for, and no time is left that was reserved: calls throw until it is back, and then go on by themselves. $do");
        }
    } elseif ($s['node'] === null) {
        $say($s['error'] === null ? 'ok' : 'failing', 'This family has no node ID' . ($s['error'] === null ? ' yet: none was asked for.' : '.'));
    } elseif ($distant && $s['ahead'] === 0) {
        $say('failing', 'The mark of this family\'s node is not moved ahead, although there is a connection: calls wait or throw.');
    } else {
        $say('ok', "IDs are issued from node {$s['node']}" . ($distant ? ", and would be for another $left without ZooKeeper." : '.'));
    }
    if ($distant && $s['keeper'] === null && $s['node'] !== null) {
        $say('warning', 'No keeper runs. The next call that needs one starts it.');
    }
    if ($s['error'] !== null) {
        $say('warning', rtrim($s['error'], '.') . '.');
    }
    if ($s['warning'] !== null) {
        $say('warning', rtrim($s['warning'], '.') . '.');
    }
    if ($s['nodes_leased'] > 0.9 * $s['nodes_total']) {
        $say('warning', "{$s['nodes_leased']} of {$s['nodes_total']} nodes are leased: soon none is free. End what is not used, or plan for more node bits.");
    }
    if ($s['spawn_failures'] > 0) {
        $say('warning', "A keeper could not be started, or failed, {$s['spawn_failures']} times since this family began.");
    }
    if (array_sum($s['refused']) > 0) {
        $say('ok', array_sum($s['refused']) . ' calls were refused since this family began.');
    }
    return [$worst, $said];
}

function time_of(int $ms): string
{
    return match (true) {
        $ms < 1000 => "$ms ms",
        $ms < 120_000 => round($ms / 1000, 1) . ' s',
        $ms < 7_200_000 => round($ms / 60_000) . ' min',
        $ms < 172_800_000 => round($ms / 3_600_000) . ' h',
        default => round($ms / 86_400_000) . ' days',
    };
}

/** An ID in all its forms. */
function decode(string $text): array
{
    $text = trim($text);
    // A text of 13 digits is no number: IDs of so few are of a layout's first hour.
    $id = strlen($text) === 13 ? false : filter_var($text, FILTER_VALIDATE_INT);
    if ($id === false) {
        // What is wrong with it, this says.
        $id = Number::fromText($text);
    }
    $parts = Number::parse($id);
    return ['id' => (string) $id, 'text' => Number::toText($id), 'time' => Number::time($id)->format('Y-m-d\TH:i:s.v\Z'),
        'timestamp' => $parts['timestamp'], 'node' => $parts['node'], 'sequence' => $parts['sequence']];
}

function openmetrics(?array $status, string $health): string
{
    $escape = fn(mixed $value) => strtr((string) $value, ['\\' => '\\\\', "\n" => '\\n', '"' => '\\"']);
    $labels = function (array $pairs) use ($escape) {
        $written = array_map(fn($name, $value) => "$name=\"{$escape($value)}\"", array_keys($pairs), $pairs);
        return $written ? '{' . implode(',', $written) . '}' : '';
    };
    $family = $status === null ? [] : ['family' => $status['pid']];
    $lines = [];
    $add = function (string $type, string $name, string $help, array $samples, string $unit = '') use (&$lines, $labels, $family) {
        $samples = array_filter($samples, fn($sample) => $sample[1] !== null);
        if (!$samples) {
            return;
        }
        array_push($lines, "# TYPE $name $type", ...($unit ? ["# UNIT $name $unit"] : []), ...["# HELP $name $help"]);
        $suffix = ['counter' => '_total', 'info' => '_info'][$type] ?? '';
        foreach ($samples as [$more, $value]) {
            $lines[] = "$name$suffix{$labels($family + $more)} $value";
        }
    };
    $one = fn(mixed $value) => [[[], $value]];
    $seconds = fn(?int $ms) => $one($ms === null ? null : $ms / 1000);
    $add('gauge', 'ticket_health', '0: calls fail, 1: something is to be looked at, 2: all is well.', $one(['failing' => 0, 'warning' => 1, 'ok' => 2][$health]));
    if ($s = $status) {
        $add('info', 'ticket', 'The extension, and what it leases from.', [[['version' => $s['version'], 'registry' => $s['registry'], 'place' => $s['place'],
            'node' => $s['node'] ?? '', 'layout' => $s['layout']], 1]]);
        $add('gauge', 'ticket_keeper_up', 'Whether a keeper runs.', $one($s['registry'] === 'zookeeper' ? (int) ($s['keeper'] !== null) : null));
        $add('gauge', 'ticket_start_time_seconds', 'When the family began, since 1970.', $seconds($s['started']), 'seconds');
        $add('gauge', 'ticket_ahead_seconds', 'How long IDs can be issued without ZooKeeper.', $seconds($s['registry'] === 'zookeeper' ? (int) $s['ahead'] : null), 'seconds');
        $add('gauge', 'ticket_disconnected_seconds', 'For how long ZooKeeper has been away; 0 while it is not.',
            $seconds($s['registry'] === 'zookeeper' ? (int) $s['disconnected_for_ms'] : null), 'seconds');
        $add('gauge', 'ticket_last_renewal_age_seconds', 'How long ago the mark was moved ahead.', $seconds($s['last_renewal_ms']), 'seconds');
        $add('gauge', 'ticket_nodes', 'Node IDs of the layout, and those that were leased when they were listed last.',
            [[['state' => 'total'], $s['nodes_total']], [['state' => 'leased'], $s['nodes_leased']], [['state' => 'spare'], $s['nodes_spare']]]);
        $add('gauge', 'ticket_nodes_listing_age_seconds', 'How long ago they were listed.', $seconds($s['nodes_listed_ms']), 'seconds');
        $add('gauge', 'ticket_clock_offset_max_seconds', 'The furthest that a process saw the clock go back.', $seconds($s['clock_offset_max_ms']), 'seconds');
        $add('gauge', 'ticket_wait_max_seconds', 'The longest wait of a call.', $seconds($s['wait_max_ms']), 'seconds');
        $add('gauge', 'ticket_exhausted_time_seconds', 'When the layout has no IDs left, since 1970.', $seconds($s['exhausted']), 'seconds');
        $add('counter', 'ticket_wait_seconds', 'What calls waited, all together.', $seconds($s['wait_ms']), 'seconds');
        $add('counter', 'ticket_refused', 'Calls that threw, by what.', array_map(fn($kind) => [['kind' => $kind], $s['refused'][$kind]], array_keys($s['refused'])));
        foreach (COUNTERS as $name => $help) {
            $add('counter', "ticket_$name", $help, $one($s[$name]));
        }
    }
    return implode("\n", [...$lines, '# EOF']) . "\n";
}

const COUNTERS = [
    'issued' => 'IDs issued.', 'waits' => 'Calls that had to wait.', 'clock_steps' => 'How often a process saw that the clock had gone back.',
    'keeper_restarts' => 'Keepers that followed the first.', 'spawn_failures' => 'How often a keeper could not be started, or failed.',
    'moves' => 'Moves to another node because the clock went back.', 'lost' => 'Leases that another owner has taken.',
    'voided' => 'Permits given up because this machine is a copy.', 'overwritten' => 'How often other code had overwritten the shared memory.',
];

/** Why a request is not answered: status and sentence; null: it is. */
function closed(array $server, string $token): ?array
{
    if ($token !== '') {
        $given = $server['PHP_AUTH_PW'] ?? preg_replace('/^Bearer +/i', '', $server['HTTP_AUTHORIZATION'] ?? '');
        return hash_equals($token, $given) ? null
            : [401, 'Send the token of TICKET_STATUS_TOKEN: as "Authorization: Bearer TOKEN", or as a password.'];
    }
    $passed_on = preg_grep('/^HTTP_(.*FORWARDED.*|.*(CLIENT|REAL|CONNECTING|REMOTE)_IP|.*EXTERNAL_ADDRESS|VIA)$/', array_keys($server));
    $here = preg_match('/^(127\.[\d.]+|::1|::ffff:127\.[\d.]+)$/', $server['REMOTE_ADDR'] ?? '');
    // Also not for a page of elsewhere whose name leads here.
    $named = preg_match('/^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/i', $server['HTTP_HOST'] ?? '');
    return $here && $named && !$passed_on ? null : [403,
        'This page answers requests from its own machine only, by the name localhost and not through a proxy. For all others, set the '
        . 'environment variable TICKET_STATUS_TOKEN of PHP (php-fpm: env[TICKET_STATUS_TOKEN] = ... in its pool) to a long random '
        . 'text, and send that as "Authorization: Bearer TOKEN".'];
}

function answer(): void
{
    header('Cache-Control: no-store');
    header('X-Content-Type-Options: nosniff');
    header('Referrer-Policy: no-referrer');
    header("Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    if ($closed = closed($_SERVER, (string) getenv('TICKET_STATUS_TOKEN'))) {
        http_response_code($closed[0]);
        $closed[0] === 401 && header('WWW-Authenticate: Basic realm="ticket", charset="UTF-8"');
        header('Content-Type: text/plain; charset=utf-8');
        echo $closed[1], "\n";
        return;
    }
    [$status, $error] = family();
    [$health, $said] = health($status, $error);
    $format = is_string($_GET['format'] ?? null) ? $_GET['format'] : '';
    if ($format === 'openmetrics') {
        header('Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8');
        echo openmetrics($status, $health);
        return;
    }
    $map = $status ? nodes($status) : ['source' => '', 'error' => null, 'nodes' => []];
    if ($format === 'json') {
        header('Content-Type: application/json');
        $map['nodes'] = array_map(fn($id, $node) => ['node' => $id] + $node, array_keys($map['nodes']), $map['nodes']);
        echo json_encode(['health' => $health, 'sentences' => $said, 'family' => $status, 'registry' => $map],
            JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
        return;
    }
    header('Content-Type: text/html; charset=utf-8');
    page($status, $health, $said, $map, is_string($_GET['id'] ?? null) ? $_GET['id'] : '');
}

function h(mixed $text): string
{
    // Controls have no place in a page.
    $text = preg_replace('/[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]/', '?', (string) $text);
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
}

function page(?array $status, string $health, array $said, array $map, string $asked): void
{
    $title = ['ok' => 'All is well', 'warning' => 'Look at this', 'failing' => 'IDs cannot be issued'][$health];
    $rows = fn(array $pairs) => implode('', array_map(fn($name, $value) => '<tr><th scope="row">' . h($name) . '</th><td>'
        . ($value === null ? '<span class="none">none</span>' : h(is_array($value) ? json_encode($value) : $value)) . '</td></tr>', array_keys($pairs), $pairs));
    // Times as people read them, too.
    $shown = $status;
    foreach ($status ? ['epoch', 'started', 'mark', 'beyond_53_bits', 'negative', 'exhausted'] : [] as $name) {
        $shown[$name] = $status[$name] === null ? null : $status[$name] . gmdate(' (Y-m-d H:i:s\Z)', intdiv($status[$name], 1000));
    }
    $decoded = '';
    if ($asked !== '') {
        try {
            $decoded = '<table id="decoded">' . $rows(decode($asked)) . '</table>';
        } catch (Throwable $error) {
            $decoded = '<p id="decoded" class="failing">' . h($error->getMessage()) . '</p>';
        }
    }
    $cells = $holders = '';
    $counted = ['leased' => 0, 'spare' => 0, 'ahead' => 0];
    foreach ($status ? range(0, $status['nodes_total'] - 1) : [] as $id) {
        $node = $map['nodes'][$id] ?? null;
        if ($node === null) {
            $cells .= "<i title=\"$id: free\"></i>";
            continue;
        }
        $counted[$node['state']]++;
        $until = $node['until'] === null ? '' : gmdate('Y-m-d\TH:i:s\Z', intdiv($node['until'], 1000));
        $who = $node['state'] === 'ahead' ? "marked ahead, until $until" : "{$node['state']}, {$node['host']}, keeper {$node['keeper']}, {$node['sapi']}, since {$node['since']}";
        $own = $id === $status['node'] ? ' own' : '';
        $cells .= "<i class=\"{$node['state']}$own\" title=\"" . h("$id: $who") . '"></i>';
        if ($node['state'] !== 'ahead') {
            $holders .= "<tr><td>$id</td><td>{$node['state']}</td>" . implode('', array_map(fn($field) => '<td>' . h($node[$field]) . '</td>', ['host', 'keeper', 'sapi', 'since', 'version'])) . '</tr>';
        }
    }
    $free = ($status['nodes_total'] ?? 0) - array_sum($counted);
    ?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title><?= h("$title - ticket") ?></title>
<style>
:root { color-scheme: light dark; --line: #8884; --free: #8882; --leased: #2a78d6; --spare: #8a63d2; --ahead: #d99a1c; --ok: #1a7f4b; --warning: #b06f00; --failing: #cc2f3c; }
@media (prefers-color-scheme: dark) { :root { --leased: #4a94ee; --spare: #a683e8; --ok: #3fb878; --warning: #e0a13a; --failing: #f2656f; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
header { border-left: .4rem solid var(--ok); padding: .2rem 1rem; } header.warning { border-color: var(--warning); } header.failing { border-color: var(--failing); }
header.ok h1 { color: var(--ok); } header.warning h1 { color: var(--warning); } header.failing h1, p.failing { color: var(--failing); } header p { margin: .3rem 0; }
.map { display: grid; grid-template-columns: repeat(32, 1fr); gap: 2px; } .map i { aspect-ratio: 1; border-radius: 2px; background: var(--free); }
i.leased { background: var(--leased) !important; } i.spare { background: var(--spare) !important; } i.ahead { background: var(--ahead) !important; } i.own { outline: 2px solid CanvasText; outline-offset: 1px; }
@media (min-width: 46rem) { .map { grid-template-columns: repeat(64, 1fr); } }
.key { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; list-style: none; } .key i { display: inline-block; width: .75rem; height: .75rem; border-radius: 2px; margin-right: .4rem; background: var(--free); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { text-align: left; vertical-align: top; padding: .2rem 1.2rem .2rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; } th { font-weight: 500; white-space: nowrap; }
.columns { columns: 2 22rem; column-gap: 2.5rem; } .columns tr { break-inside: avoid; } .none { opacity: .5; } .wide { overflow-x: auto; }
input, button { font: inherit; padding: .3rem .6rem; } input { width: 15rem; max-width: 100%; } #decoded { margin-top: .8rem; } footer { margin: 2rem 0; opacity: .7; }
</style>
<header class="<?= $health ?>">
<h1><?= h($title) ?></h1>
<?php foreach ($said as $sentence) { ?><p><?= h($sentence) ?></p><?php } ?>
</header>
<?php if ($status) { ?>
<h2>Decode an ID</h2>
<form method="get"><input name="id" value="<?= h($asked) ?>" aria-label="An ID, as a number or as text" placeholder="number or text" maxlength="40" autocomplete="off"> <button>Decode</button></form>
<?= $decoded ?>
<h2>Nodes</h2>
<p><?= h($map['source']) ?></p>
<?php if ($map['error'] !== null) { ?><p class="failing"><?= h($map['error']) ?></p><?php } if ($map['error'] === null || $map['nodes']) { ?>
<div class="map"><?= $cells ?></div>
<ul class="key"><li><i class="leased"></i><?= $counted['leased'] ?> leased<li><i class="spare"></i><?= $counted['spare'] ?> spare<li><i class="ahead"></i><?= $counted['ahead'] ?> marked ahead<li><i></i><?= $free ?> free<li>outlined: this family's</ul>
<div class="wide"><table id="holders"><thead><tr><th>node<th></th><th>host<th>keeper<th>SAPI<th>since<th>version</thead><tbody><?= $holders ?></tbody></table></div>
<?php } ?>
<h2>This family</h2>
<div class="columns"><table id="family"><?= $rows($shown) ?></table></div>
<?php } ?>
<footer>As <a href="?format=json">JSON</a> and <a href="?format=openmetrics">OpenMetrics</a>. Made <?= gmdate('Y-m-d H:i:s') ?> UTC by process <?= getmypid() ?> (<?= h(PHP_SAPI) ?>) on <?= h(gethostname()) ?>.</footer>
</html>
<?php
}

/** Without what could steer a terminal. */
function plain(mixed $text): string
{
    return preg_replace('/[^\x20-\x7E]/', '?', (string) $text);
}

function terminal(array $arguments): int
{
    [$status, $error] = family();
    [$health, $said] = health($status, $error);
    $command = $arguments[1] ?? '';
    if ($status === null) {
        fwrite(STDERR, plain($error) . "\n");
        return 1;
    }
    try {
        switch ([$command, count($arguments)]) {
            case ['', 1]:
                echo "$health\n", implode('', array_map(fn($sentence) => plain($sentence) . "\n", $said));
                foreach ($status as $name => $value) {
                    printf("%-20s %s\n", $name, plain(is_array($value) ? json_encode($value) : $value));
                }
                return $health === 'failing' ? 1 : 0;
            case ['nodes', 2]:
                $map = nodes($status);
                echo plain($map['source']), "\n";
                if ($map['error'] !== null) {
                    fwrite(STDERR, plain("{$map['error']} {$said[0]}") . "\n");
                    return 1;
                }
                $signs = ['leased' => '#', 'spare' => 's', 'ahead' => '+'];
                for ($id = 0; $id < $status['nodes_total']; $id++) {
                    echo $id % 64 ? '' : sprintf('%5d ', $id), $signs[$map['nodes'][$id]['state'] ?? ''] ?? '.', $id % 64 === 63 || $id + 1 === $status['nodes_total'] ? "\n" : '';
                }
                echo "# leased, s spare, + marked ahead, . free\n";
                foreach ($map['nodes'] as $id => $node) {
                    if ($node['state'] !== 'ahead') {
                        echo rtrim(sprintf('%5d %-6s %-24s %8s %-12s %s', $id, $node['state'], plain($node['host']), plain($node['keeper']), plain($node['sapi']), plain($node['since']))), "\n";
                    }
                }
                return 0;
            case ['decode', 3]:
                foreach (decode($arguments[2]) as $name => $value) {
                    printf("%-10s %s\n", $name, $value);
                }
                return 0;
            case ['range', 4]:
                [$from, $to] = array_map(fn($text) => new \DateTimeImmutable($text, new \DateTimeZone('UTC')), array_slice($arguments, 2));
                $from < $to || throw new \ValueError("$arguments[2] is not before $arguments[3]");
                [$first, $last] = [Number::first($from), Number::last($to->modify('-1 ms'))];
                // From then on IDs are negative as signed numbers.
                $parts = $first >= 0 && $last < 0 ? [[$first, PHP_INT_MAX], [PHP_INT_MIN, $last]] : [[$first, $last]];
                echo implode(' OR ', array_map(fn($part) => "id BETWEEN $part[0] AND $part[1]", $parts)), "\n";
                return 0;
        }
    } catch (Throwable $error) {
        fwrite(STDERR, plain($error->getMessage()) . "\n");
        return 1;
    }
    fwrite(STDERR, "usage: php status.php [nodes | decode ID | range FROM TO]\n");
    return 2;
}

if (PHP_SAPI === 'cli') {
    exit(terminal($_SERVER['argv']));
}
answer();
