/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef IN_PARTS_H
#define IN_PARTS_H

#include "job.h"
#include "parts.h"
#include "parts_plan.h"
#include "provider.h"
#include "run.h"
#include "store_conf.h"

/*
 * One object in parts: the engine (parts.h) with its journal and its rows.  An
 * upload that an earlier run has left is gone on with; one that cannot be
 * finished now is left to the next run, and so is a proof of it by ranges.
 */

/* One PUT, or which parts; ERR_PLAN_UNFIT.  See parts_plan.h. */
int in_parts_plan(struct parts_plan *plan, const struct provider *provider,
    const struct store_conf *sc, int64_t size, struct err *e);

struct in_parts;

struct in_parts_of {
	const struct job *job;
	struct run *run;
	struct file *file;		/* open */
};

/*
 * Fill in p, ready to be run or started (parts.h).  All must stay until
 * parts_close(p) and in_parts_close(), which come in every case, in that
 * order.
 */
int in_parts_open(struct in_parts **in_parts, struct parts *p,
    struct in_parts_of of, struct err *e);

/*
 * What came of it is in history's queue: where the upload became an object,
 * that is made durable, and then its journal goes.
 */
int in_parts_settle(struct in_parts *in_parts, struct err *e);

void in_parts_close(struct in_parts *in_parts);		/* accepts NULL */

#endif
