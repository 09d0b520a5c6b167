// What the libraries share that tests load into PHP.

#include <dlfcn.h>
#include <stdarg.h>

// PHP loads extensions with RTLD_DEEPBIND, which would lead their calls past such a library.
void *dlopen(const char *name, int flags)
{
    return ((void *(*)(const char *, int)) dlsym(RTLD_NEXT, "dlopen"))(name, flags & ~RTLD_DEEPBIND);
}

// In a stand-in for syscall(2): declares and fills `a`, its arguments after the number.
#define SYSCALL_ARGUMENTS(number, a) \
    long a[6]; \
    va_list rest; \
    va_start(rest, number); \
    for (int i = 0; i < 6; i++) { \
        a[i] = va_arg(rest, long); \
    } \
    va_end(rest)

#define NEXT_SYSCALL(number, a) \
    ((long (*)(long, ...)) dlsym(RTLD_NEXT, "syscall"))(number, a[0], a[1], a[2], a[3], a[4], a[5])
