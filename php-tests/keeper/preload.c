// Loaded into PHP by tests of this folder: makes certain what else happens once in a thousand times.

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
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

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *idle(void *unused)
{
    for (;;) {
        pause();
    }
    return unused;
}

static struct timespec began;
static int slower;

static int64_t nanoseconds(const struct timespec *time)
{
    return (int64_t) time->tv_sec * 1000000000 + time->tv_nsec;
}

// In PHP and its forks, but not in ours, the clock that counts pauses runs $TICKET_TEST_SLOWER times slower.
int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = (int) syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_MONOTONIC && slower && !is_named("ticket-standby") && !is_named("ticket-keeper")) {
        int64_t from = nanoseconds(&began), now = from + (nanoseconds(time) - from) / slower;
        *time = (struct timespec) {.tv_sec = now / 1000000000, .tv_nsec = now % 1000000000};
    }
    return result;
}

// Where there is a lock that may be held there is another thread.
__attribute__((constructor)) static void begin(void)
{
    pthread_t thread;
    const char *times = getenv("TICKET_TEST_SLOWER");
    clock_gettime(CLOCK_MONOTONIC, &began);
    slower = times ? atoi(times) : 0;
    if (getenv("TICKET_TEST_HELD") && pthread_create(&thread, NULL, idle, NULL)) {
        abort();
    }
}

// How many starts this process, or the one that it is a fork of, has tried.
static int started;

// What the extension calls to start what stands by for a keeper, and that to start a keeper. In PHP: the child whose ID
// is in the file $TICKET_TEST_CHILD ends then, and the file is removed; in $TICKET_TEST_STARTS each start leaves a dot;
// and where $TICKET_TEST_EMULATED is set there are only children of the usual kind, as in QEMU's emulation of processes.
// Where $TICKET_TEST_ALONE is set, what stands by cannot start a keeper. The first $TICKET_TEST_HELD of what PHP starts find
// a lock held that they need.
long syscall(long number, ...)
{
    const char *held = getenv("TICKET_TEST_HELD");
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
            started++;
            if (held && started <= atoi(held)) {
                // As if another thread held it just then, which the child does not have.
                pthread_mutex_lock(&lock);
                long child = NEXT_SYSCALL(number, a);
                if (child != 0) {
                    pthread_mutex_unlock(&lock);
                }
                return child;
            }
        }
    }
    return NEXT_SYSCALL(number, a);
}

// What PHP gives its memory back with.
int munmap(void *address, size_t length)
{
    if (is_named("ticket-standby")) {
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
    }
    return ((int (*)(void *, size_t)) dlsym(RTLD_NEXT, "munmap"))(address, length);
}

// What it calls before it forks twice, where it has to.
int sigpending(sigset_t *set)
{
    int result = ((int (*)(sigset_t *)) dlsym(RTLD_NEXT, "sigpending"))(set);
    before_start();
    return result;
}

// What each of ours calls before it knows whether it is the only one: takes so many ms, $TICKET_TEST_LATE, or only the first
// of a process does where $TICKET_TEST_LATE_ONCE is set; and until so many have been started, $TICKET_TEST_AWAITED, for at
// most 60 s.
pid_t setsid(void)
{
    const char *late = getenv("TICKET_TEST_LATE"), *once = getenv("TICKET_TEST_LATE_ONCE");
    const char *starts = getenv("TICKET_TEST_STARTS"), *awaited = getenv("TICKET_TEST_AWAITED");
    struct stat dots;
    for (int i = 0; starts && awaited && (stat(starts, &dots) || dots.st_size < atoi(awaited)) && i < 60000; i++) {
        usleep(1000);
    }
    if (late && (!once || started == 1)) {
        usleep(1000 * (useconds_t) atoi(late));
    }
    return ((pid_t (*)(void)) dlsym(RTLD_NEXT, "setsid"))();
}

// A keeper that has done all takes so many ms more to end, $TICKET_TEST_SLOW.
void _exit(int status)
{
    const char *slow = getenv("TICKET_TEST_SLOW");
    if (slow && is_named("ticket-keeper")) {
        usleep(1000 * (useconds_t) atoi(slow));
    }
    for (;;) {
        ((long (*)(long, ...)) dlsym(RTLD_NEXT, "syscall"))(SYS_exit_group, status);
    }
}

// In PHP, where $TICKET_TEST_MAY_NOT_KILL is set: as if what it has started were another user's.
int kill(pid_t pid, int signal)
{
    if (getenv("TICKET_TEST_MAY_NOT_KILL")) {
        errno = EPERM;
        return -1;
    }
    return ((int (*)(pid_t, int)) dlsym(RTLD_NEXT, "kill"))(pid, signal);
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
