/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROVE_PROBE_H
#define PROVE_PROBE_H

#include "err.h"
#include "probe.h"
#include "run.h"

/*
 * Tier 0: the probe (probe.h), as a part of a run that has begun, between the
 * row that says where it is and the row that says what it found.  For `prove`
 * and for a run whose store has proven nothing.
 */

/*
 * Make up a prefix and have it in the ledger, synced, before anything is
 * written below it: what a kill leaves there, the next run removes.
 */
int prove_probe_begin(struct run *run, int tier,
    char prefix[PROBE_PREFIX_MAX + 1], struct err *e);

/*
 * All of it: reserved, recorded, said.  0: run->probed, and run->tier is 0 or
 * more.  Where something may be left in the store there is no second row, so
 * that the next run cleans up.
 */
int prove_probe(struct run *run, struct err *e);

/*
 * Where the ledger knows of a probe or proof of a tier that was cut short:
 * remove what it left, and put on record that this was done.
 */
int prove_probe_clean_up(struct run *run, struct err *e);

#endif
