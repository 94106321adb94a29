/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LOCK_H
#define LOCK_H

#include <sys/types.h>

#include "err.h"
#include "span.h"

/*
 * The lock of an archive root: an fcntl(2) write lock on a file of its own.
 * It dies with the process that holds it, is not inherited, and needs nothing
 * cleaned up after a crash or a power cut; the file itself stays.
 *
 * The file says who holds it, for the message that another process gives:
 * one line, made by the caller ("pid 123 since 2026-11-22T03:00:00Z").
 *
 * Closing any descriptor of the file would drop the lock (POSIX, fcntl), so
 * nothing else in the program may open it.
 */
struct lock {
	int fd;
	const char *path;
};

#define LOCK_HOLDER_MAX 200

/*
 * Take it, at once or not at all: ERR_LOCKED names the holder.  The file is
 * made where it does not exist.
 */
int lock_take(struct lock *l, const char *path, struct span holder,
    struct err *e);

/*
 * Without taking it: 1 and what its holder says, 0 where nobody holds it or
 * there is no such file, or -1.  Not for the process that holds it.
 */
int lock_look(const char *path, char holder[LOCK_HOLDER_MAX + 1],
    struct err *e);

void lock_release(struct lock *l);	/* a zeroed one, twice too */

#endif
