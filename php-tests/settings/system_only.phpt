--TEST--
Settings are php.ini's alone
--FILE--
<?php
$settings = ini_get_all('ticket');
echo count($settings), "\n";
foreach ($settings as $name => $setting) {
    if (@ini_set($name, '1') !== false || $setting['access'] !== INI_SYSTEM) {
        echo "$name can be set\n";
    }
}
?>
--EXPECT--
12
