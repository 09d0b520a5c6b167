# In phpize's Makefile: `make` has the Makefile of the project build the module for this PHP, and lays it where PIE looks.
.PHONY: ticket ticket-is-built
all: ticket
ticket:
	@# Its flags are left out: cargo divides the work itself.
	@PATH="$$PATH:$(dir $(TICKET_CARGO))" env -u MAKEFLAGS -u MAKELEVEL $(MAKE) --no-print-directory -C "$(top_srcdir)/../.." all \
		PHP="$(TICKET_PHP)" PHP_CONFIG="$(TICKET_PHP_CONFIG)"
	@mkdir -p modules && cp "$(top_srcdir)/../../modules/ticket.so" modules/.ticket.so.new && \
		mv modules/.ticket.so.new modules/ticket.so

# Builds nothing: PIE has root do it, who may have no cargo.
install-modules: ticket-is-built
ticket-is-built:
	@test -f modules/ticket.so || { echo "ticket: nothing is built yet; run make first" >&2; exit 1; }
