/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RECOVER_SAY_H
#define RECOVER_SAY_H

#include <stdint.h>

#include "app.h"
#include "client.h"
#include "recover_ledger.h"

/* Where a history that was put together ends, and why. */
enum recover_why {
	RECOVER_COMPLETE,	/* there are no more packs */
	RECOVER_GAP,		/* the next is missing */
	RECOVER_DAMAGED,	/* the next is not what it should be */
	RECOVER_UNSIGNED,	/* no writer's signature covers more */
	RECOVER_BEHIND,		/* an anchor knows of more */

	RECOVER__COUNT
};

struct recover_end {
	enum recover_why why;
	int64_t gap_to;		/* first row behind a gap */
	int64_t seen;		/* rows that names of packs speak of */
	int64_t objects;	/* of the manifest */
};

/* What there is now; end->why is completed. */
int recover_say(struct app *app, const struct recover_ledger *l,
    struct recover_end *end, const struct client_counts *counts,
    struct err *e);

/* 0 where all is there; see recover.h. */
int recover_say_why(const struct recover_ledger *l,
    const struct recover_end *end, struct err *e);

#endif
