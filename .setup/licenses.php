<?php
// Prints what the crates that are linked into ticket.so ask for in return: their licences, with the texts that they ship.
exec('cargo tree --locked -e normal --prefix none --format "{p}"', $lines, $status);
$status === 0 || exit(1);
$metadata = json_decode(shell_exec('cargo metadata --locked --format-version 1'), true) ?? exit(1);
$linked = array_flip(array_map(fn($line) => implode(' ', array_slice(explode(' ', $line), 0, 2)), $lines));
$crates = array_filter($metadata['packages'], fn($crate) => $crate['source'] && isset($linked["$crate[name] v$crate[version]"]));
usort($crates, fn($a, $b) => [$a['name'], $a['version']] <=> [$b['name'], $b['version']]);
count($crates) > 50 || exit(1);

echo "This program contains the following libraries, each under its licence, and parts of Rust's standard library\n(MIT OR Apache-2.0, Copyright (c) The Rust Project Contributors).\n\n";
$texts = [];
foreach ($crates as $crate) {
    echo "$crate[name] $crate[version], $crate[license], ", $crate['repository'] ?? 'crates.io', "\n";
    foreach (glob(dirname($crate['manifest_path']) . '/{LICEN[CS]E,COPYING,COPYRIGHT,NOTICE,UNLICENSE}*', GLOB_BRACE) as $file) {
        // Many are the same but for spaces.
        $text = is_file($file) ? trim(file_get_contents($file)) : '';
        $texts[md5(preg_replace('/\s+/', ' ', $text))] ??= [$text, []];
        $texts[md5(preg_replace('/\s+/', ' ', $text))][1][] = "$crate[name] $crate[version]";
    }
}
foreach ($texts as [$text, $of]) {
    if ($text !== '') {
        echo "\n", str_repeat('-', 80), "\nOf ", wordwrap(implode(', ', array_unique($of)), 77), ":\n\n", $text, "\n";
    }
}
