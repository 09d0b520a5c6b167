--TEST--
One version everywhere: the module, Cargo.toml and Cargo.lock, CHANGELOG.md, composer.json's branch, what is packaged
--FILE--
<?php
$project = dirname(__DIR__, 2);
$found = fn(string $file, string $pattern) => preg_match($pattern, file_get_contents("$project/$file"), $found) ? $found[1] : "none in $file";
$version = phpversion('ticket');
var_dump(preg_match('/^\d+\.\d+\.\d+$/', $version));
var_dump(array_diff([
    'status()' => Dig\Ticket\status()['version'] ?? 'none',
    'Cargo.toml' => $found('Cargo.toml', '/^\[package\]\nname = "ticket"\nversion = "(.*)"$/m'),
    'Cargo.lock' => $found('Cargo.lock', '/^name = "ticket"\nversion = "(.*)"$/m'),
    // The newest that is written about, released or not.
    'CHANGELOG.md' => $found('CHANGELOG.md', '/^## \[(\d[^]]*)\]/m'),
], [$version]));
$composer = json_decode(file_get_contents("$project/composer.json"), true, flags: JSON_THROW_ON_ERROR);
// Composer takes a tag's version for the package's, and a branch's from here.
var_dump(isset($composer['version']), $composer['extra']['branch-alias']['dev-main'] === implode('.', array_slice(explode('.', $version), 0, 2)) . '.x-dev');
// They take it from Cargo.toml; nothing else is to name one that has to be changed with it.
exec("grep -rlF " . escapeshellarg($version) . " $project/.setup $project/src $project/examples $project/Makefile", $files);
var_dump(array_filter($files, fn($file) => !str_ends_with($file, '/.setup/package')));
// What needs which glibc is said where people look.
$glibc = $found('.setup/package', '/^glibc=(.*)$/m');
var_dump(str_contains(file_get_contents("$project/docs/installing.md"), "glibc $glibc or later"));
?>
--EXPECT--
int(1)
array(0) {
}
bool(false)
bool(true)
array(0) {
}
bool(true)
