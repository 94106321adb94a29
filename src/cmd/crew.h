/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CREW_H
#define CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errand.h"
#include "job.h"
#include "lanes.h"
#include "outcome.h"
#include "plan.h"
#include "pool.h"
#include "run.h"
#include "window.h"

/*
 * Jobs, done by workers (pool.h) or, with one of them, by this process; the
 * history of them is written here and nowhere else.
 *
 *	crew_open(&c, run, window, sums, e);	after run_begin()
 *	job = crew_room(&c); ... job_make(job, ...)
 *	crew_add(&c, e);			for each job
 *	crew_finish(&c, e);			the rest
 *	crew_close(&c);				in every case
 *
 * Jobs are taken in batches: what a batch may cost is in the ledger before
 * its first request.  Parts of one object, ranges of another's proof and small
 * objects fill the workers alike; but never are two jobs of one key under way,
 * for they would send the same bytes twice.  While workers are busy, crew_add()
 * returns, so that the next jobs can be made.
 *
 * -1 from crew_add() or crew_finish(): the run is over, see errand.h.  What
 * was under way has been waited for, and is recorded.
 */
#define CREW_JOBS_MAX (OUTCOME_QUEUE + POOL_JOBS_MAX)

struct crew_place {
	enum crew_state {
		CREW_FREE,
		CREW_WAITING,		/* its job was made */
		CREW_ACTIVE		/* it has an errand */
	} state;
	uint64_t order;			/* of those that wait */
	struct job job;
	struct errand *errand;
};

/* A task in the hands of a worker. */
struct crew_task {
	struct crew_place *place;	/* NULL: free */
	struct task task;
	bool given;			/* to a worker ... */
	int64_t given_ms;		/* ... then (struct clock's mono_ms) */
	int64_t bytes_up;
};

struct crew {
	/* Private. */
	struct run *run;
	const struct window *window;
	struct pool *pool;		/* NULL: this process alone */
	size_t waiting, active;
	uint64_t order;
	int64_t waiting_bytes;
	size_t recorded;		/* since the latest flush */
	int64_t recorded_bytes;
	struct err why;			/* the run is over */
	struct crew_place *making;
	struct crew_task *held;		/* for which there was no room */
	struct lanes lanes;
	struct crew_task task[POOL_JOBS_MAX + 1];
	struct crew_place place[CREW_JOBS_MAX];
};

/*
 * As many workers as the store's settings and this machine want, and the plan
 * can keep busy; they are forked here.  window must stay.
 */
int crew_open(struct crew *c, struct run *run, const struct window *window,
    const struct plan_sums *sums, struct err *e);

/* Where the next job is made, before crew_add(). */
struct job *crew_room(struct crew *c);
int crew_add(struct crew *c, struct err *e);

/* e may say why the run is over already. */
int crew_finish(struct crew *c, struct err *e);

void crew_close(struct crew *c);	/* a zeroed one, too */

#endif
