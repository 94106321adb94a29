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
#include "task.h"

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
	bool current;			/* by HEAD: it was proven, and is that
					   very one */
	bool read;			/* by GET, and proven */
	int64_t bytes;			/* of complete reads */
};

/*
 * The task (task.h) that finds out.  With S3_HEAD: the generation on record, or
 * one of that size where none has a name on record, is there.  With S3_GET the
 * generation that object names is read, all of it, and hashed.
 */
void held_task(struct task *task, const struct held *held, enum s3_op op,
    const struct object *object);

/*
 * Record what came of it, as o's operation, which began at o->started_at with
 * o->before; what is current is only counted.  As job_settle().  It failed for
 *
 *	ERR_NOT_FOUND		it is gone
 *	ERR_REPLACED_BY_OTHER	another generation is there
 *	ERR_VERIFICATION_FAILED	it was proven once; now it is other bytes, in
 *				two complete reads that agree
 *	ERR_REMOTE_CONFLICT	the same of one that never was
 *
 * What cannot be read is none of these: see object_fetch().
 */
int held_settle(const struct held *held, struct run *run,
    const struct task_result *r, struct outcome *o, struct err *e);

/* At once and here: all of the generation that found->object names. */
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
