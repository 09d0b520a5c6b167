--TEST--
PostgreSQL: docs/ids.md's SQL takes IDs apart, neighbours given as strings are told apart, ranges use the primary key, texts sort
--EXTENSIONS--
pdo
pdo_pgsql
--FILE--
<?php
require __DIR__ . '/databases.php';
$database = postgresql();
$ids = all_ages();
check_decoding($database, documented_sql('postgresql'), $ids);
check_reading($database, $ids);
$database->exec('SET enable_seqscan = off');
echo preg_match('/Index Cond: \(\(id >= /', implode("\n", $database->query('EXPLAIN ' . range_sql())->fetchAll(PDO::FETCH_COLUMN))), "\n";
check_texts($database, 'CHAR(13) COLLATE "C"');
check_texts($database, 'CHAR(13) COLLATE "und-x-icu"');
check_texts($database, 'TEXT COLLATE "de-x-icu"');
?>
--EXPECT--
decoded
truetruetruetruetruetrue
1
CHAR(13) COLLATE "C" true
CHAR(13) COLLATE "und-x-icu" true
TEXT COLLATE "de-x-icu" true
