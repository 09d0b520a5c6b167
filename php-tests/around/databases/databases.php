<?php
// What the three databases are asked alike.

use Dig\Ticket\Number;

require __DIR__ . '/../../lib/database.php';

/** The block of SQL for this database in docs/ids.md. */
function documented_sql(string $database): string
{
    $page = file_get_contents(__DIR__ . '/../../../docs/ids.md');
    preg_match("/^```sql $database\n(.*?)^```\$/ms", $page, $block) ?: throw new Exception("docs/ids.md has no SQL for $database");
    return $block[1];
}

/** IDs of all ages: of now, of the layout's first and last millisecond, and on both sides of the sign bit. */
function all_ages(): array
{
    return [0, 1, 4_194_303, ...(new Number())->generateMany(1000), PHP_INT_MAX, PHP_INT_MIN, PHP_INT_MIN + 4_194_304, -1];
}

/** A table with these IDs, of which $sql is the documented statement; what of it is not as parse() has it. */
function check_decoding(PDO $database, string $sql, array $ids): void
{
    $database->exec('CREATE TABLE orders (id BIGINT PRIMARY KEY, word VARCHAR(21))');
    $insert = $database->prepare('INSERT INTO orders VALUES (?, ?)');
    $database->beginTransaction();
    foreach ($ids as $id) {
        $insert->execute([$id, "w$id"]);
    }
    $database->commit();
    $decoded = 0;
    foreach ($database->query(str_replace('SELECT ', 'SELECT id AS given, ', $sql), PDO::FETCH_ASSOC) as $row) {
        $parts = Number::parse((int) $row['given']);
        $time = Number::time((int) $row['given'])->format('Y-m-d H:i:s.v');
        // Each writes as many digits of a second as it likes.
        [$seconds, $fraction] = explode('.', $row['time'] . '.') + [1 => ''];
        $shown = $seconds . '.' . substr(str_pad(rtrim($fraction, '.'), 3, '0'), 0, 3);
        if ([$shown, (int) $row['node'], (int) $row['sequence']] !== [$time, $parts['node'], $parts['sequence']]) {
            echo "$row[given]: ", json_encode($row), ", not $time, ", json_encode($parts), "\n";
        }
        $decoded++;
    }
    echo $decoded === count($ids) ? "decoded\n" : "$decoded rows\n";
}

/** Neighbours that are told apart, also as strings; a range, which has all of its time and no other. */
function check_reading(PDO $database, array $ids): void
{
    [$a, $b, $c] = array_slice($ids, 500, 3);
    foreach (["'$a', '$b'", "$a, $b", "'$b', '$c'"] as $list) {
        $found = $database->query("SELECT id FROM orders WHERE id IN ($list) ORDER BY id")->fetchAll(PDO::FETCH_COLUMN);
        echo json_encode(array_map(intval(...), $found) === array_map(intval(...), explode(', ', strtr($list, ["'" => '']))));
    }
    $select = $database->prepare('SELECT word FROM orders WHERE id = ?');
    foreach ([$b, (string) $b] as $key) {
        $select->execute([$key]);
        echo json_encode($select->fetchAll(PDO::FETCH_COLUMN) === ["w$b"]);
    }
    $moment = Number::time($b);
    $range = $database->prepare('SELECT id FROM orders WHERE id >= ? AND id < ? ORDER BY id');
    $range->execute([Number::first($moment), Number::first($moment->modify('+1 ms'))]);
    $expected = array_values(array_filter($ids, fn($id) => Number::time($id) == $moment));
    echo json_encode(array_map(intval(...), $range->fetchAll(PDO::FETCH_COLUMN)) === $expected && in_array($b, $expected)), "\n";
}

/** What a range on the primary key is read by. */
function range_sql(): string
{
    $day = Number::time((new Number())->generate())->setTime(0, 0);
    return sprintf('SELECT * FROM orders WHERE id >= %d AND id < %d', Number::first($day), Number::first($day->modify('+1 day')));
}

/** Texts in a column sort as unsigned IDs do, whatever its collation. */
function check_texts(PDO $database, string $type): void
{
    $database->exec("CREATE TABLE texts (id BIGINT, t $type)");
    $insert = $database->prepare('INSERT INTO texts VALUES (?, ?)');
    $ids = array_map(fn() => random_int(PHP_INT_MIN, PHP_INT_MAX), range(1, 300));
    foreach ($ids as $id) {
        $insert->execute([$id, Number::toText($id)]);
    }
    usort($ids, fn($a, $b) => ($a < 0 <=> $b < 0) ?: $a <=> $b);
    $sorted = $database->query('SELECT id FROM texts ORDER BY t')->fetchAll(PDO::FETCH_COLUMN);
    echo $type, ' ', json_encode(array_map(intval(...), $sorted) === $ids), "\n";
    $database->exec('DROP TABLE texts');
}
