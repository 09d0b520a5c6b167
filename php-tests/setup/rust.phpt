--TEST--
The set-up says in one line what is wrong with Rust
--SKIPIF--
<?php
exec('command -v cargo && command -v cc', $found, $missing);
if ($missing) die('skip: cargo or cc is missing here; the build needs them');
?>
--FILE--
<?php
require __DIR__ . '/machine.php';
setup('as it is', programs(), 'try build', libclang());
setup('none', programs(['cargo']), 'try rust', ['HOME' => '/nowhere']);
setup('none for root', programs(['cargo']), 'try rust', ['HOME' => '/nowhere', 'SUDO_USER' => 'me']);
mkdir($home = scratch('home'));
mkdir("$home/.cargo");
symlink(programs(), "$home/.cargo/bin");
setup('not in PATH', programs(['cargo', 'rustc']), 'try rust', ['HOME' => $home]);
$real = trim(`command -v rustc`);
$version = fn(string $number) => ['cargo' => "echo cargo $number",
    'rustc' => "[ \$1 = --version ] || exec $real \"\$@\"\necho 'rustc $number (59807616e 2026-04-14)'"];
setup('old', programs(scripts: $version('1.63.0')), 'try rust');
setup('a little old', programs(scripts: $version('1.87.9')), 'try rust');
setup('just new enough', programs(scripts: $version('1.88.0')), 'try rust');
setup('far newer', programs(scripts: $version('1.188.0-nightly')), 'try rust');
setup('rustup alone', programs(scripts: ['cargo' => 'echo "error: no default is configured\nhelp: run this" >&2; exit 1']), 'try rust');
setup('for musl', programs(scripts: ['uname' => 'echo x86_64', 'rustc' => <<<SH
    case "\$*" in
    -vV) echo host: x86_64-unknown-linux-musl ;;
    *cfg) $real --print cfg; echo 'target_feature="crt-static"' ;;
    *) exec $real "\$@" ;;
    esac
    SH]), 'try rust');
?>
--EXPECT--
as it is: all is well
none: ticket: no Rust compiler here; install one as https://rustup.rs says
none for root: ticket: no Rust compiler here; install one as https://rustup.rs says for root, or do without sudo
not in PATH: ticket: Rust is in HOME/.cargo/bin, which is not in PATH; type: . "$HOME/.cargo/env"
old: ticket: needs Rust 1.88 or later, and FOLDER/cargo is 1.63.0; install a newer one as https://rustup.rs says
a little old: ticket: needs Rust 1.88 or later, and FOLDER/cargo is 1.87.9; install a newer one as https://rustup.rs says
just new enough: all is well
far newer: all is well
rustup alone: ticket: FOLDER/cargo does not run: error: no default is configured help: run this
for musl: ticket: PHP cannot load what FOLDER/cargo builds, for x86_64-unknown-linux-musl; install a toolchain for x86_64-unknown-linux-gnu as https://rustup.rs says
