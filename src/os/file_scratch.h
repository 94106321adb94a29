/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FILE_SCRATCH_H
#define FILE_SCRATCH_H

#include "err.h"
#include "file.h"

/*
 * A file that is only a place to keep bytes: it has no name, nothing is left
 * of it however the process ends, and it cannot be committed.
 *
 * It is made in the folder of beside, which is as a rule on a disk.  Where
 * nothing may be made there, for it is read-only or another user's, it is in
 * memory: memfd_create(2) and, where the kernel has none (before 3.17), a
 * file of /dev/shm.  beside has to stay.
 *
 * ERR_IO_ERROR, of the folder of beside.  Then file_tmp_write(),
 * file_tmp_reader(), file_tmp_discard().
 */
int file_scratch_open(struct file_tmp *t, const char *beside,
    struct rng *rng, struct err *e);

/* In memory, whatever there is on disks.  name is what messages call it. */
int file_scratch_memory(struct file_tmp *t, const char *name,
    struct rng *rng, struct err *e);

#endif
