/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RIGHTS_H
#define RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/* Who may do what with a file or folder; a symbolic link is followed. */
struct rights {
	bool folder;		/* else a regular file, or neither */
	bool regular;
	bool readable;		/* by this process, ... */
	bool writable;
	bool others_write;	/* ... and by users that do not own it */
	unsigned mode;		/* permission bits */
	long owner;		/* user */
	int64_t written;	/* last, since 1970 */
};

/* ERR_IO_ERROR (ENOENT in err.sys: there is none). */
int rights_look(struct rights *r, const char *path, struct err *e);

#endif
