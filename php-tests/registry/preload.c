// Loaded into PHP by tests of this folder: makes a kernel, a file system or a security profile that lacks something. Each
// call that is named in $TICKET_TEST_REFUSED, "linkat=EPERM,mmap=ENODEV", fails with that error if it comes from the
// extension; a call whose name has a + in front ("+madvise") succeeds and does nothing. In $TICKET_TEST_LOG, if set, the
// names of all the calls that could be refused are appended. $TICKET_TEST_BETWEEN, "linkat:command", is run before the first
// call of that name: what another process does just then.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/preload.h"

static const struct { const char *name; int error; } errors[] = {
    {"ENOSYS", ENOSYS}, {"EPERM", EPERM}, {"EINVAL", EINVAL}, {"EOPNOTSUPP", EOPNOTSUPP}, {"ENOTTY", ENOTTY},
    {"ENODEV", ENODEV}, {"EACCES", EACCES}, {"EROFS", EROFS}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EMFILE", EMFILE},
    {"ENOMEM", ENOMEM}, {"ENOLCK", ENOLCK}, {"EIO", EIO}, {"EAGAIN", EAGAIN},
};

// Whether the call succeeds without doing anything (1), fails (-1, and errno is set), or is left alone (0).
static int refused(const char *call, void *caller)
{
    const char *list = getenv("TICKET_TEST_REFUSED"), *log = getenv("TICKET_TEST_LOG");
    const char *between = getenv("TICKET_TEST_BETWEEN");
    size_t length = strlen(call);
    Dl_info from;
    if ((!list && !log && !between) || !dladdr(caller, &from) || !from.dli_fname || !strstr(from.dli_fname, "/ticket.so")) {
        return 0;
    }
    if (log && *log) {
        FILE *file = fopen(log, "a");
        fprintf(file, "%s\n", call);
        fclose(file);
    }
    if (between && !strncmp(between, call, length) && between[length] == ':') {
        char *command = strdup(between + length + 1);
        unsetenv("TICKET_TEST_BETWEEN");
        if (system(command)) {
            abort();
        }
        free(command);
    }
    for (const char *at = list; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        if (*at == '+' && !strncmp(at + 1, call, length) && (at[length + 1] == ',' || !at[length + 1])) {
            return 1;
        }
        if (!strncmp(at, call, length) && at[length] == '=') {
            for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
                size_t name = strlen(errors[i].name);
                if (!strncmp(at + length + 1, errors[i].name, name) && strchr(",", at[length + 1 + name])) {
                    errno = errors[i].error;
                    return -1;
                }
            }
            abort();
        }
    }
    return 0;
}

#define CALLER __builtin_return_address(0)
#define STAND_IN(call, result, name, parameters, ...) \
    result name parameters \
    { \
        int how = refused(call, CALLER); \
        return how > 0 ? (result) 0 : how < 0 ? (result) -1 \
            : ((result (*) parameters) dlsym(RTLD_NEXT, #name))(__VA_ARGS__); \
    }

STAND_IN("mkdirat", int, mkdirat, (int at, const char *name, mode_t mode), at, name, mode)
STAND_IN("fchmodat", int, fchmodat, (int at, const char *name, mode_t mode, int flags), at, name, mode, flags)
STAND_IN("renameat", int, renameat, (int from, const char *old, int to, const char *new), from, old, to, new)
STAND_IN("renameat2", int, renameat2, (int from, const char *old, int to, const char *new, unsigned flags), from, old, to, new, flags)
STAND_IN("linkat", int, linkat, (int from, const char *old, int to, const char *new, int flags), from, old, to, new, flags)
STAND_IN("unlinkat", int, unlinkat, (int at, const char *name, int flags), at, name, flags)
STAND_IN("fstatfs", int, fstatfs, (int file, struct statfs *to), file, to)
STAND_IN("fstatfs", int, fstatfs64, (int file, struct statfs64 *to), file, to)
STAND_IN("fstat", int, fstat, (int file, struct stat *to), file, to)
STAND_IN("fstat", int, fstat64, (int file, struct stat64 *to), file, to)
STAND_IN("fstatat", int, fstatat, (int at, const char *name, struct stat *to, int flags), at, name, to, flags)
STAND_IN("statx", int, statx, (int at, const char *name, int flags, unsigned mask, struct statx *to), at, name, flags, mask, to)
STAND_IN("readlinkat", ssize_t, readlinkat, (int at, const char *name, char *to, size_t length), at, name, to, length)
STAND_IN("fchmod", int, fchmod, (int file, mode_t mode), file, mode)
STAND_IN("pwrite", ssize_t, pwrite64, (int file, const void *from, size_t length, off64_t at), file, from, length, at)
STAND_IN("pread", ssize_t, pread64, (int file, void *to, size_t length, off64_t at), file, to, length, at)
STAND_IN("madvise", int, madvise, (void *base, size_t length, int advice), base, length, advice)
STAND_IN("munmap", int, munmap, (void *base, size_t length), base, length)
STAND_IN("getrandom", ssize_t, getrandom, (void *to, size_t length, unsigned flags), to, length, flags)
STAND_IN("sigaction", int, sigaction, (int number, const struct sigaction *new, struct sigaction *old), number, new, old)

// It takes an enumeration here, which is in the way of the macro.
int getrlimit(__rlimit_resource_t what, struct rlimit *to)
{
    return refused("getrlimit", CALLER) ? -1 : (int) syscall(SYS_prlimit64, 0, what, NULL, to);
}

static void *map(const char *call, void *caller, void *base, size_t length, int protection, int flags, int file, off_t offset)
{
    const char *what = flags & MAP_ANONYMOUS ? flags & MAP_SHARED ? "mmap_inherited" : "mmap_private" : call;
    return refused(what, caller) ? MAP_FAILED : (void *) syscall(SYS_mmap, base, length, protection, flags, file, offset);
}

void *mmap(void *base, size_t length, int protection, int flags, int file, off_t offset)
{
    return map("mmap", CALLER, base, length, protection, flags, file, offset);
}

void *mmap64(void *base, size_t length, int protection, int flags, int file, off64_t offset)
{
    return map("mmap", CALLER, base, length, protection, flags, file, offset);
}

int openat(int at, const char *name, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    const char *call = flags & O_CREAT ? "openat_new" : flags & O_PATH ? "openat_path" : "openat";
    return refused(call, CALLER) ? -1 : (int) syscall(SYS_openat, at, name, flags, mode);
}

int open(const char *name, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return refused("open", CALLER) ? -1 : (int) syscall(SYS_openat, AT_FDCWD, name, flags, mode);
}

int fcntl(int file, int command, ...)
{
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    const char *call = command == F_OFD_SETLK ? "F_OFD_SETLK" : command == F_OFD_GETLK ? "F_OFD_GETLK"
        : command == F_DUPFD_CLOEXEC ? "F_DUPFD_CLOEXEC" : "fcntl";
    return refused(call, CALLER) ? -1 : (int) syscall(SYS_fcntl, file, command, argument);
}

// What has no function of its own in the C library, as openat2.
long syscall(long number, ...)
{
    SYSCALL_ARGUMENTS(number, a);
    if (number == SYS_openat2 && refused("openat2", CALLER)) {
        return -1;
    }
    return NEXT_SYSCALL(number, a);
}
