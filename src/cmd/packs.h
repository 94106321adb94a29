/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PACKS_H
#define PACKS_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "history.h"
#include "plan.h"

struct run;

/*
 * History packs (pack.h) of a run: with `remote_receipts: true` the rows that
 * are not in its store yet, and their receipts, are sent there at its end, and
 * proven by reading them back.  Where the last pack ended, the store's facts
 * know, from the row "pack" that each leaves.
 *
 * One pack, as a rule.  More is cut into several, each for one PUT: as large
 * as a part of an upload would be, and PACKS_SIZE_MAX at most.
 */
#define PACKS_SIZE_MAX (INT64_C(64) << 20)
#define PACKS_SIZE_MIN (INT64_C(1) << 20)

/* Bytes of one, for that run's store. */
int64_t packs_size_max(const struct run *run);

/*
 * Does the archive want them, and has this store proven tier 1, as it is
 * configured now?
 */
bool packs_wanted(const struct history *h);

/*
 * Send them: all rows so far.  Each is on record as soon as it is proven; of
 * those that are not, the next run makes new ones.
 */
int packs_send(struct history *h, struct err *e);

/*
 * How many a run may send, as far as rows are known, and what they cost: into
 * sums, for plans and ceilings.
 */
int64_t packs_count(const struct run *run, struct plan_sums *sums);

#endif
