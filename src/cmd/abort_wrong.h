/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ABORT_WRONG_H
#define ABORT_WRONG_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "object.h"
#include "run.h"
#include "span.h"
#include "unfinished.h"

/*
 * Generations of ours that were proven wrong and left in the store, as the
 * ledger knows them: a row "fail" of a push or put with failed_verification
 * that names the generation, and behind it no "proof" or "delete" that is of
 * it, nor a proof of whatever came in its place.
 */
struct abort_wrong_one {
	struct span path, object_id, key;	/* key: escaped */
	struct object generation;
	int64_t failed_at;

	char *text;			/* private: what the spans point to */
};

#define ABORT_WRONG_MAX 4096

struct abort_wrong {
	size_t n;
	struct abort_wrong_one *one;
};

/* All that are there.  ERR_PLAN_UNFIT for more than ABORT_WRONG_MAX. */
int abort_wrong_find(struct abort_wrong *w, const char *ledger,
    const struct unfinished_place *there, struct err *e);

/*
 * Can exactly this generation be removed?  By its version id; or by its ETag
 * where the probe saw DELETE honour If-Match.  Else ERR_PLAN_UNFIT: a plain
 * DELETE could remove what somebody else has put there meanwhile.
 */
int abort_wrong_way(const struct run *run, const struct abort_wrong_one *one,
    enum object_way *way, struct err *e);

/*
 * Remove it, and put that on record.  ERR_REPLACED_BY_OTHER: something else
 * is at the key, which stays.
 */
int abort_wrong_remove(struct run *run, const struct abort_wrong_one *one,
    struct err *e);

void abort_wrong_free(struct abort_wrong *w);	/* a zeroed one, twice too */

#endif
