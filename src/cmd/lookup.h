/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "items.h"
#include "list.h"
#include "object.h"
#include "plan.h"
#include "report.h"
#include "run.h"
#include "sorter.h"

/*
 * What the store shows of many objects at once: a listing in place of a HEAD
 * for each, where that is cheaper.  The keys at which objects are recorded as
 * proven are sorted and merged with the listing; what is not current is kept,
 * sorted by path, to be met again when the items are walked to act.
 *
 *  1. lookup_pays(), with the sums of the plan.
 *  2. lookup_make(), over all items.
 *  3. lookup_find() for each item, in the same order.
 *
 * Memory is bounded (sorter.h); without 2. every item is LOOKUP_UNKNOWN.
 */
struct lookup {
	/* Private. */
	bool made;
	char prefix[REPORT_KEY_MAX + 1];	/* of all keys asked for */
	struct buf last;		/* key up to where the store was
					   listed; empty: to the end */
	struct sorter *others;		/* not current, by path */
	int rc;				/* of the head of others */
	struct span path, text;
};

enum lookup_result {
	LOOKUP_FAILED = -1,
	LOOKUP_UNKNOWN,		/* not looked for, or not reached: HEAD */
	LOOKUP_CURRENT,
	LOOKUP_SEEN		/* *seen is what is there, or that nothing is */
};

/* Is a listing allowed, and cheaper than a HEAD for each? */
bool lookup_pays(struct lookup *l, const struct run *run,
    const struct plan_sums *sums);

/* Reads the items to their end. */
int lookup_make(struct lookup *l, struct run *run, struct items *items,
    struct err *e);

enum lookup_result lookup_find(struct lookup *l, const struct item *item,
    struct object *seen, struct err *e);

void lookup_free(struct lookup *l);	/* a zeroed one, too */

#endif
