# make         builds modules/ticket.so
# make run     installs what is missing, builds, and serves IDs on http://127.0.0.1:$(PORT)
# make test    installs what is missing, builds, and runs all tests
# make around  tests what surrounds the extension (packages, frameworks, databases, pages, documents), with what Debian has of these
# make fresh   as root: both as README.md has them, in a bare Debian of its own; SUITE=bookworm, or another with another PHP
# make fuzz    random input to all that reads any, random calls and callbacks under valgrind; CASES, CALLS and SEED
# make torture families of PHP and three ZooKeeper servers suffer faults for so many SECONDS, drawn from the SEED;
#              target/torture/report.txt and report.svg tell what came of it; LOCKED=1: the servers want credentials
# make loom    every order in which threads may see the memory of a lease change
# make mutants leaves out one rule after the other (src/rule.rs), says which test notices, and fails if none does
# make bench   measures what IDs cost, ROUNDS times beside others, and shows targets that decide nothing; QUESTIONS="..."
#              (empty: all): call ceiling many latency start first_id crowd memory client watch cache recipes service; target/bench/report.txt and a
#              chart for each tell what came of it
# make check   formatting, lints, documentation, stubs
# make install copies modules/ticket.so to PHP's extension directory (DESTDIR=... goes before it)
# make package makes, in target/package, what is installed without Rust: PIE's archive, and Debian's package for this PHP
# make clean   removes what was built

