--TEST--
PIE builds the module in a copy of the project, installs it where there is no cargo, and touches nothing of the project's own
--FILE--
<?php
require __DIR__ . '/machine.php';
$copy = copied();
$folder = "$copy/src/pie";
$before = md5_file("$copy/Makefile");
$files = fn() => array_values(array_diff(scandir($folder), ['.', '..']));
$source = $files();
$config = escapeshellarg(trim(`command -v "\$PHP_CONFIG"`));
// The crates are not built again: only ticket is, by cargo, as for anybody.
$target = ['CARGO_TARGET_DIR' => getenv('CARGO_TARGET_DIR') ?: realpath(PROJECT) . '/target'];
$without = ['PATH' => programs(['cargo', 'rustc']), 'HOME' => '/nowhere'];
foreach ([[phpize(), []], ["./configure --with-php-config=$config", libclang()], ['make install INSTALL_ROOT=tmp', $without],
    ['make -j2', $target + libclang()], ['make install INSTALL_ROOT=tmp', $without]] as [$command, $env]) {
    echo strtok($command, ' ') === phpize() ? 'phpize' : strtr($command, [$config => 'CONFIG']), "\n";
    step($copy, $command, $env);
}
var_dump(is_file("$folder/modules/ticket.so"));
// As UnixBuild and UnixInstall look for it.
$installed = "$folder/tmp" . trim(`"\$PHP_CONFIG" --extension-dir`) . '/ticket.so';
var_dump(md5_file($installed) === md5_file("$folder/modules/ticket.so"), array_diff(scandir(dirname($installed)), ['.', '..', 'ticket.so']));
exec(escapeshellarg(PHP_BINARY) . " -n -d extension=$installed -d ticket.local_path=" . scratch('registry')
    . ' -r "echo phpversion(\'ticket\'), \' \', (new Dig\Ticket\Number())->generate(), PHP_EOL;" 2>&1', $said);
echo preg_replace('/\d{19}$/', 'ID', implode("\n", $said)), "\n";
step($copy, phpize() . ' --clean');
exec("rm -r $folder/tmp");
// What phpize forgets is in .gitignore.
var_dump(array_values(array_diff($files(), $source, ['config.h.in~', 'configure~', 'include'])), array_diff($source, $files()));
var_dump(md5_file("$copy/Makefile") === $before);
$ignored = file("$copy/.gitignore", FILE_IGNORE_NEW_LINES);
var_dump(array_values(array_filter(['config.h.in~', 'configure~', 'include', 'Makefile', 'modules', 'build'], fn($name) => !in_array("/src/pie/$name", $ignored))));
?>
--EXPECTF--
phpize
./configure --with-php-config=CONFIG
make install INSTALL_ROOT=tmp
    ticket: nothing is built yet; run make first
    it has failed
make -j2
make install INSTALL_ROOT=tmp
bool(true)
bool(true)
array(0) {
}
%d.%d.%d ID
array(0) {
}
array(0) {
}
bool(true)
array(0) {
}
