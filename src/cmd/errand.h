/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ERRAND_H
#define ERRAND_H

#include <stdbool.h>
#include <stdint.h>

#include "file.h"
#include "in_parts.h"
#include "job.h"
#include "lanes.h"
#include "parts.h"
#include "pool.h"
#include "run.h"
#include "task.h"

/*
 * A part was sent, which began then (mono_ms), with so many large bodies under
 * way, itself included: how fast the line is goes into history, too, unless
 * bwlimit made it so.
 */
void errand_measure(struct run *run, struct lanes *lanes, unsigned under_way,
    const struct task *task, int64_t began_ms);

/*
 * A job under way: what has to be done for it, what has come of that, and in
 * the end its record.
 *
 *  1. errand_begin().
 *  2. errand_next() gives tasks, which may be done at once and in any order;
 *     errand_take() each.
 *  3. When errand_is_over(), errand_end().
 *
 * What tasks do not do (looking, hashing, the beginning and the end of an
 * upload in parts), these calls do themselves, with the session's client.
 */
struct errand {
	struct job *job;
	struct run *run;
	int64_t started_at;
	struct client_counts counts;	/* what it has cost so far */
	struct file file;		/* where it is sent in parts */
	struct in_parts *in_parts;
	struct parts parts;
	bool handed;			/* its one task, where it is not */
	unsigned at_work;		/* tasks handed out, not taken */
	struct task_result whole;
	struct err why;
};

/* Large, some 6 KiB.  Failures are kept for errand_end(). */
void errand_begin(struct errand *d, struct job *job, struct run *run);

/* Is there a task now?  Its texts are the errand's. */
bool errand_next(struct errand *d, struct task *task);

/* What a task of it needs. */
struct pool_need errand_need(const struct errand *d, const struct task *t);

/* What came of it; its counts are the errand's, too. */
void errand_take(struct errand *d, const struct task *task,
    const struct task_result *r);

/* The run is about to end: nothing more is handed out. */
void errand_stop(struct errand *d, const struct err *why);

bool errand_is_over(const struct errand *d);

/*
 * Record what came of it; as job_settle().
 */
int errand_end(struct errand *d, struct err *e);

/* All of it, here, one task after the other. */
int errand_run(struct job *job, struct run *run, struct err *e);

#endif
