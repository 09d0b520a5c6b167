--TEST--
The page of status(): closed to the world, the map with its holders, hostile znodes, JSON, the terminal, and what it says when ZooKeeper is away
--FILE--
<?php
require __DIR__ . '/../lib/page.php';
$server = new Server();
$ini = leasing($server, ['ticket.window' => 3000, 'ticket.acquire_timeout' => 5000]);
$page = new StatusPage($ini);

// Who is answered.
foreach ([[], ['X-Forwarded-For: 127.0.0.1'], ['X-Real-IP: ::1'], ['Forwarded: for=127.0.0.1'], ['Via: 1.1 proxy'], ['Host: attacker.example']] as $headers) {
    [$status, , $body] = $page->get('', $headers);
    echo $headers[0] ?? 'from here', ": $status", $status === 403 && str_contains($body, 'TICKET_STATUS_TOKEN') ? ', and says how' : '', "\n";
}
$token = new StatusPage(['ticket.local_path' => scratch('registry')], ['TICKET_STATUS_TOKEN' => 'a long secret']);
foreach (['', 'Authorization: Bearer a long secre', 'Authorization: Bearer a long secret', 'Authorization: Basic ' . base64_encode('me:a long secret')] as $header) {
    [$status, $headers] = $token->get('', [$header, 'X-Forwarded-For: 192.0.2.1', 'Host: here.example']);
    echo "token, $header: $status", str_contains($headers, 'www-authenticate: basic') ? ', asks for it' : '', "\n";
}
[, , $body] = $token->get('?format=json', ['Authorization: Bearer a long secret']);
$local = json_decode($body, true);
var_dump($local['health'], array_column($local['registry']['nodes'], 'node') === [$local['family']['node']]);

// A znode that somebody else has made, with what would be a script or steer a terminal.
$others = new Dig\Zookeeper\Client($server->dsn());
$hostile = "nonce=0000000000000001 host=<script>alert(1)</script> keeper=\"'><img/src=x> sapi=\e[31mred\xff started=&lt; ticket=0";
eventually(fn() => in_array('.marks', (new Znodes($server))->children('/sim/ticket')), what: 'the registry is there');
$others->create('/sim/ticket/0500', $hostile);
$others->create('/sim/ticket/.marks/0501', 'until=' . (int) (microtime(true) * 1000 + 3_600_000) . ' nonce=0000000000000001');
eventually(fn() => json_decode($page->get('?format=json')[2], true)['family']['node'] !== null, what: 'the family has a node');
[$status, $headers, $html] = $page->get('?id=%3Cb%3E%22');
foreach (['<script', '<img', 'onerror', '<b>"', "\e", "\xff", ' src=', '//'] as $evil) {
    str_contains($html, $evil) && print("the page has $evil\n");
}
var_dump($status, str_contains($headers, "content-security-policy: default-src 'none'"), str_contains($html, '&lt;script&gt;alert(1)&lt;/script&gt;'));
preg_match('~<div class="map">(.*)</div>~U', $html, $map);
preg_match_all('~<i(?: class="(leased|spare|ahead)(?: own)?")? title="[^"<>]*"></i>~', $map[1], $found);
var_dump(implode($found[0]) === $map[1]);
$cells = count($found[0]);
$map = fn(string $class) => count(array_keys($found[1], $class));
var_dump($cells, $map('leased') >= 2, $map('ahead') >= 1);
[, $headers, $body] = $page->get('?format=json');
$json = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
$json['registry']['error'] === null || print("{$json['registry']['error']}\n");
$holders = array_column($json['registry']['nodes'], null, 'node');
$mine = $holders[$json['family']['node']];
var_dump(str_contains($headers, 'content-type: application/json'), $json['health'], $holders[501]['state'], $holders[500]['host']);
var_dump($mine['state'], $mine['host'] === gethostname(), $mine['sapi'], (int) $mine['keeper'] === $json['family']['keeper']);

