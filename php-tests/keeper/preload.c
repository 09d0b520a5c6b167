// Loaded into PHP by tests of this folder: makes certain what else happens once in a thousand times.

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/preload.h"

static void before_start(void)
{
    const char *name = getenv("TICKET_TEST_CHILD");
    FILE *file = name ? fopen(name, "r") : NULL;
    const char *starts = getenv("TICKET_TEST_STARTS");
    FILE *dots = starts ? fopen(starts, "a") : NULL;
    int pid;
    siginfo_t ended;
    if (dots) {
        fputc('.', dots);
        fclose(dots);
    }
    if (file) {
        if (fscanf(file, "%d", &pid) == 1) {
            kill(pid, SIGKILL);
            waitid(P_PID, (id_t) pid, &ended, WEXITED | WNOWAIT);
        }
        fclose(file);
        unlink(name);
    }
}

static int is_named(const char *wanted)
{
    char name[16] = "";
    return !prctl(PR_GET_NAME, name) && !strcmp(name, wanted);
}

// What the extension calls to start what stands by for a keeper, and that to start a keeper. In PHP: the child whose ID
// is in the file $TICKET_TEST_CHILD ends then, and the file is removed; in $TICKET_TEST_STARTS each start leaves a dot;
// and where $TICKET_TEST_EMULATED is set there are only children of the usual kind, as in QEMU's emulation of processes.
// Where $TICKET_TEST_ALONE is set, what stands by cannot start a keeper.
long syscall(long number, ...)
{
    SYSCALL_ARGUMENTS(number, a);
    if (number == SYS_clone) {
        if (is_named("ticket-standby")) {
            if (getenv("TICKET_TEST_ALONE")) {
                errno = EAGAIN;
                return -1;
            }
        } else {
            if (getenv("TICKET_TEST_EMULATED") && (a[0] & 0xff) != SIGCHLD) {
                errno = EINVAL;
                return -1;
            }
            before_start();
        }
    }
    return NEXT_SYSCALL(number, a);
}

// What it calls before it forks twice, where it has to.
int sigpending(sigset_t *set)
{
    int result = ((int (*)(sigset_t *)) dlsym(RTLD_NEXT, "sigpending"))(set);
    before_start();
    return result;
}

// What each keeper calls before it knows whether it is the only one: takes so many ms, $TICKET_TEST_LATE.
pid_t setsid(void)
{
    const char *late = getenv("TICKET_TEST_LATE");
    if (late) {
        usleep(1000 * (useconds_t) atoi(late));
    }
    return ((pid_t (*)(void)) dlsym(RTLD_NEXT, "setsid"))();
}

// In a keeper only $TICKET_TEST_THREADS threads can be started.
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    static int started;
    const char *most = getenv("TICKET_TEST_THREADS");
    if (most && is_named("ticket-keeper") && started++ >= atoi(most)) {
        return EAGAIN;
    }
    return ((int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)) dlsym(RTLD_NEXT, "pthread_create"))(
        thread, attributes, start, argument);
}
