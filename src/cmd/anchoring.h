/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ANCHORING_H
#define ANCHORING_H

#include "err.h"
#include "plan.h"
#include "run.h"

/*
 * Anchors as a part of a run, for run.c: consign-anchor(5) says what is
 * written, and what a run does about it.
 *
 *  1. anchoring_ready() before anything is sent.
 *  2. anchoring_check() after the row "begin", before any other request.
 *  3. anchoring_end() before the row "end".
 *
 * Each does nothing where neither consign.yaml nor the run's terms ask for it.
 */

/* Is there a key to sign with?  ERR_CONFIG_INVALID. */
int anchoring_ready(struct run *run, struct err *e);

/*
 * The newest anchor of this archive that a key which is known here signed is
 * held against the ledger: ERR_LEDGER_ROLLED_BACK.  Then history is not
 * signed any more.
 */
int anchoring_check(struct run *run, struct err *e);

/*
 * A checkpoint of all rows so far, and it as an anchor, read back.  e is how
 * the run ended: nothing is sent where that is what ends_run() says of it.  A
 * failure is set where e is ERR_NONE and no object failed, and warned of
 * elsewhere.
 */
void anchoring_end(struct run *run, struct err *e);

/* What these two cost, at most, unless something has to be sent twice. */
void anchoring_cost(const struct run *run, struct plan_requests *sum);

#endif