// On a terminal.
[$said, $code] = on_terminal($ini + ['ticket.lease' => 'first_use'], 'nodes');
var_dump($code, preg_match('/[^\n\x20-\x7E]/', $said), preg_match("/^ *{$json['family']['node']} leased +" . preg_quote(gethostname()) . ' /m', $said), preg_match('/^ *500 leased/m', $said));
$here = ['ticket.local_path' => scratch('registry')];
foreach ([['decode', '1730000000000000000'], ['decode', 'not an ID'], ['range', '2026-01-01', '2026-01-02 00:00'], ['range', 'sometime', '2026-01-01'], ['range', '2026-01-02', '2026-01-01'],
    ['range', '2079-09-01', '2079-09-07T23:47:35.552Z'], ['range', '2079-09-01', '2079-10-01'], ['decode', '1000000000000'], ['rang']] as $arguments) {
    [$said, $code] = on_terminal($here, ...$arguments);
    echo implode(' ', $arguments), " ($code):\n", preg_replace('/\n$/', '', $said), "\n";
}
$decoded = on_terminal($here, 'decode', Dig\Ticket\Number::toText(1730000000000000000))[0];
var_dump($decoded === on_terminal($here, 'decode', '1730000000000000000')[0]);
// Exactly the IDs of the time.
preg_match('/BETWEEN (\d+) AND (\d+)/', on_terminal($here, 'range', '2026-01-01', '2026-01-02')[0], $range);
foreach ([$range[1] - 1, $range[1], $range[2], $range[2] + 1] as $id) {
    echo Dig\Ticket\Number::time($id)->format('Y-m-d\TH:i:s.v'), "\n";
}

// What an operator sees at night.
$server->kill();
$json = fn() => json_decode($page->get('?format=json')[2], true);
eventually(fn() => $json()['health'] === 'failing', what: 'no time is left');
$began = hrtime(true);
[, , $html] = $page->get('');
echo preg_match('~<p>(ZooKeeper has been away for) [^<]+? (and no time is left[^<]*?) Look at the servers and the way to them~', $html, $found) ? "$found[1] ... $found[2]\n" : $html;
var_dump(str_contains($html, 'nobody can say who has which node'), hrtime(true) - $began < 60e9);
[$said, $code] = on_terminal($ini + ['ticket.lease' => 'first_use'], 'nodes');
var_dump($code, str_contains($said, 'ZooKeeper'));

// Without the extension, and with a setting that is wrong.
$without = new StatusPage([], loaded: false);
[$status, , $html] = $without->get('');
var_dump($status, str_contains($html, 'Put extension=ticket.so into'));
$wrong = new StatusPage(['ticket.node_bits' => 99]);
[$status, , $html] = $wrong->get('');
var_dump($status, str_contains($html, 'ticket.node_bits'));
?>
--EXPECT--
from here: 200
X-Forwarded-For: 127.0.0.1: 403, and says how
X-Real-IP: ::1: 403, and says how
Forwarded: for=127.0.0.1: 403, and says how
Via: 1.1 proxy: 403, and says how
Host: attacker.example: 403, and says how
token, : 401, asks for it
token, Authorization: Bearer a long secre: 401, asks for it
token, Authorization: Bearer a long secret: 200
token, Authorization: Basic bWU6YSBsb25nIHNlY3JldA==: 200
string(2) "ok"
bool(true)
int(200)
bool(true)
bool(true)
bool(true)
int(1024)
bool(true)
bool(true)
bool(true)
string(2) "ok"
string(5) "ahead"
string(25) "<script>alert(1)</script>"
string(6) "leased"
bool(true)
string(10) "cli-server"
bool(true)
int(0)
int(0)
int(1)
int(1)
decode 1730000000000000000 (0):
id         1730000000000000000
text       1G0HHTP2PT000
time       2023-01-27T05:22:21.845Z
timestamp  1674796941845
node       720
sequence   0
decode not an ID (1):
Dig\Ticket\Number::fromText(): Argument #1 ($text) must have 13 characters, it has 9 bytes
range 2026-01-01 2026-01-02 00:00 (0):
id BETWEEN 2117673890611200000 AND 2118036278476799999
range sometime 2026-01-01 (1):
Failed to parse time string (sometime) at position 0 (s): The timezone could not be found in the database
range 2026-01-02 2026-01-01 (1):
2026-01-02 is not before 2026-01-01
range 2079-09-01 2079-09-07T23:47:35.552Z (0):
id BETWEEN 9220838444236800000 AND 9223372036854775807
range 2079-09-01 2079-10-01 (0):
id BETWEEN 9220838444236800000 AND 9223372036854775807 OR id BETWEEN -9223372036854775808 AND -9215033993504751617
decode 1000000000000 (0):
id         1152921504606846976
text       1000000000000
time       2018-09-17T18:58:26.944Z
timestamp  1537210706944
node       0
sequence   0
rang (2):
usage: php status.php [nodes | decode ID | range FROM TO]
bool(true)
2025-12-31T23:59:59.999
2026-01-01T00:00:00.000
2026-01-01T23:59:59.999
2026-01-02T00:00:00.000
ZooKeeper has been away for ... and no time is left that was reserved: calls throw until it is back, and then go on by themselves.
bool(true)
bool(true)
int(1)
bool(true)
int(200)
bool(true)
int(200)
bool(true)
