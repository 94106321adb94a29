/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ENDING_H
#define ENDING_H

#include "err.h"
#include "run.h"
#include "unfinished.h"

/*
 * End one unfinished upload of the run's store, after run_begin(): the store
 * is asked until it says that the upload is gone, then the row "abort" is
 * synced, then its journal goes.  What is cut off between is done again by
 * whoever comes next.
 *
 * One without an id, whose Create had no answer, is looked for in the store's
 * list of that exact key: where none was begun at that time, the journal
 * goes.  Where any was, it may be another box's: they are named by out_warn(),
 * nothing is ended, and that is ERR_INDETERMINATE.
 *
 * 0: it is over.  -1 and the journal stays: ERR_PERMISSION_DENIED for a key
 * that may not abort; ERR_CONFIG_INVALID where the store was moved since; and
 * what else a request may meet.
 */
int ending_do(struct run *run, const struct unfinished_upload *u,
    struct err *e);

/* What it may cost, to be reserved or planned. */
void ending_cost(const struct run *run, const struct unfinished_upload *u,
    struct history_cost *cost);

#endif
