dnl What PIE builds: phpize makes ./configure of this, in a folder of its own, as it writes a Makefile beside it.

PHP_ARG_ENABLE([ticket],
  [whether to build ticket],
  [AS_HELP_STRING([--disable-ticket], [Do not build ticket])],
  [yes])

if test "$PHP_TICKET" != "no"; then
  dnl Where rustup puts it, which is not in everybody's PATH.
  if ! command -v cargo >/dev/null; then
    PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
    export PATH
  fi
  ticket_php_config=`command -v "$PHP_CONFIG"`
  dnl php-config knows none where no command line was built with it.
  ticket_php=$PHP_EXECUTABLE
  test -x "$ticket_php" || ticket_php=php
  AC_MSG_CHECKING([for all that ticket is built with])
  command -v bash >/dev/null || AC_MSG_ERROR([ticket: no bash here; install it])
  ticket_missing=`PHP="$ticket_php" PHP_CONFIG="$ticket_php_config" "$abs_srcdir/../../.setup/run" pie build 2>&1` ||
    AC_MSG_ERROR([$ticket_missing])
  AC_MSG_RESULT([yes])
  TICKET_CARGO=`command -v cargo`
  TICKET_PHP=$ticket_php
  TICKET_PHP_CONFIG=$ticket_php_config
  PHP_SUBST([TICKET_CARGO])
  PHP_SUBST([TICKET_PHP])
  PHP_SUBST([TICKET_PHP_CONFIG])
  dnl Without PHP_NEW_EXTENSION, which would link a module of C of the same name. So what that sets is said here.
  PHP_ADD_MAKEFILE_FRAGMENT([$abs_srcdir/Makefile.frag], [$abs_srcdir], [.])
  PHP_ADD_BUILD_DIR([modules])
fi
