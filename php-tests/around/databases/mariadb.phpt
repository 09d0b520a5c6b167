--TEST--
MariaDB: docs/ids.md's SQL takes IDs apart, neighbours given as strings are told apart, ranges use the primary key, texts sort
--EXTENSIONS--
pdo
mysqlnd
pdo_mysql
--FILE--
<?php
require __DIR__ . '/databases.php';
$database = mariadb();
$ids = all_ages();
check_decoding($database, documented_sql('mariadb'), $ids);
check_reading($database, $ids);
$plan = $database->query('EXPLAIN ' . range_sql(), PDO::FETCH_ASSOC)->fetch();
echo "$plan[type] $plan[key]\n";
check_texts($database, 'CHAR(13) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci');
check_texts($database, 'CHAR(13) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
check_texts($database, 'CHAR(13) CHARACTER SET latin1 COLLATE latin1_german2_ci');
check_texts($database, 'CHAR(13) CHARACTER SET ascii COLLATE ascii_bin');
?>
--EXPECT--
decoded
truetruetruetruetruetrue
range PRIMARY
CHAR(13) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci true
CHAR(13) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci true
CHAR(13) CHARACTER SET latin1 COLLATE latin1_german2_ci true
CHAR(13) CHARACTER SET ascii COLLATE ascii_bin true
