/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ANCHORING_H
#define ANCHORING_H

#include "err.h"
#include "history.h"
#include "plan.h"
#include "run.h"

/*
 * Anchors as a part of a run: consign-anchor(5) says what is written, and what
 * a run does about it.
 *
 *  1. anchoring_ready() before anything is sent.
 *  2. anchoring_check() after the row "begin", before any other request.
 *  3. anchoring_send() before the row "end", behind a checkpoint, where
 *     history->anchors says so.
 *
 * The first two do nothing where neither consign.yaml nor the run's terms ask
 * for it.
 */

/* Is there a key to sign with?  ERR_CONFIG_INVALID. */
int anchoring_ready(struct run *run, struct err *e);

/*
 * The newest anchor of this archive that a key which is known here signed is
 * held against the ledger: ERR_LEDGER_ROLLED_BACK; then history is not signed
 * any more.  Sets history->anchors: is one to be written?
 */
int anchoring_check(struct run *run, struct err *e);

/* Store the last checkpoint as an anchor, read it back, put it on record. */
int anchoring_send(struct history *h, struct err *e);

/* What all of this takes, unless something has to be sent twice. */
void anchoring_count(const struct run *run, struct plan_sums *sums);

#endif
