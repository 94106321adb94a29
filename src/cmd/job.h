/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "held.h"
#include "items.h"
#include "parts.h"
#include "parts_plan.h"
#include "run.h"
#include "upload.h"

/*
 * One object on its way to a store, or one that is said to be there and looked
 * at or read.  Everything in it is its own, so that
 * jobs of a batch can be made first, and be done after what they may cost is
 * in the ledger.
 */
struct job {
	struct span path;		/* escaped */
	const char *os_path;
	struct span key;		/* raw */
	int64_t size;
	char hex[SHA256_HEX_LEN + 1];	/* of the object id */
	uint8_t digest[SHA256_LEN];
	bool look;			/* recorded as proven here */
	bool force;
	char from[24];			/* availability so far */
	struct object known;		/* the generation recorded as proven */
	struct object seen;		/* what a listing shows */
	bool was_seen;
	const char *strategy;
	struct parts_plan parts;	/* one PUT, or how it is divided */

	/* Nothing is sent; of the members above path, key and size are set. */
	struct held *held;		/* NULL: it is sent */
	enum s3_op op;			/* S3_GET, S3_HEAD */

	char *text;			/* private */
};

/*
 * From an item whose object id and key are known.  What is new is admitted,
 * with a row (not synced).
 */
/*
 * An admit row for it (not synced), which names the one of before; job_make()
 * does so where history does not say all of it.
 */
int job_admit(struct run *run, const struct item *item, struct err *e);

int job_make(struct job *job, struct run *run, const struct item *item,
    bool force, struct err *e);

/* Look at held (S3_HEAD) or read it (S3_GET); it is freed with the job. */
void job_hold(struct job *job, struct held *held, enum s3_op op);

/* The requests and bytes that it needs at most, if nothing goes wrong. */
void job_cost(const struct job *job, const struct run *run,
    struct history_cost *cost);

/* What came of it, in one PUT or in parts. */
struct job_result {
	enum upload_outcome outcome;
	struct object object, wrong;
	bool deleted, left, stored;
	unsigned attempts;
	int64_t bytes_verified;
	const char *proof;
	int64_t part_count, part_size;	/* FORM_NONE: one PUT */
	struct err why;			/* it failed */
	struct client_counts before;	/* of the client, when it was begun */
	int64_t started_at;
};

/*
 * job_begin() before the first request, and job_settle() to record what came
 * of it.  0: the run goes on, whether or not the object is well.  -1: the run
 * is over: a bound, a signal, a cause that every other object would meet, or
 * history that cannot be written.
 */
void job_begin(struct job_result *r, const struct run *run);
void job_take_parts(struct job_result *r, const struct parts *p);
int job_settle(const struct job *job, struct run *run, struct job_result *r,
    struct err *e);

void job_free(struct job *job);		/* a zeroed one, twice too */

#endif
