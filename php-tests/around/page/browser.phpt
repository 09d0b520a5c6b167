--TEST--
The page of status() in a real browser, which runs no script of it: the map is seen, and a click decodes an ID
--FILE--
<?php
require __DIR__ . '/../../lib/page.php';
require __DIR__ . '/../../lib/browser.php';
$server = new Server();
$page = new StatusPage(leasing($server, ['ticket.window' => 3000]));
$family = fn() => json_decode($page->get('?format=json')[2], true)['family'];
eventually(fn() => $family()['node'] !== null, what: 'the family has a node');
$browser = new Browser('--window-size=1100,1000');
$browser->open("http://127.0.0.1:$page->port/");
echo $browser->text('h1'), "\n";
var_dump($browser->text('header p') !== '', str_contains($browser->text('#holders tbody'), gethostname()));
// All cells are there and are seen as squares; the family's own is of another colour than a free one.
echo json_encode($browser->run(<<<'JS'
    const cells = [...document.querySelectorAll('.map i')].map(cell => [cell.getBoundingClientRect(), getComputedStyle(cell).backgroundColor]);
    const own = getComputedStyle(document.querySelector('.map .own')).backgroundColor;
    return [cells.length, cells.every(([box]) => box.width > 8 && Math.abs(box.width - box.height) < 1), cells.filter(([, colour]) => colour === own).length,
        document.scripts.length, document.querySelectorAll('[src], link').length, document.documentElement.scrollWidth <= innerWidth];
    JS)), "\n";
$id = 1730000000000000000;
$browser->type('input[name=id]', Dig\Ticket\Number::toText($id));
$browser->click('button');
echo $browser->text('#decoded'), "\n";
// A picture of it, also of a dark one, for people: where TICKET_TEST_PICTURES names a directory.
foreach (['light', 'dark'] as $scheme) {
    $shown = new Browser('--window-size=1100,1400', ...($scheme === 'dark' ? ['--force-dark-mode', '--blink-settings=preferredColorScheme=0'] : []));
    $shown->open("http://127.0.0.1:$page->port/?id=$id");
    $png = $shown->picture();
    [$width] = getimagesizefromstring($png) ?: [0];
    echo "$scheme: ", $width > 500 ? 'a picture' : 'none', $shown->run('return matchMedia("(prefers-color-scheme: dark)").matches') ? ' in the dark' : '', "\n";
    getenv('TICKET_TEST_PICTURES') && file_put_contents(getenv('TICKET_TEST_PICTURES') . "/status-$scheme.png", $png);
}
?>
--EXPECT--
All is well
bool(true)
bool(true)
[1024,true,1,0,0,true]
id 1730000000000000000
text 1G0HHTP2PT000
time 2023-01-27T05:22:21.845Z
timestamp 1674796941845
node 720
sequence 0
light: a picture
dark: a picture in the dark
