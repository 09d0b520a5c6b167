--TEST--
Settings are php.ini's alone
--FILE--
<?php
foreach (ini_get_all('ticket') as $name => $setting) {
    var_dump(@ini_set($name, '1'), $setting['access'] === INI_SYSTEM);
}
?>
--EXPECT--
bool(false)
bool(true)
bool(false)
bool(true)
bool(false)
bool(true)
bool(false)
bool(true)
bool(false)
bool(true)
bool(false)
bool(true)
bool(false)
bool(true)
bool(false)
bool(true)
