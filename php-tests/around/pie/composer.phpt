--TEST--
composer.json is what Composer and PIE read
--SKIPIF--
<?php
exec('composer --version 2>&1', $said, $status);
if ($status) die('skip: composer is missing here; it is a package of Debian');
?>
--FILE--
<?php
require __DIR__ . '/schema.php';
$project = dirname(__DIR__, 3);
// Debian's Composer is older than the key php-ext, and says so, and nothing else.
exec("cd $project && COMPOSER_ALLOW_SUPERUSER=1 composer validate --strict --no-check-publish --no-interaction 2>&1", $said, $status);
$known = '- The property php-ext is not defined and the definition does not allow additional properties';
var_dump($status, array_values(array_filter($said, fn($line) => str_starts_with($line, '- ') && $line !== $known)));
$composer = json_decode(file_get_contents("$project/composer.json"), true, flags: JSON_THROW_ON_ERROR);
var_dump(wrong_for_pie($composer));
// The first method is for the releases' binaries, the second for a PIE that does not know the first.
echo implode(', ', $composer['php-ext']['download-url-method']), "\n";
// That would notice, each of these:
$but = fn(array $changes) => print(implode(', ', wrong_for_pie(array_replace_recursive($composer, $changes))) . "\n");
$but(['php-ext' => ['support-zts' => 'false']]);
$but(['php-ext' => ['priority' => 5]]);
$but(['php-ext' => ['build-path' => '.']]);
$but(['php-ext' => ['os-families-exclude' => ['windows']]]);
$but(['php-ext' => ['os-families' => ['Linux']]]);
$but(['php-ext' => ['download-url-method' => ['binary']]]);
$but(['php-ext' => ['download-url' => 'x']]);
$but(['php-ext' => ['configure-options' => [['name' => '--with-x']]]]);
$but(['support-zts' => false]);
$but(['extra' => ['download-url-method' => 'pre-packaged-binary']]);
$but(['type' => 'library', 'name' => 'Dig/Ticket', 'require' => ['psr/log' => '*']]);
?>
--EXPECT--
int(0)
array(0) {
}
array(0) {
}
pre-packaged-binary, composer-default
php-ext.support-zts
php-ext.priority
php-ext.build-path
both lists of systems
php-ext.os-families
php-ext.download-url-method
php-ext.download-url
php-ext.configure-options
support-zts is not under php-ext
download-url-method is not under php-ext
type, name, require.psr/log
