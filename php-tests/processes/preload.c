/* Loaded into PHP, or the server it is in: threads from before it starts, a signal that makes it a child subreaper, and a
   last look when it has ended. */

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t process;
static char file[4096];

/* Holds a lock of the C library's most of the time. */
static void *busy(void *unused)
{
    for (size_t size = 1;; size = size * 7 % 100003 + 1) {
        void *volatile memory = malloc(size);
        free(memory);
    }
    return unused;
}

static void adopt(int unused)
{
    (void) unused;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

__attribute__((constructor)) static void begin(void)
{
    const char *name = program_invocation_short_name, *left = getenv("TICKET_TEST_LEFT"), *threads = getenv("TICKET_TEST_BUSY");
    /* Not in what a script executes. */
    if (strncmp(name, "php", 3) && strcmp(name, "apache2")) {
        return;
    }
    process = getpid();
    snprintf(file, sizeof file, "%s", left ? left : "");
    /* A read goes on after it. */
    struct sigaction adopts = {.sa_handler = adopt, .sa_flags = SA_RESTART};
    sigaction(SIGRTMAX, &adopts, NULL);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = threads ? atoi(threads) : 0; i > 0; i--) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, busy, NULL)) {
            abort();
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* What no wait(-1) sees is seen here: writes into the file $TICKET_TEST_LEFT which child of the process there still is, a
   zombie or not. Not in its forks. */
__attribute__((destructor)) static void end(void)
{
    siginfo_t child = {0};
    FILE *told = *file && getpid() == process ? fopen(file, "a") : NULL;
    if (!told) {
        return;
    }
    if (waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0) {
        fprintf(told, "a child %s\n", child.si_pid ? "that nobody has reaped" : "that runs");
    } else {
        fputs(errno == ECHILD ? "nothing\n" : "it cannot tell\n", told);
    }
    fclose(told);
}
