# make         builds modules/ticket.so
# make run     installs what is missing, builds, and serves IDs on http://127.0.0.1:$(PORT)
# make test    installs what is missing, builds, and runs all tests
# make test-debian  as root: the same in a Debian of its own, SUITE=$(SUITE), which has another PHP
# make fuzz    random input to all that reads any, and random calls under valgrind; CASES, CALLS and SEED
# make torture families of PHP and three ZooKeeper servers suffer faults for so many SECONDS, drawn from the SEED;
#              target/torture/report.txt and report.svg tell what came of it
# make loom    every order in which threads may see the memory of a lease change
# make mutants leaves out one rule after the other (src/rule.rs), says which test notices, and fails if none does
# make bench   measures what IDs cost, ROUNDS times beside others, and shows targets that decide nothing; QUESTIONS="..."
#              (empty: all): call ceiling many latency start first_id crowd memory service; target/bench/report.txt and a
#              chart for each tell what came of it
# make check   formatting, lints, documentation, stubs
# make install copies modules/ticket.so to PHP's extension directory (DESTDIR=... goes before it)
# make clean   removes what was built

PHP ?= php
PHP_CONFIG ?= php-config
PORT ?= 9501
WORKERS ?= 4
# Which phpt files `make test` runs.
TESTS ?= php-tests
# What debootstrap makes for `make test-debian`: a Debian whose PHP is 8.1 to 8.5. php-tests/debian knows more.
SUITE ?= trixie
# Path of the swoole.so that `make test`, `make torture` and `make bench` use; empty: the one in PHP's extension
# directory, if there is one.
SWOOLE ?=

# Of `make torture`: how long the faults last; how many families there are, of about three processes each; how many IDs
# a second each process issues; and where so many IDs have room, 30 bytes each. An empty SEED: any.
SECONDS ?= 60
FAMILIES ?= 14
RATE ?= 1000
IDS ?= /var/tmp

# Of `make bench`: for how many seconds single calls are watched, in each of four cases; and how many families want a
# node at once.
QUESTIONS ?=
ROUNDS ?= 7
LATENCY ?= 10
CROWD ?= 50 200 1000

CARGO = PHP="$$(command -v $(PHP))" PHP_CONFIG="$$(command -v $(PHP_CONFIG))" cargo
MODULE = $(CURDIR)/modules/ticket.so

