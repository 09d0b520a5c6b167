/*
 * For tests only: lets a test set the clock that PHP and its extensions see.
 *
 * The file named by TICKET_TEST_CLOCK is mapped, so that a test can change it while the process runs: 8 bytes
 * with an offset in ns, and 8 bytes with a time in ns at which the clock stands still, or 0. Of the looks at the clock
 * each of the number that TICKET_TEST_STOPPED says is followed by a second in which the process does not run.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../lib/preload.h"

static volatile int64_t *set;
static long stopped;

__attribute__((constructor)) static void map_file(void)
{
    const char *path = getenv("TICKET_TEST_CLOCK");
    const char *each = getenv("TICKET_TEST_STOPPED");
    stopped = each ? atol(each) : 0;
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) {
        return;
    }
    void *mapped = mmap(NULL, 2 * sizeof *set, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED) {
        set = mapped;
    }
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = (int) syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME && set) {
        int64_t ns = (int64_t) time->tv_sec * 1000000000 + time->tv_nsec;
        ns = (set[1] ? set[1] : ns) + set[0];
        time->tv_sec = ns / 1000000000;
        time->tv_nsec = ns % 1000000000;
    }
    static long looks;
    if (clock == CLOCK_REALTIME && stopped && ++looks % stopped == 0) {
        usleep(1100000);
    }
    return result;
}
