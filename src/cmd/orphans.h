/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ORPHANS_H
#define ORPHANS_H

#include "err.h"
#include "items.h"
#include "job.h"
#include "run.h"
#include "unfinished.h"

/*
 * Uploads that an earlier run began and no later one will finish, because the
 * file is gone or has other bytes now: they are billed until somebody ends
 * them.  A run does, by its journals alone:
 *
 *	orphans_open(&o, run, e);		after run_begin()
 *	orphans_seen(&o, &item);		for each item
 *	orphans_replace(&o, &job, e);		before an object is sent,
 *	orphans_wanted(&o, &item);		for an earlier upload of it
 *						will be gone on with
 *	orphans_end(&o, e);			once all items were seen
 *	orphans_close(&o);			in every case
 *
 * An upload that cannot be ended now is no reason to stop: it is said, and
 * left to the next run.  -1 is what ends a run: a signal, a line that is down,
 * history that cannot be written.
 */
struct orphans {
	struct run *run;

	/* Private. */
	struct unfinished found;
	bool *keep;		/* of each: wanted, over, or not ours */
	bool unsure;		/* some file's bytes are not known */
};

int orphans_open(struct orphans *o, struct run *run, struct err *e);

/* Other bytes of this job's path are on their way: that upload ends first. */
int orphans_replace(struct orphans *o, const struct job *job, struct err *e);

void orphans_seen(struct orphans *o, const struct item *item);
void orphans_wanted(struct orphans *o, const struct item *item);

/*
 * All items were seen: end what nobody wants.  Does nothing where a selection
 * left files out, or the bytes of any could not be told.
 */
int orphans_end(struct orphans *o, struct err *e);

void orphans_close(struct orphans *o);	/* a zeroed one, twice too */

#endif
