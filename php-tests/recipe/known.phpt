--TEST--
Whoever comes next in a line that nobody else comes to is the first without a look at it; but not where somebody has come, or all of it was made anew
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
while (($what = await()) !== '') {
    [$what, $path, $times] = [...explode(' ', $what), 1];
    $lock = new Lock($client, $path);
    for ($i = $held = 0; $i < $times; $i++) {
        if ($lock->acquire($what === 'try' ? 0.0 : null)) {
            $client->transaction()->check($lock)->commit();
            $held++;
        }
        $lock->release();
    }
    tell($held);
}
PHP;
$php = start($code, recipes($proxy));
$say = function (string $what) use ($php): string {
    $php->say($what);
    return $php->line();
};
/** A line in which nobody else has come: the number of the last one. */
$known = function (string $path) use ($server, $znodes, $say): int {
    echo $say("hold $path 3"), "\n";
    eventually(fn() => str_contains($server->ask('wchp'), "$path\n"), what: 'it is watched');
    return 2;
};

// No look at a line would be answered.
$known('/l');
$proxy->mode('hold_looks');
echo 'no looks: ', $say('hold /l 200'), "\n";
$proxy->mode('pass');

// Somebody else comes, and goes.
$number = $known('/m');
$znodes->create($other = sprintf('/m/x-%010d', $number + 1));
echo 'other: ', $say('try /m'), $say('try /m'), "\n";
$znodes->delete($other);
echo $say('try /m'), "\n";

// It is made anew, and others are there, with the numbers that were given before.
$number = $known('/n');
$znodes->delete('/n');
$znodes->mkdir('/n');
for ($i = 0; $i <= $number; $i++) {
    $znodes->create(sprintf('/n/x-%010d', $i));
}
echo 'anew: ', $say('try /n'), $say('try /n'), "\n";
for ($i = 0; $i <= $number; $i++) {
    $znodes->delete(sprintf('/n/x-%010d', $i));
}
echo $say('try /n'), "\n";

// The connection is lost.
$known('/o');
$proxy->mode('cut');
$proxy->mode('pass');
echo 'cut: ', $say('hold /o'), $say('hold /o 3'), "\n";
echo $php->finish();
?>
--EXPECT--
3
no looks: 200
3
other: 00
1
3
anew: 00
1
3
cut: 13
