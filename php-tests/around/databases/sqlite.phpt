--TEST--
SQLite: docs/ids.md's SQL takes IDs apart, neighbours given as strings are told apart, ranges use the primary key, texts sort
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/databases.php';
$database = new PDO('sqlite::memory:');
$ids = all_ages();
check_decoding($database, documented_sql('sqlite'), $ids);
check_reading($database, $ids);
echo preg_match('/USING .*\(id>\? AND id<\?\)/', $database->query('EXPLAIN QUERY PLAN ' . range_sql(), PDO::FETCH_ASSOC)->fetch()['detail']), "\n";
check_texts($database, 'TEXT COLLATE NOCASE');
check_texts($database, 'TEXT');
?>
--EXPECT--
decoded
truetruetruetruetruetrue
1
TEXT COLLATE NOCASE true
TEXT true
