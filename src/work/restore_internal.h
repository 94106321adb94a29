/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RESTORE_INTERNAL_H
#define RESTORE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "restore.h"

/* Between the files restore*.c only. */

/* --- restore.c ------------------------------------------------------------ */

/* Bytes that are there, hashed or ahead of that. */
int64_t restore_have(const struct restore *r);

/* Is there room for what is missing?  ERR_DISK_FULL. */
int restore_check_room(struct restore *r, struct err *e);

/* Note how far it is.  What is written is what will be hashed. */
int restore_mark(struct restore *r, struct err *e);

/* Hash on to there: 1; 0 where the file ends before; -1: ERR_INTERRUPTED. */
int restore_hash_to(struct restore *r, int64_t to, struct err *e);

/* --- restore_ranges.c ----------------------------------------------------- */

/* Is there enough to do for several workers, of a generation with a name? */
bool restore_ranges_fit(const struct restore *r);

/*
 * What is missing, by workers; or one gap after the other, by this process,
 * which also does what those cannot for want of allowance, as far as it goes.
 */
int restore_ranges_fetch(struct restore *r, struct err *e);
int restore_ranges_alone(struct restore *r, struct err *e);

/*
 * What a note lists ahead, forgotten unless it is as long and has the digest:
 * is anything of it there?  -1: ERR_INTERRUPTED.
 */
int restore_ranges_check(struct restore *r, struct err *e);

/* The end of the last bytes that are there. */
int64_t restore_ranges_end(const struct restore *r);

#endif
