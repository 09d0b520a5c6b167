<?php
// What is wrong with a composer.json as PIE reads it, one line each: keys, types and names of its JSON schema, and what its
// documentation says besides.

/** @return list<string> */
function wrong_for_pie(array $composer): array
{
    $families = ['windows', 'bsd', 'darwin', 'solaris', 'linux', 'unknown'];
    $methods = ['composer-default', 'pre-packaged-source', 'pre-packaged-binary'];
    $list = fn(mixed $value, array $of) => is_array($value) && array_is_list($value) && $value !== [] && array_diff($value, $of) === [];
    $rules = [
        'extension-name' => fn($value) => is_string($value) && preg_match('/^(ext-)?[a-z][a-z0-9_]*$/', $value),
        'priority' => fn($value) => is_int($value) && $value >= 10 && $value <= 99,
        'support-zts' => is_bool(...),
        'support-nts' => is_bool(...),
        'build-path' => fn($value) => is_string($value) && is_file(dirname(__DIR__, 3) . "/$value/config.m4"),
        // A list since PIE 1.4.
        'download-url-method' => fn($value) => in_array($value, $methods, true) || $list($value, $methods),
        'os-families' => fn($value) => $list($value, $families),
        'os-families-exclude' => fn($value) => $list($value, $families),
        'configure-options' => fn($value) => is_array($value) && array_is_list($value) && array_filter($value, fn($option) =>
            !preg_match('/^[a-zA-Z0-9][a-zA-Z0-9-_]*$/', $option['name'] ?? '') || !is_bool($option['needs-value'] ?? false)
            || !is_string($option['description'] ?? '')) === [],
    ];
    $wrong = [];
    foreach ($composer['php-ext'] ?? [] as $key => $value) {
        ($rules[$key] ?? fn() => false)($value) || $wrong[] = "php-ext.$key";
    }
    foreach (array_intersect_key($composer + ($composer['extra'] ?? []), $rules) as $key => $value) {
        $wrong[] = "$key is not under php-ext";
    }
    in_array($composer['type'] ?? '', ['php-ext', 'php-ext-zend'], true) || $wrong[] = 'type';
    preg_match('/^[a-z0-9]([_.-]?[a-z0-9]+)*\/[a-z0-9](([_.]|-{1,2})?[a-z0-9]+)*$/', $composer['name'] ?? '') || $wrong[] = 'name';
    isset($composer['php-ext']['os-families'], $composer['php-ext']['os-families-exclude']) && $wrong[] = 'both lists of systems';
    // Composer itself, which PIE asks, would refuse any ordinary package there.
    foreach (array_keys($composer['require'] ?? []) as $needed) {
        preg_match('/^(php(-64bit)?|ext-[a-z0-9_-]+)$/', $needed) || $wrong[] = "require.$needed";
    }
    return $wrong;
}
