/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ATTR_H
#define ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The attribute "append only" of a file, as chattr(1) +a sets it: it can only
 * be written at its end, not cut, replaced, renamed, linked or removed; not
 * even by root, before the attribute is taken off again.  ext2/3/4, XFS,
 * Btrfs, F2FS and, from Linux 6.6 on, tmpfs know it; to set it or take it off
 * needs CAP_LINUX_IMMUTABLE, whoever owns the file.  See ioctl_iflags(2).
 */
enum attr_append {
	ATTR_UNKNOWN,		/* to this file system */
	ATTR_OFF,
	ATTR_ON
};

/* Of an open file; closed or odd ones do not know it either. */
enum attr_append attr_append_only(int fd);

/* The same of a path; a symbolic link is not followed. */
enum attr_append attr_look(const char *path);

/*
 * Turn it on or off; nothing is done where it is so already.  0, or -1 with
 * errno: EPERM, not by this process; ENOTTY or EOPNOTSUPP, not on this file
 * system; EROFS.
 */
int attr_set_append_only(int fd, bool on);

/* May this process set it, as far as its capabilities go? */
bool attr_may_set(void);

/*
 * The value of an extended attribute, "user.sha256" for example, of a path; a
 * symbolic link is not followed.  Its length, at most n; or -1 with errno.
 */
ssize_t attr_read(const char *path, const char *name, char *value, size_t n);

#endif
