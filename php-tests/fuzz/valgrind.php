<?php
// For scripts that run under valgrind, and are to say that they are done.

require __DIR__ . '/../lib/zookeeper.php';
putenv('TEST_PHP_EXECUTABLE=' . PHP_BINARY);
// PHP's own allocator would hide what is wrong, and unloading the module the names of its functions.
putenv('USE_ZEND_ALLOC=0');
putenv('ZEND_DONT_UNLOAD_MODULES=1');

/** Ends this process, with what valgrind found, if anything. */
function under_valgrind(string $code, array $ini): never
{
    $log = scratch('valgrind');
    // Keepers are silent: they are copies of a PHP that is not taken down.
    $valgrind = ['valgrind', '-q', "--log-file=$log", '--child-silent-after-fork=yes', '--leak-check=full', '--show-leak-kinds=definite'];
    $said = run($code, $ini, [], $valgrind);
    // It does not know openat2, without which ticket can do, and says so at every call.
    $known = '/unhandled amd64-linux syscall: 437|You may be able to write your own handler|README_MISSING|Nevertheless we consider this a bug|http:\/\/valgrind\.org/';
    $found = implode(preg_grep($known, file($log), PREG_GREP_INVERT));
    echo $said === 'done' ? '' : "$said\n", $found;
    exit($said === 'done' && $found === '' ? 0 : 1);
}
