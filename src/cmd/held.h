/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HELD_H
#define HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "history.h"
#include "manifest.h"
#include "object.h"
#include "run.h"
#include "sha256.h"
#include "span.h"

/*
 * An object that a store is said to hold, and what looking or reading there
 * says of that.  Nothing is sent, and nothing is removed.
 */
struct held {
	struct span path;		/* escaped */
	struct span key;		/* raw */
	int64_t size;
	char hex[SHA256_HEX_LEN + 1];	/* of the object id */
	uint8_t digest[SHA256_LEN];
	char from[24];			/* availability so far */
	bool proven;			/* so it is on record */
	struct object known;		/* the generation on record */
	const char *strategy;		/* that made the key, or "given" */

	char *text;			/* private */
};

/*
 * What the manifest says; all texts are copied.  ERR_LEDGER_BROKEN,
 * ERR_NO_MEMORY.
 */
int held_make(struct held *held, const struct run *run,
    const struct manifest_line *line, const struct manifest_place *place,
    struct err *e);
void held_free(struct held *held);	/* a zeroed one, twice too */

struct held_found {
	struct object object;		/* the generation that was met */
	bool current;			/* of held_look(), see there */
	bool read;			/* by held_read(), and proven */
	int64_t bytes;			/* of complete reads */
};

/*
 * By HEAD: the generation on record, or one of that size where none has a
 * name on record, is there.  current: it was proven, and is that very one.
 *
 *	ERR_NOT_FOUND		it is gone
 *	ERR_REPLACED_BY_OTHER	another generation is there
 */
int held_look(const struct held *held, const struct run *run,
    struct held_found *found, struct err *e);

/*
 * By GET of the generation that found->object names, all of it, hashed.  The
 * same, and
 *
 *	ERR_VERIFICATION_FAILED	it was proven once; now it is other bytes, in
 *				two complete reads that agree
 *	ERR_REMOTE_CONFLICT	the same of one that never was
 *
 * What cannot be read is neither: see object_fetch().
 */
int held_read(const struct held *held, const struct run *run,
    struct held_found *found, struct err *e);

/*
 * The fields of an outcome that follow from these; failure is set before.  By
 * a failure the availability does not change: that is for the caller to say.
 */
void held_fill(const struct held *held, const struct held_found *found,
    struct outcome *o);

/*
 * Its availability after a failure to read or to see it.  What is no longer
 * there, or was proven to be other bytes, is not available any more; what could
 * not be told takes nothing away.
 */
const char *held_after_failure(const struct held *held, enum err_code code);

/*
 * Only the access key that was probed is known to see what is absent:
 * ERR_TIERED_GATE_UNMET for another.  After run_begin().
 */
int held_check_probed(const struct run *run, struct err *e);

#endif