# Lists the Debian packages of what is missing here.
MISSING = \
	command -v make >/dev/null || echo make; \
	command -v cc >/dev/null || echo gcc libc6-dev; \
	command -v $(PHP) >/dev/null || echo php-cli; \
	command -v $(PHP_CONFIG) >/dev/null || echo php-dev; \
	test -n "$$LIBCLANG_PATH" || ls /usr/lib/llvm-*/lib/libclang*.so* /usr/lib*/libclang*.so* \
		/usr/lib/*/libclang*.so* 2>/dev/null | grep -q . || echo libclang-dev

# What the tests need besides: ZooKeeper, and the servers of this PHP if it is Debian's.
MISSING_ZOOKEEPER = \
	test -f /usr/share/java/zookeeper.jar || echo libzookeeper-java; \
	test -f /usr/share/java/slf4j-simple.jar || echo libslf4j-java; \
	command -v java >/dev/null || echo default-jre-headless;
MISSING_FOR_TESTS = $(MISSING_ZOOKEEPER) \
	case "$$(command -v $(PHP))" in ''|/usr/bin/*) \
		v=$$($(PHP) -n -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;' 2>/dev/null) || :; \
		test -x /usr/sbin/php-fpm$${v:-?} || echo php$$v-fpm; \
		test -x /usr/sbin/apache2 || echo apache2-bin; \
		test -f /usr/lib/apache2/modules/libphp$${v:-?}.so || echo libapache2-mod-php$$v; \
		test -f /usr/lib/libphp$${v:-?}.so || echo libphp$$v-embed;; \
	esac;

.PHONY: all
all: tools
	@$(CARGO) build --release --locked
	@mkdir -p modules
	@# Moved into place: a PHP that has the old one mapped goes on with it.
	@cp target/release/libticket.so modules/.ticket.so.new
	@mv modules/.ticket.so.new "$(MODULE)"

# Says in one line what keeps ticket from being built here.
.PHONY: tools
tools:
	@command -v cargo >/dev/null || { \
		echo "ticket: no Rust compiler here; install one as https://rustup.rs says" >&2; exit 1; }
	@missing=$$({ $(MISSING); } | tr '\n' ' '); test -z "$$missing" || { \
		echo "ticket: missing here: $$missing(names of Debian's packages); 'make setup' installs them" >&2; \
		exit 1; }
	@$(PHP) -n -r 'exit(PHP_VERSION_ID >= 80100 && PHP_VERSION_ID < 80600 ? 0 : 1);' || { \
		echo "ticket: needs PHP 8.1 to 8.5, and $(PHP) is $$($(PHP) -n -r 'echo PHP_VERSION;');" \
			"name another: make PHP=... PHP_CONFIG=..." >&2; exit 1; }
	@$(PHP) -n -r 'exit(PHP_ZTS);' || { \
		echo "ticket: $(PHP) is thread-safe (ZTS), which ticket does not support;" \
			"name one that is not (NTS): make PHP=... PHP_CONFIG=..." >&2; exit 1; }
	@test "$$($(PHP) -n -r 'echo PHP_VERSION_ID;')" = "$$($(PHP_CONFIG) --vernum)" || { \
		echo "ticket: $(PHP) is PHP $$($(PHP) -n -r 'echo PHP_VERSION;') and $(PHP_CONFIG) of PHP" \
			"$$($(PHP_CONFIG) --version); name two that belong together: make PHP=... PHP_CONFIG=..." >&2; \
		exit 1; }

.PHONY: setup
setup:
	@command -v cargo >/dev/null || { \
		echo "ticket: no Rust compiler here; install one as https://rustup.rs says" >&2; exit 1; }
	@set -e; missing=$$({ $(MISSING); $(FOR_TESTS) } | tr '\n' ' '); test -n "$$missing" || exit 0; \
	command -v apt-get >/dev/null || { \
		echo "ticket: missing here: $$missing(names of Debian's packages); install them" >&2; exit 1; }; \
	as_root=; test "$$(id -u)" = 0 || as_root=sudo; \
	test -z "$$as_root" || command -v sudo >/dev/null || { \
		echo "ticket: missing here: $$missing; as root: apt-get install $$missing" >&2; exit 1; }; \
	echo "ticket: installing $$missing"; \
	$$as_root apt-get update -q >/dev/null; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing \
		>/dev/null

# What is measured beside ticket, if this Debian has it. The report names those that are not there.
MISSING_PEERS = \
	v=$$($(PHP) -n -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;'); \
	for peer in php$$v-uuid php-ramsey-uuid php-symfony-uid wrk hyperfine valgrind; do \
		dpkg-query -W -f '$${Status}' $$peer 2>/dev/null | grep -q ' installed' || \
			! apt-cache show $$peer 2>/dev/null | grep -q . || echo $$peer; \
	done;

# Recipes that need the set-up first: a plain list of prerequisites would not keep the order under -j.
.PHONY: run
run: setup
	@$(MAKE) --no-print-directory all
	@$(PHP) -n -r 'exit(@stream_socket_server("tcp://127.0.0.1:$(PORT)") ? 0 : 1);' || { \
		echo "ticket: 127.0.0.1:$(PORT) is in use; stop what listens there, or: make run PORT=..." >&2; \
		exit 1; }
	@echo "ticket: one ID per request on http://127.0.0.1:$(PORT) (Ctrl-C ends it)"
	@# PHP's built-in server leaves its workers behind when it is told to end, so all are told together.
	@if $(PHP) -m 2>/dev/null | grep -qix swoole; then \
		exec $(PHP) -d extension="$(MODULE)" examples/swoole.php $(PORT) $(WORKERS); \
	else \
		PHP_CLI_SERVER_WORKERS=$(WORKERS) setsid $(PHP) -d extension="$(MODULE)" -S 127.0.0.1:$(PORT) -q \
			examples/request.php & \
		server=$$!; trap 'kill -- -$$server' INT TERM HUP; wait $$server || wait; \
	fi

.PHONY: test
test: FOR_TESTS = $(MISSING_FOR_TESTS)
test: setup
	@$(MAKE) --no-print-directory all
	@cargo test --locked --no-default-features
	@PHP="$(PHP)" MODULE="$(MODULE)" TICKET_TEST_SWOOLE="$$(realpath -m -- "$(SWOOLE)" 2>/dev/null)" php-tests/run $(TESTS)

.PHONY: bench
bench: FOR_TESTS = $(MISSING_ZOOKEEPER)
bench: setup
	@! command -v apt-get >/dev/null || $(MAKE) --no-print-directory setup FOR_TESTS='$$(MISSING_PEERS)'
	@$(MAKE) --no-print-directory all
	@PHP="$(PHP)" MODULE="$(MODULE)" TICKET_TEST_SWOOLE="$$(realpath -m -- "$(SWOOLE)" 2>/dev/null)" \
		php-tests/bench/run target/bench "$(QUESTIONS)" "$(ROUNDS)" "$(LATENCY)" "$(CROWD)"

CASES ?= 20000
CALLS ?= 5000
.PHONY: fuzz
fuzz: FOR_TESTS = $(MISSING_FOR_TESTS) command -v valgrind >/dev/null || echo valgrind;
fuzz: setup
	@$(MAKE) --no-print-directory all
	@PROPTEST_CASES=$(CASES) cargo test --locked --no-default-features --lib -- does_harm of_anything by_name
	@PHP="$(PHP)" MODULE="$(MODULE)" php-tests/fuzz/valgrind $(CALLS) $(SEED)

# Another build of everything, with atomics that are slow: src/sync.rs.
.PHONY: loom
loom:
	@RUSTFLAGS="--cfg ticket_loom --cap-lints=allow" CARGO_TARGET_DIR=target/loom \
		cargo test -q --release --locked --no-default-features --lib interleaved::

# All of them take an hour; RULES="seal version_check": only these.
.PHONY: mutants
mutants: FOR_TESTS = $(MISSING_FOR_TESTS)
mutants: setup
	@PHP="$(PHP)" PHP_CONFIG="$(PHP_CONFIG)" php-tests/mutants/run $(RULES)

.PHONY: test-debian
test-debian: MISSING = command -v debootstrap >/dev/null || echo debootstrap
test-debian: setup
	@php-tests/debian $(SUITE) target/debian/$(SUITE)

.PHONY: torture
torture: FOR_TESTS = $(MISSING_FOR_TESTS)
torture: setup
	@$(MAKE) --no-print-directory all
	@PHP="$(PHP)" MODULE="$(MODULE)" TICKET_TORTURE_IDS="$(IDS)" \
		TICKET_TEST_SWOOLE="$$(realpath -m -- "$(SWOOLE)" 2>/dev/null)" php-tests/torture/run target/torture \
		"$(SECONDS)" "$(SEED)" "$(FAMILIES)" "$(RATE)"

.PHONY: check
check: FOR_TESTS = $(MISSING_FOR_TESTS)
check: setup
	@$(MAKE) --no-print-directory all
	@cargo fmt --check
	@$(CARGO) clippy --locked --release --all-targets -- -D warnings
	@RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --release --no-deps --document-private-items
	@$(PHP) -n -l stubs/ticket.php
	@PHP="$(PHP)" MODULE="$(MODULE)" php-tests/run php-tests/surface

# Builds nothing: root may have no cargo.
.PHONY: install
install:
	@test -f "$(MODULE)" || { echo "ticket: nothing is built yet; run make first" >&2; exit 1; }
	@directory="$(DESTDIR)$$($(PHP_CONFIG) --extension-dir)"; \
	install -d "$$directory" && install -m 644 "$(MODULE)" "$$directory/ticket.so" && \
	echo "ticket: installed $$directory/ticket.so; load it with extension=ticket.so in php.ini"

.PHONY: clean
clean:
	@cargo clean -q
	@rm -rf modules
