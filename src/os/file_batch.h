/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FILE_BATCH_H
#define FILE_BATCH_H

#include <stddef.h>
#include <sys/types.h>

#include "err.h"
#include "span.h"

struct rng;

/*
 * Many small files of one folder, each whole or not at all, for the price of
 * two syncs:
 *
 *  1. file_batch_open().
 *  2. file_batch_add() writes each under a temporary name, as file_tmp does.
 *  3. file_batch_commit() makes the bytes of all of them durable at once
 *     (syncfs(2); where the kernel is too old for that, fsync(2) each), then
 *     gives them their names, then syncs the folder.  Nothing that exists is
 *     replaced: that is ERR_IO_ERROR.
 *  4. file_batch_discard(), in every case: removes what was not committed.
 *
 * Errors are those of file.h.  A zeroed struct holds nothing.
 */
#define FILE_BATCH_MAX 128
#define FILE_BATCH_NAME_MAX 128

struct file_batch {
	/* Private. */
	int folder;
	const char *path;		/* the folder's */
	size_t n;
	struct file_batch_item {
		char tmp[32];
		char name[FILE_BATCH_NAME_MAX];
	} item[FILE_BATCH_MAX];
};

/* path must stay. */
int file_batch_open(struct file_batch *b, const char *path, struct err *e);

/*
 * A file of that name, and all of its bytes, with this mode whatever the
 * umask.  No more than FILE_BATCH_MAX.
 */
struct file_batch_file {
	const char *name;
	struct span text;
	mode_t mode;
};

int file_batch_add(struct file_batch *b, const struct file_batch_file *f,
    struct rng *rng, struct err *e);

/* Empty again, and open, when this returns 0. */
int file_batch_commit(struct file_batch *b, struct err *e);

void file_batch_discard(struct file_batch *b);

#endif
