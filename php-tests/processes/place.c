/* The process above PHP: place KIND COMMAND...

   watch      a process 1, or else a child subreaper, that reaps nothing but the command: it waits until all that is left
              of it has ended, too, and prints what nobody has reaped
   reap       likewise, but reaps all that ends, as an init does
   subreaper  becomes the command itself, which then is whom orphans are given to

   What of ours still runs 60 s after all else has ended is printed as well. */

#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Looks at our children, by /proc, which knows those without an exit signal as well. How many still run, and of these how
   many are not ticket's. */
static int children(int print, int *others)
{
    int running = *others = 0;
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes && (entry = readdir(processes));) {
        char path[300], line[1000] = "", state;
        int parent;
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *stat = isdigit((unsigned char) entry->d_name[0]) ? fopen(path, "r") : NULL;
        if (!stat) {
            continue;
        }
        line[fread(line, 1, sizeof line - 1, stat)] = 0;
        fclose(stat);
        char *name = strchr(line, '('), *end = strrchr(line, ')');
        if (!name || !end || sscanf(end + 1, " %c %d", &state, &parent) != 2 || parent != getpid()) {
            continue;
        }
        *end = 0;
        int ended = state == 'Z' || state == 'X';
        running += !ended;
        *others += !ended && strncmp(name, "(ticket-", 8);
        if (print) {
            printf(" %s%s", name + 1, ended ? "" : " that runs");
        }
    }
    if (processes) {
        closedir(processes);
    }
    return running;
}

int main(int argc, char **argv)
{
    if (argc < 3 || prctl(PR_SET_CHILD_SUBREAPER, 1)) {
        return 125;
    }
    int reap = !strcmp(argv[1], "reap");
    pid_t command = strcmp(argv[1], "subreaper") ? fork() : 0;
    if (command == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(126);
    }
    /* As an init does: the command is told to end, not we. */
    signal(SIGTERM, SIG_IGN);
    for (pid_t ended = 0; ended != command;) {
        ended = waitpid(reap ? -1 : command, NULL, reap ? __WALL : 0);
        if (ended < 0 && errno != EINTR) {
            return 127;
        }
    }
    int others = 0;
    for (int tries = 0; tries < 30000 && children(0, &others); tries = others ? 0 : tries + 1) {
        while (reap && waitpid(-1, NULL, __WALL | WNOHANG) > 0) {
        }
        usleep(2000);
    }
    while (reap && waitpid(-1, NULL, __WALL | WNOHANG) > 0) {
    }
    printf("left:");
    children(1, &others);
    puts("");
    return 0;
}
