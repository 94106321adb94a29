/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SEEK_H
#define SEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "items.h"
#include "keymap.h"
#include "plan.h"
#include "run.h"
#include "view.h"

/*
 * Which objects of an archive are sought in a store, and at which keys: where
 * its strategy would put them, or where a map says.  The archive is walked
 * once to count, and again to act.
 *
 *	seek_count(&s, e);			and the gates
 *	seek_open(&s, e);
 *	while ((rc = seek_next(&s, &item, &fate, e)) == 1) ...
 *	seek_close(&s);				in every case
 */
struct seek {
	/* Filled in by the caller. */
	struct run *run;
	const struct keymap *map;	/* empty: keys by the strategy */
	bool reads;			/* what is found is read, too */

	struct plan_sums sums;		/* after seek_count() */

	/* Private. */
	struct view *view;
	struct items *items;
};

enum seek_fate {
	SEEK_NO_OBJECT,
	SEEK_UNREADABLE,	/* see item.why */
	SEEK_BLOCKED,		/* no store takes such a key: see item.why */
	SEEK_PROVEN,		/* proven to be in the store, on record */
	SEEK_UNMAPPED,		/* the map does not have it */
	SEEK_SOUGHT		/* at item.key */
};

/*
 * What there is to do, at most: files whose object id is not on record are
 * hashed by a dry run only, which says where each object would be sought.
 * Errors are those of items.h.
 */
int seek_count(struct seek *s, struct err *e);

int seek_open(struct seek *s, struct err *e);
int seek_next(struct seek *s, struct item *item, enum seek_fate *fate,
    struct err *e);
void seek_close(struct seek *s);	/* a zeroed one, twice too */

#endif