PHP ?= php
# The one beside it: php8.3 has php-config8.3.
PHP_CONFIG ?= $(if $(findstring /,$(PHP)),$(dir $(PHP)))php-config$(patsubst php%,%,$(notdir $(PHP)))
PORT ?= 9501
WORKERS ?= 4
# Which phpt files `make test` runs; and which `make around` does.
TESTS ?= $(filter-out php-tests/around,$(patsubst %/,%,$(wildcard php-tests/*/)))
AROUND ?= php-tests/around
# Path of the swoole.so that `make test`, `make torture` and `make bench` use; empty: the one in PHP's extension
# directory, if there is one.
SWOOLE ?=

# Of `make torture`: how long the faults last; how many families there are, of about three processes each, or which
# (FAMILIES="recipes recipes-fpm", by their names in php-tests/torture/plan.php); how many IDs a second each process
# issues; and where so many IDs have room, 30 bytes each. An empty SEED: any.
SECONDS ?= 60
FAMILIES ?= 22
RATE ?= 1000
IDS ?= /var/tmp
LOCKED ?=

# Of `make bench`: for how many seconds single calls are watched, in each of four cases; and how many families want a
# node at once.
QUESTIONS ?=
ROUNDS ?= 7
LATENCY ?= 10
CROWD ?= 50 200 1000

# With paths that hold in any directory: build scripts run in their own.
export PHP PHP_CONFIG
CARGO = PHP="$$(realpath -s -- "$$(command -v "$(PHP)")")" \
	PHP_CONFIG="$$(realpath -s -- "$$(command -v "$(PHP_CONFIG)")")" cargo
MODULE = $(CURDIR)/modules/ticket.so

.PHONY: all
all: tools
	@built=$$($(CARGO) build --release --locked --message-format=json-render-diagnostics) && mkdir -p modules && \
	cp "$$(printf "%s\n" "$$built" | sed -n 's/.*"\([^"]*\/libticket\.so\)".*/\1/p')" modules/.ticket.so.new
	@# Moved into place: a PHP that has the old one mapped goes on with it.
	@mv modules/.ticket.so.new modules/ticket.so

# Says in one line what keeps ticket from being built here.
.PHONY: tools
tools:
	@.setup/run try build

.PHONY: setup
setup:
	@.setup/run install build $(BESIDES)

# Recipes that need the set-up first: a plain list of prerequisites would not keep the order under -j.
.PHONY: run
run: setup
	@$(MAKE) --no-print-directory all
	@"$(PHP)" -n -r 'exit(@stream_socket_server("tcp://127.0.0.1:$(PORT)") ? 0 : 1);' || { \
		echo "ticket: 127.0.0.1:$(PORT) is in use; stop what listens there, or: make run PORT=..." >&2; \
		exit 1; }
	@echo "ticket: one ID per request on http://127.0.0.1:$(PORT) (Ctrl-C ends it)"
	@# PHP's built-in server leaves its workers behind when it is told to end, so all are told together.
	@if "$(PHP)" -m 2>/dev/null | grep -qix swoole; then \
		exec "$(PHP)" -d extension="$(MODULE)" examples/swoole.php $(PORT) $(WORKERS); \
	else \
		PHP_CLI_SERVER_WORKERS=$(WORKERS) setsid "$(PHP)" -d extension="$(MODULE)" -S 127.0.0.1:$(PORT) -q \
			examples/request.php & \
		server=$$!; trap 'kill -- -$$server' INT TERM HUP; wait $$server || wait; \
	fi

.PHONY: test
test: BESIDES = zookeeper servers kazoo
test: setup
	@$(MAKE) --no-print-directory all
	@cargo test --locked --no-default-features
	@MODULE="$(MODULE)" TICKET_TEST_SWOOLE="$$(realpath -m -- "$(SWOOLE)" 2>/dev/null)" php-tests/run $(TESTS)

# Each folder of php-tests/around needs things of its own, which .setup/run knows by the folder's name.
.PHONY: around
around: BESIDES = zookeeper $(notdir $(patsubst %/,%,$(wildcard php-tests/around/*/)))
around: setup
	@$(MAKE) --no-print-directory all
	@MODULE="$(MODULE)" php-tests/run $(AROUND)

.PHONY: bench
bench: BESIDES = zookeeper peers
bench: setup
	@$(MAKE) --no-print-directory all
	@MODULE="$(MODULE)" TICKET_TEST_SWOOLE="$$(realpath -m -- "$(SWOOLE)" 2>/dev/null)" \
		php-tests/bench/run target/bench "$(QUESTIONS)" "$(ROUNDS)" "$(LATENCY)" "$(CROWD)"

CASES ?= 20000
CALLS ?= 5000
.PHONY: fuzz
fuzz: BESIDES = zookeeper servers valgrind
fuzz: setup
	@$(MAKE) --no-print-directory all
	@PROPTEST_CASES=$(CASES) cargo test --locked --no-default-features --lib -- does_harm of_anything by_name
	@MODULE="$(MODULE)" php-tests/fuzz/valgrind $(CALLS) $(SEED)
	@MODULE="$(MODULE)" php-tests/fuzz/script watches 15
	@MODULE="$(MODULE)" php-tests/fuzz/script caches 15

# Another build of everything, with atomics that are slow: src/sync.rs.
.PHONY: loom
loom:
	@RUSTFLAGS="--cfg ticket_loom --cap-lints=allow" CARGO_TARGET_DIR=target/loom \
		cargo test -q --release --locked --no-default-features --lib interleaved::

# All of them take an hour; RULES="seal version_check": only these.
.PHONY: mutants
mutants: BESIDES = zookeeper servers kazoo
mutants: setup
	@php-tests/mutants/run $(RULES)

.PHONY: fresh test-debian
fresh: SUITE ?= bookworm
test-debian: SUITE ?= trixie
fresh test-debian:
	@php-tests/debian/run "$(SUITE)" php-tests/debian/readme

.PHONY: torture
torture: BESIDES = zookeeper servers
torture: setup
	@$(MAKE) --no-print-directory all
	@MODULE="$(MODULE)" TICKET_TORTURE_IDS="$(IDS)" TICKET_TORTURE_LOCKED="$(LOCKED)" \
		TICKET_TEST_SWOOLE="$$(realpath -m -- "$(SWOOLE)" 2>/dev/null)" php-tests/torture/run target/torture \
		"$(SECONDS)" "$(SEED)" "$(FAMILIES)" "$(RATE)"

.PHONY: check
check: BESIDES = zookeeper servers
check: setup
	@$(MAKE) --no-print-directory all
	@cargo fmt --check
	@$(CARGO) clippy --locked --release --all-targets --features bench -- -D warnings
	@RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --release --no-deps --document-private-items
	@for stub in stubs/*.php; do "$(PHP)" -n -l $$stub || exit 1; done
	@MODULE="$(MODULE)" php-tests/run php-tests/surface

# Builds nothing: root may have no cargo.
.PHONY: install
install:
	@test -f "$(MODULE)" || { echo "ticket: nothing is built yet; run make first" >&2; exit 1; }
	@directory="$(DESTDIR)$$("$(PHP_CONFIG)" --extension-dir)"; \
	install -d "$$directory" && install -m 644 "$(MODULE)" "$$directory/ticket.so" && \
	echo "ticket: installed $$directory/ticket.so; load it with extension=ticket.so in php.ini"

# DEBFULLNAME and DEBEMAIL say in the package who made it.
.PHONY: package
package: setup
	@$(MAKE) --no-print-directory all
	@.setup/package

.PHONY: clean
clean:
	@cargo clean -q
	@rm -rf modules
