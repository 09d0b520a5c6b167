--TEST--
All crates are from crates.io, as Cargo.lock has them, and may be given away in a module whose licence is MIT
--FILE--
<?php
// Each lets whoever keeps its notice use it in what has another licence. None asks for the source of what it is used in.
const ALLOWED = ['0BSD', 'Apache-2.0', 'Apache-2.0 WITH LLVM-exception', 'BSD-2-Clause', 'BSD-3-Clause', 'BSL-1.0', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0',
    'Unicode-3.0', 'Unlicense', 'Zlib'];
const CRATES_IO = 'registry+https://github.com/rust-lang/crates.io-index';

/** Whether an SPDX expression leaves a choice of those that are allowed. A slash is an OR of old. */
function allows(string $expression): bool
{
    preg_match_all('~\(|\)|/|\bAND\b|\bOR\b|[\w.+-]+(?: WITH [\w.-]+)?~', $expression, $found);
    $tokens = $found[0];
    $one = function () use (&$tokens, &$any) {
        if (($token = array_shift($tokens)) !== '(') {
            return in_array($token, ALLOWED, true);
        }
        $allowed = $any();
        return array_shift($tokens) === ')' && $allowed;
    };
    $all = function () use (&$tokens, $one) {
        for ($allowed = $one(); ($tokens[0] ?? '') === 'AND'; $allowed = $one() && $allowed) {
            array_shift($tokens);
        }
        return $allowed;
    };
    $any = function () use (&$tokens, $all) {
        for ($allowed = $all(); in_array($tokens[0] ?? '', ['OR', '/'], true); $allowed = $all() || $allowed) {
            array_shift($tokens);
        }
        return $allowed;
    };
    return $any() && !$tokens;
}

/** What is wrong with a crate, as `cargo metadata` tells of it. */
function wrong(array $crate, array $checked): ?string
{
    return match (true) {
        // The one that is built.
        $crate['source'] === null && $crate['name'] === 'ticket' => null,
        $crate['source'] !== CRATES_IO => 'is from ' . ($crate['source'] ?? 'a directory'),
        !isset($checked["{$crate['name']} {$crate['version']}"]) => 'has no checksum in Cargo.lock',
        !allows($crate['license'] ?? '') => 'has the licence ' . ($crate['license'] ?? '(none is named)') . ', and this test does not know that it fits',
        default => null,
    };
}

chdir(__DIR__ . '/../..');
$lock = (string) file_get_contents('Cargo.lock');
preg_match_all('/^name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "[0-9a-f]{64}"$/m', $lock, $found, PREG_SET_ORDER);
$checked = array_fill_keys(array_map(fn($one) => "$one[1] $one[2]", $found), true);
preg_match('/^host: (.*)$/m', (string) shell_exec('rustc -vV'), $host);
// --locked: it fails where Cargo.lock is not what Cargo.toml asks for. --offline: what was built is there.
exec('cargo metadata --locked --offline --format-version 1 --filter-platform ' . escapeshellarg($host[1]) . ' 2>&1 >' . escapeshellarg($file = tempnam('/tmp', 'crates')), $said, $failed);
$crates = json_decode((string) file_get_contents($file), true)['packages'] ?? [];
unlink($file);
echo $failed ? implode("\n", $said) . "\n" : '', count($crates) > 100 ? 'many' : 'few', " crates\n";
foreach ($crates as $crate) {
    if ($wrong = wrong($crate, $checked)) {
        echo "{$crate['name']} {$crate['version']} $wrong\n";
    }
}
// Where git is, and may look.
if (trim((string) shell_exec('git rev-parse --is-inside-work-tree 2>/dev/null')) === 'true') {
    exec('git ls-files --error-unmatch Cargo.lock 2>&1', $said, $failed);
    echo $failed ? "Cargo.lock is not committed\n" : '';
}
// It can say no.
$fine = ['name' => 'x', 'version' => '1.0.0', 'source' => CRATES_IO, 'license' => 'MIT'];
foreach ([
    [], ['license' => 'GPL-3.0'], ['license' => 'MIT AND GPL-3.0'], ['license' => 'GPL-3.0 OR (MIT AND (ISC/Zlib))'], ['license' => '(MIT'], ['license' => 'MIT MIT'],
    ['license' => 'Apache-2.0 WITH Something'], ['license' => null], ['source' => 'git+https://example.org/x'], ['source' => null], ['version' => '2.0.0'],
] as $change) {
    echo wrong($change + $fine, ['x 1.0.0' => true]) ?? 'fine', "\n";
}
?>
--EXPECT--
many crates
fine
has the licence GPL-3.0, and this test does not know that it fits
has the licence MIT AND GPL-3.0, and this test does not know that it fits
fine
has the licence (MIT, and this test does not know that it fits
has the licence MIT MIT, and this test does not know that it fits
has the licence Apache-2.0 WITH Something, and this test does not know that it fits
has the licence (none is named), and this test does not know that it fits
is from git+https://example.org/x
is from a directory
has no checksum in Cargo.lock
