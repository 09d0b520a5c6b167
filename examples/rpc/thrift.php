<?php
// Finds the classes: those of ticket.thrift where the command made them (or in TICKET_RPC_GENERATED), and the library's, which
// Composer's apache/thrift has in vendor and Debian's php-thrift in /usr/lib/php.

// Thrift 0.17 asks for the length of null, which PHP 8.1 and later advise against.
error_reporting(error_reporting() & ~E_DEPRECATED);
if (is_file('vendor/autoload.php')) {
    require 'vendor/autoload.php';
}
spl_autoload_register(function (string $class): void {
    $path = str_replace('\\', '/', $class) . '.php';
    $generated = getenv('TICKET_RPC_GENERATED') ?: __DIR__ . '/gen-php';
    foreach (["$generated/$path", '/usr/lib/php/' . preg_replace('#^Thrift/#', '', $path, 1)] as $file) {
        if (is_file($file)) {
            require $file;
            return;
        }
    }
});
