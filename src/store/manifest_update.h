/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef MANIFEST_UPDATE_H
#define MANIFEST_UPDATE_H

#include <stdbool.h>

#include "err.h"
#include "guard.h"
#include "ledger.h"

struct rng;

/*
 * Bring the manifest up to the ledger's end: the rows behind the mark in its
 * first line are read (all of them where there is no manifest), sorted by
 * path, and merged with it; the result replaces it at once, or, where there
 * was no new row, it is left alone.  The chain of the rows that are read is
 * checked; a torn row at the end is none.
 *
 * Memory is bounded (sorter.h), whatever the size of either.
 */
struct manifest_update {
	const char *manifest, *ledger;	/* paths */
	const struct guard *guard;
	struct rng *rng;
	bool anew;		/* as if there were no manifest */
};

/*
 * scan is where the ledger ended, for ledger_open(); it is closed.
 *
 * ERR_LEDGER_BROKEN; those of file.h; ERR_SECRET_GUARD; ERR_NO_MEMORY.  The
 * manifest is then as it was.
 */
int manifest_update(const struct manifest_update *u,
    struct ledger_scan *scan, struct err *e);

#endif
