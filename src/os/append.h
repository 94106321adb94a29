/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef APPEND_H
#define APPEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

/*
 * A file that only grows, a row at a time: each row is one write at the end,
 * and is durable after append_sync().  A write that fails half way (disk
 * full) is taken back, so that what stands is whole rows.
 *
 * ERR_IO_ERROR or ERR_DISK_FULL, naming the path, which is the caller's and
 * must outlive the struct.  A zeroed struct may be closed.
 */
struct append {
	int fd;
	const char *path;
	int64_t size;
	bool dirty;		/* written since the last sync */
	bool torn;		/* half a row could not be taken back: nothing
				   may follow it */
};

/*
 * Open for appending.  With create, it is made where it does not exist (mode
 * as given, whatever the umask), and its name is durable at once.
 */
int append_open(struct append *a, const char *path, bool create, mode_t mode,
    struct err *e);

int append_write(struct append *a, const void *p, size_t n, struct err *e);

/* Written rows are on the disk when this returns 0. */
int append_sync(struct append *a, struct err *e);

/*
 * Cut what stands behind size: a torn tail that was set aside.  Where the file
 * is append only by its attribute (attr.h), that is lifted meanwhile; a process
 * that may not is told what to do, and nothing is changed.
 */
int append_cut(struct append *a, int64_t size, struct err *e);

/*
 * Make it append only for everybody, by its attribute (attr.h).  False where
 * the file system does not know that, or this process may not.
 */
bool append_keep(struct append *a);

/* It has served its purpose: close it and give up its name. */
int append_remove(struct append *a, struct err *e);

void append_close(struct append *a);

#endif
