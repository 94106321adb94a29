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
 * finished now is left to the next run.
 */

/* One PUT, or which parts; ERR_PLAN_UNFIT.  See parts_plan.h. */
int in_parts_plan(struct parts_plan *plan, const struct provider *provider,
    const struct store_conf *sc, int64_t size, struct err *e);

/* p is filled in and run; parts_close() it in every case. */
int in_parts_send(struct parts *p, const struct job *job, struct run *run,
    struct file *file, struct err *e);

#endif
