/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef TIER_H
#define TIER_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"

/*
 * What a store that has proven a tier lets a run do; contract.md, "Tiers":
 *
 *	none	one object below the multipart threshold, named by --only or
 *		a put, after the probe, which then runs by itself
 *	0	the same
 *	1	one object
 *	2	up to TIER_BATCH objects
 *	3	the same; with --skip-uploaded only what is not recorded as
 *		proven counts
 *	4	everything
 */
#define TIER_NONE (-1)		/* nothing is proven */
#define TIER_LAST 4
#define TIER_BATCH 10

/* What a run is about to do. */
struct tier_ask {
	int64_t objects;	/* to be sent, or to be looked at */
	int64_t unproven;	/* of these: not recorded as proven here */
	bool named;		/* by --only, or a put */
	bool small;		/* all are below the multipart threshold */
	bool skip_uploaded;
};

/*
 * The lowest tier that lets it, 0 to 4; TIER_NONE: no objects, no tier.
 * A store that has proven nothing lets do what tier 0 does.
 */
int tier_needed(const struct tier_ask *ask);
bool tier_allows(int tier, const struct tier_ask *ask);

/* What it lets a run send, in a few words: "one object". */
const char *tier_rights(int tier);

/*
 * The command that proves the tier above, which there has to be.  store is as
 * below.
 */
void tier_next(struct buf *out, int tier, const char *store);

/*
 * ERR_TIERED_GATE_UNMET, with the command that comes next.  store is the
 * store's name for --store, or NULL.
 */
int tier_check(int tier, const struct tier_ask *ask, const char *store,
    struct err *e);

/* The same error for whatever else needs that tier: "a file: reference". */
int tier_refuse(int tier, int needed, const char *what, const char *store,
    struct err *e);

#endif
