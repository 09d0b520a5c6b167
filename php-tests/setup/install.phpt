--TEST--
The set-up installs what is missing, no more, and says in one line why it cannot
--SKIPIF--
<?php
exec('command -v cargo && command -v cc', $found, $missing);
if ($missing) die('skip: cargo or cc is missing here; the build needs them');
?>
--FILE--
<?php
require __DIR__ . '/machine.php';
// In place of apt-get: what it was told, and a compiler from it.
$apt = 'echo "$@" >>$0.log; case " $* " in *" install "*gcc*) ln -s ' . trim(`command -v cc`) . ' ${0%/*}/cc;; esac';
$try = function (string $what, array $without, array $scripts, string $do = 'install compiler') use ($apt) {
    setup($what, $folder = programs($without, array_diff_key($scripts + ['apt-get' => $apt] + BARE, array_flip($without))), $do);
    foreach (@file("$folder/apt-get.log", FILE_IGNORE_NEW_LINES) ?: [] as $line) {
        echo "    apt-get $line\n";
    }
};
$try('nothing is missing', [], []);
$try('a compiler is', ['cc'], []);
$try('and is only told', ['cc'], [], 'try compiler');
$try('and old lists do', ['cc'], ['apt-get' => "case \$1 in update) exit 100;; esac\n$apt"]);
$try('and stays away', ['cc'], ['apt-get' => 'exit 0']);
$try('and cannot be had', ['cc'], ['apt-get' => <<<'SH'
    case $1 in
    update) echo "W: Failed to fetch http://deb.debian.org/dists/InRelease"; echo "W: Some index files failed" ;;
    *) echo "Reading..."; echo "E: Unable to locate package gcc" >&2; exit 100 ;;
    esac
    SH]);
$user = ['id' => 'case $1 in -un) echo me;; *) echo 1000;; esac'];
$try('for a user with sudo', ['cc'], $user + ['sudo' => 'echo "sudo $1" >>${0%/*}/apt-get.log; exec "$@"']);
$try('for one whom it refuses', ['cc'], $user + ['sudo' => 'echo "sudo: a password is required" >&2; exit 1']);
$try('for a user without', ['cc', 'sudo'], $user);
$try('not in Debian', ['cc', 'apt-get'], $user);
$try('a compiler without headers', [], ['cc' => 'echo "<stdin>:1:10: fatal error: stdlib.h: No such file" >&2; exit 1'], 'try compiler');
$try('a Java without ZooKeeper', [], ['java' => <<<'SH'
    case $1 in -version) exit 0;; esac
    echo "Error: Could not find or load main class org.apache.zookeeper.server.quorum.QuorumPeerMain" >&2; exit 1
    SH], 'try zookeeper');
$try('no Java', ['java'], [], 'try zookeeper');
$try('a program', ['valgrind'], [], 'try valgrind');
?>
--EXPECT--
nothing is missing: all is well
a compiler is: ticket: installing gcc libc6-dev
    all is well
    apt-get update -q
    apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 gcc libc6-dev
and is only told: ticket: missing here: a C compiler; 'make setup' installs gcc libc6-dev
and old lists do: ticket: installing gcc libc6-dev
    all is well
    apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 gcc libc6-dev
and stays away: ticket: installing gcc libc6-dev
    ticket: missing here: a C compiler; apt-get did not install gcc libc6-dev
and cannot be had: ticket: installing gcc libc6-dev
    ticket: apt-get cannot install gcc libc6-dev: E: Unable to locate package gcc (apt-get update: W: Failed to fetch http://deb.debian.org/dists/InRelease)
for a user with sudo: ticket: installing gcc libc6-dev
    all is well
    apt-get sudo apt-get
    apt-get update -q
    apt-get sudo env
    apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 gcc libc6-dev
for one whom it refuses: ticket: installing gcc libc6-dev
    ticket: apt-get cannot install gcc libc6-dev: sudo: a password is required
for a user without: ticket: missing here: a C compiler; as root: apt-get install gcc libc6-dev
not in Debian: ticket: missing here: a C compiler; install what your system has of it (in Debian: gcc libc6-dev)
a compiler without headers: ticket: missing here: a C compiler that works (<stdin>:1:10: fatal error: stdlib.h: No such file); 'make setup' installs gcc libc6-dev
a Java without ZooKeeper: ticket: missing here: ZooKeeper (Error: Could not find or load main class org.apache.zookeeper.server.quorum.QuorumPeerMain); 'make setup' installs libzookeeper-java libslf4j-java
no Java: ticket: missing here: Java for ZooKeeper; 'make setup' installs default-jre-headless libzookeeper-java libslf4j-java
a program: ticket: missing here: valgrind; 'make setup' installs valgrind
