/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FOLDER_TMP_H
#define FOLDER_TMP_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "err.h"

struct rng;

/*
 * A folder that appears whole or not at all:
 *
 *  1. folder_tmp_make() makes ".consign-XXXXXXXX.tmp" beside the target, of
 *     which nothing may exist.
 *  2. The caller fills it, below path, and makes durable what he writes.
 *  3. folder_tmp_commit() gives it its name, durably.
 *  4. folder_tmp_discard(), in every case: what was not committed goes, with
 *     all that is in it (names that text_escape() leaves alone).
 *
 * Errors are those of folder.h.  A zeroed struct holds nothing.
 */
struct folder_tmp {
	char path[PATH_MAX];
	char target[PATH_MAX];		/* private, as is ... */
	bool there;
};

int folder_tmp_make(struct folder_tmp *t, const char *target, mode_t mode,
    struct rng *rng, struct err *e);
int folder_tmp_commit(struct folder_tmp *t, struct err *e);
void folder_tmp_discard(struct folder_tmp *t);	/* twice too */

#endif
