// Loaded into PHP by tests of this folder: makes certain what else happens once in a thousand times.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// What the extension calls as soon as it has blocked all signals to start a keeper. The child whose ID is in the
// file $TICKET_TEST_CHILD ends then, and the file is removed. In $TICKET_TEST_STARTS each start leaves a dot.
int sigpending(sigset_t *set)
{
    int result = ((int (*)(sigset_t *)) dlsym(RTLD_NEXT, "sigpending"))(set);
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

// Where $TICKET_TEST_ALONE is set, what stands by for a keeper cannot start one.
pid_t fork(void)
{
    char name[16] = "";
    if (getenv("TICKET_TEST_ALONE") && !prctl(PR_GET_NAME, name) && !strcmp(name, "ticket-standby")) {
        errno = EAGAIN;
        return -1;
    }
    return ((pid_t (*)(void)) dlsym(RTLD_NEXT, "fork"))();
}

// In a keeper only $TICKET_TEST_THREADS threads can be started.
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    static int started;
    char name[16] = "";
    const char *most = getenv("TICKET_TEST_THREADS");
    if (most && !prctl(PR_GET_NAME, name) && !strcmp(name, "ticket-keeper") && started++ >= atoi(most)) {
        return EAGAIN;
    }
    return ((int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)) dlsym(RTLD_NEXT, "pthread_create"))(
        thread, attributes, start, argument);
}

// PHP loads extensions with RTLD_DEEPBIND, which would lead their calls past this library.
void *dlopen(const char *name, int flags)
{
    return ((void *(*)(const char *, int)) dlsym(RTLD_NEXT, "dlopen"))(name, flags & ~RTLD_DEEPBIND);
}
