--TEST--
The first and the last ID of a moment, and the moment of an ID
--INI--
date.timezone=Asia/Shanghai
--FILE--
<?php
use Dig\Ticket\Number;

require __DIR__ . '/../lib/ticket.php';

$moment = new DateTimeImmutable('2026-11-28T12:34:56.789999+08:00');
[$first, $last] = [Number::first($moment), Number::last($moment)];
echo json_encode([Number::parse($first), Number::parse($last)]), "\n";
$time = Number::time($first);
echo get_class($time), ' ', $time->format('Y-m-d\TH:i:s.u e'), ' ', $time->getTimezone()->getName(), "\n";
var_dump(Number::time($last) == $time, Number::last($moment->modify('-1 ms')) === $first - 1);
// A mutable one is read, and not changed.
$mutable = DateTime::createFromImmutable($moment);
var_dump(Number::first($mutable) === $first, $mutable == $moment);

foreach ([0, 1, PHP_INT_MAX, PHP_INT_MIN, -1] as $id) {
    $time = Number::time($id);
    echo $id, ' ', $time->format('Y-m-d\TH:i:s.v'), ' ', Number::first($time), ' ', Number::last($time), "\n";
}

$before = time();
$ids = (new Number())->generateMany(10_000);
$range = [Number::first(new DateTime("@$before")), Number::last(new DateTime('+1 second'))];
var_dump($range[0] <= $ids[0] && end($ids) <= $range[1]);
foreach ($ids as $id) {
    $time = Number::time($id);
    if (Number::first($time) > $id || $id > Number::last($time) || (int) $time->format('Uv') !== Number::parse($id)['timestamp']) {
        echo "not of its millisecond: $id\n";
    }
}

class Late extends DateTimeImmutable
{
    public function format(string $format): string
    {
        throw new LogicException('not now');
    }
}

class Odd extends DateTimeImmutable
{
    public function format(string $format): string
    {
        return 'today';
    }
}

foreach (['1969-12-31T23:59:59.5Z', '2010-01-01T07:59:59.999Z', '2149-05-15T15:35:11.104Z', '9999-12-31', '-0044-03-15'] as $outside) {
    echo thrown(fn() => Number::first(new DateTime($outside))), "\n";
}
echo thrown(fn() => Number::last(new DateTime('2149-05-15T15:35:11.104Z'))), "\n";
echo thrown(fn() => Number::last(new Late())), "\n", thrown(fn() => Number::last(new Odd())), "\n", thrown(fn() => Number::first('2026-11-28')), "\n";
var_dump(Number::last(new DateTime('2149-05-15T15:35:11.103Z')), Number::first(new DateTime('2010-01-01T08:00:00Z')));
?>
--EXPECT--
[{"timestamp":1795840496789,"node":0,"sequence":0},{"timestamp":1795840496789,"node":1023,"sequence":4095}]
DateTimeImmutable 2026-11-28T04:34:56.789000 UTC UTC
bool(true)
bool(true)
bool(true)
bool(true)
0 2010-01-01T08:00:00.000 0 4194303
1 2010-01-01T08:00:00.000 0 4194303
9223372036854775807 2079-09-07T23:47:35.551 9223372036850581504 9223372036854775807
-9223372036854775808 2079-09-07T23:47:35.552 -9223372036854775808 -9223372036850581505
-1 2149-05-15T15:35:11.103 -4194304 -1
bool(true)
ValueError: Dig\Ticket\Number::first(): Argument #1 ($moment) must be from 2010-01-01T08:00:00.000Z (ticket.epoch) to 2149-05-15T15:35:11.103Z, where the layout ends
ValueError: Dig\Ticket\Number::first(): Argument #1 ($moment) must be from 2010-01-01T08:00:00.000Z (ticket.epoch) to 2149-05-15T15:35:11.103Z, where the layout ends
ValueError: Dig\Ticket\Number::first(): Argument #1 ($moment) must be from 2010-01-01T08:00:00.000Z (ticket.epoch) to 2149-05-15T15:35:11.103Z, where the layout ends
ValueError: Dig\Ticket\Number::first(): Argument #1 ($moment) must be from 2010-01-01T08:00:00.000Z (ticket.epoch) to 2149-05-15T15:35:11.103Z, where the layout ends
ValueError: Dig\Ticket\Number::first(): Argument #1 ($moment) must be from 2010-01-01T08:00:00.000Z (ticket.epoch) to 2149-05-15T15:35:11.103Z, where the layout ends
ValueError: Dig\Ticket\Number::last(): Argument #1 ($moment) must be from 2010-01-01T08:00:00.000Z (ticket.epoch) to 2149-05-15T15:35:11.103Z, where the layout ends
LogicException: not now
ValueError: Dig\Ticket\Number::last(): Argument #1 ($moment) must be from 2010-01-01T08:00:00.000Z (ticket.epoch) to 2149-05-15T15:35:11.103Z, where the layout ends
TypeError: Dig\Ticket\Number::first(): Argument #1 ($moment) must be of type DateTimeInterface, string given
int(-1)
int(0)
