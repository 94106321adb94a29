/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FILE_INTERNAL_H
#define FILE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

struct file_tmp;
struct rng;
struct statvfs;

/*
 * What file.c, file_tmp.c, file_part.c and file_batch.c have in common; see
 * file.h.
 */

/* What mode says of path, where that is not a regular file. */
int file_refuse_special(const char *path, mode_t mode, struct err *e);

uint64_t file_free_bytes(const struct statvfs *v);

/* Open target's folder, and find out whether target may be made there. */
int file_tmp_begin(struct file_tmp *t, const char *target, bool replace,
    struct err *e);

/* Make the file in t's folder: sets fd and name. */
int file_tmp_make(struct file_tmp *t, struct rng *rng, struct err *e);

/* Give it, closed and durable, its target's name; 0, or -1 with errno. */
int file_tmp_publish(struct file_tmp *t);

/* fsync(2), where the file system has it; 0, or -1 with errno. */
int file_tmp_sync(int fd);

#endif
