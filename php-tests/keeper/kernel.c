// Loaded into PHP by cloned.phpt: stands in for the kernel where it tells that this virtual machine is a copy.
//
// What the extension opens as /dev/kmsg is a socket at $TICKET_TEST_KERNEL.kmsg, of which each message is a record; its
// socket for events is one at $TICKET_TEST_KERNEL.uevent, of which each message is an event after a digit: the port that
// it comes from. Each time that there is nothing more to be read, a dot goes to the same name with .read.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>

#include "../lib/preload.h"

static int records = -1, events = -1;

#define NEXT(name, type) ((type) dlsym(RTLD_NEXT, name))
typedef int (*open_type)(const char *, int, ...);
typedef ssize_t (*read_type)(int, void *, size_t);
typedef int (*bind_type)(int, const struct sockaddr *, socklen_t);

static void name(char *to, size_t room, const char *end)
{
    snprintf(to, room, "%s.%s", getenv("TICKET_TEST_KERNEL"), end);
}

static int stand_in(const char *source)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int end = NEXT("socket", int (*)(int, int, int))(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    name(at.sun_path, sizeof at.sun_path, source);
    // Of what stood by before this.
    unlink(at.sun_path);
    return NEXT("bind", bind_type)(end, (struct sockaddr *) &at, sizeof at) ? -1 : end;
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    int mode = va_arg(rest, int);
    va_end(rest);
    if (getenv("TICKET_TEST_KERNEL") && !strcmp(path, "/dev/kmsg")) {
        return records = stand_in("kmsg");
    }
    return NEXT("open", open_type)(path, flags, mode);
}

int socket(int family, int type, int protocol)
{
    if (getenv("TICKET_TEST_KERNEL") && family == AF_NETLINK && protocol == NETLINK_KOBJECT_UEVENT) {
        return events = stand_in("uevent");
    }
    return NEXT("socket", int (*)(int, int, int))(family, type, protocol);
}

int bind(int end, const struct sockaddr *at, socklen_t length)
{
    return end >= 0 && end == events ? 0 : NEXT("bind", bind_type)(end, at, length);
}

off_t lseek(int end, off_t offset, int whence)
{
    return end >= 0 && end == records ? 0 : NEXT("lseek", off_t (*)(int, off_t, int))(end, offset, whence);
}

off64_t lseek64(int end, off64_t offset, int whence)
{
    return lseek(end, offset, whence);
}

static ssize_t hear(int end, char *buffer, size_t room, const char *source)
{
    ssize_t heard = NEXT("read", read_type)(end, buffer, room);
    int error = errno;
    if (heard < 0) {
        char at[200];
        name(at, sizeof at, source);
        int dots = NEXT("open", open_type)(at, O_WRONLY | O_APPEND);
        if (dots >= 0) {
            (void) !write(dots, ".", 1);
            close(dots);
        }
    }
    errno = error;
    return heard;
}

ssize_t read(int end, void *buffer, size_t room)
{
    return end >= 0 && end == records ? hear(end, buffer, room, "kmsg.read") : NEXT("read", read_type)(end, buffer, room);
}

ssize_t recvfrom(int end, void *buffer, size_t room, int flags, struct sockaddr *from, socklen_t *length)
{
    typedef ssize_t (*type)(int, void *, size_t, int, struct sockaddr *, socklen_t *);
    if (end < 0 || end != events) {
        return NEXT("recvfrom", type)(end, buffer, room, flags, from, length);
    }
    char *event = buffer;
    ssize_t heard = hear(end, event, room, "uevent.read");
    if (heard > 0) {
        struct sockaddr_nl sender = {.nl_family = AF_NETLINK, .nl_pid = (unsigned) (event[0] - '0')};
        memmove(event, event + 1, (size_t) --heard);
        memcpy(from, &sender, *length < sizeof sender ? *length : sizeof sender);
        *length = sizeof sender;
    }
    return heard;
}
