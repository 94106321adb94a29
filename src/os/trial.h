/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>

#include "err.h"

struct rng;

/*
 * What the file system of a folder really does, found by trying it with two
 * small files there (named as those of file.h) that are gone at the end.
 */
struct trial {
	bool locks;	/* an fcntl(2) lock holds against another process */
	bool renames;	/* a name is given to another file at once */
	bool links;	/* a file has two names (hard links) */
	bool syncs;	/* fsync(2) of files and folders */
	bool modes;	/* a file's mode is what it was set to */
};

/* ERR_IO_ERROR, ERR_DISK_FULL: it could not be tried. */
int trial_run(struct trial *t, const char *folder, struct rng *rng,
    struct err *e);

#endif
