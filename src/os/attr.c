/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "attr.h"

/*
 * As linux/fs.h has them; the numbers are made with long, and yet an int is
 * what goes in and out (ioctl_iflags(2), "Bugs").  C libraries do not agree
 * on the type that ioctl() takes them as.
 */
#define GET_FLAGS _IOR('f', 1, long)
#define SET_FLAGS _IOW('f', 2, long)
#define FLAG_APPEND 0x20

/* As linux/capability.h has them. */
#define CAPABILITY_VERSION_3 0x20080522
#define CAPABILITY_LINUX_IMMUTABLE 9

/* Room for a long, should some file system write one. */
struct flags {
	unsigned bits, more;
};

enum attr_append
attr_append_only(int fd)
{
	struct flags f = { 0, 0 };

	if (syscall(SYS_ioctl, fd, GET_FLAGS, &f) != 0)
		return ATTR_UNKNOWN;
	return (f.bits & FLAG_APPEND) != 0 ? ATTR_ON : ATTR_OFF;
}

enum attr_append
attr_look(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum attr_append found;

	if (fd < 0)
		return ATTR_UNKNOWN;
	found = attr_append_only(fd);
	close(fd);
	return found;
}

int
attr_set_append_only(int fd, bool on)
{
	struct flags f = { 0, 0 };

	if (syscall(SYS_ioctl, fd, GET_FLAGS, &f) != 0)
		return -1;
	if (((f.bits & FLAG_APPEND) != 0) == on)
		return 0;
	f.bits ^= FLAG_APPEND;
	return (int)syscall(SYS_ioctl, fd, SET_FLAGS, &f);
}

bool
attr_may_set(void)
{
	struct {
		uint32_t version;
		int32_t pid;
	} head = { CAPABILITY_VERSION_3, 0 };
	struct {
		uint32_t effective, permitted, inheritable;
	} set[2] = {{ 0, 0, 0 }};

	return syscall(SYS_capget, &head, set) == 0 &&
	    (set[0].effective & 1u << CAPABILITY_LINUX_IMMUTABLE) != 0;
}

ssize_t
attr_read(const char *path, const char *name, char *value, size_t n)
{
	return lgetxattr(path, name, value, n);
}
