/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef DEPLOYED_H
#define DEPLOYED_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "file.h"

/*
 * What really stands at a path, reached without following a symbolic link:
 * from "/" down, folder by folder, each opened in the one before.
 *
 *	deployed_open(&d, path, e);
 *	... deployed_is_other(), hashing d.file ...
 *	deployed_holds(&d)
 *	deployed_close(&d);
 */
enum deployed_state {
	DEPLOYED_ABSENT,	/* nothing is there, or not yet */
	DEPLOYED_FILE,		/* a regular file */
	DEPLOYED_LINK,		/* a symbolic link, there or on the way */
	DEPLOYED_SPECIAL,	/* a folder, device, pipe or socket */
	DEPLOYED_UNKNOWN	/* this user may not look: err says why */
};

struct deployed {
	enum deployed_state state;

	/* Of a regular file: */
	uint64_t device, links;
	struct file_id id;
	struct file file;	/* fd 0: this user may not read it */
};

/*
 * path is absolute, without empty, "." or ".." segments, and must stay.  e is
 * set for DEPLOYED_UNKNOWN, and where a regular file cannot be read.  It
 * needs no permission to read the folders on the way, but before Linux 2.6.39.
 */
void deployed_open(struct deployed *d, const char *path, struct err *e);

/* Is this path another name of the file that was opened? */
bool deployed_is_other(const struct deployed *d, const char *path);

/* Does path still lead there, and to the same state of it? */
bool deployed_holds(const struct deployed *d, const char *path);

void deployed_close(struct deployed *d);	/* a zeroed one, twice too */

#endif
