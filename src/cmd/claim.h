/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CLAIM_H
#define CLAIM_H

#include <stdbool.h>

#include "history.h"
#include "job.h"
#include "object.h"
#include "run.h"

/*
 * An object of the archive that may be at a key already: looked for there,
 * and recorded with a row "adopt".  By HEAD it is a claim, which needs the
 * right size and says nothing of its bytes; by reading them, a proof.
 */
struct claim {
	struct job job;			/* by job_make(): at its key */
	bool reads;			/* prove it */
	bool expected;			/* nothing there is a failure */

	/* Results. */
	bool declared;			/* recorded as a claim */
	bool absent;			/* nothing is there, nor was expected */
	struct object object;
};

void claim_cost(const struct claim *claim, const struct run *run,
    struct history_cost *cost);

/*
 * Do it.  0: the run goes on; -1: it is over, see job_settle().  Nothing is
 * durable before history_flush(), and may be said before that.
 */
int claim_do(struct claim *claim, struct run *run, struct err *e);

/* Of one that is declared or absent; the others are said by history.h. */
int claim_say(const struct claim *claim, const struct run *run,
    struct err *e);

#endif
