/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PARTS_HANDS_H
#define PARTS_HANDS_H

#include <stdbool.h>

#include "parts.h"
#include "pool.h"
#include "task.h"

/*
 * The tasks of one object, done by workers or, without a pool, by this
 * process.
 */
struct parts_hands {
	/* Filled in by the caller; all must outlive it. */
	struct parts *parts;
	struct pool *pool;		/* NULL: none.  Nobody else's */

	/* Where a part's bytes are, if not in parts->file; may be NULL. */
	void (*find)(struct parts_hands *, struct task *);

	/* A part landed, and its bytes are needed no more; may be NULL. */
	void (*landed)(struct parts_hands *, unsigned number);

	/* Private. */
	struct parts_hand {
		bool busy;
		struct task task;
	} hand[POOL_JOBS_MAX + 1], *held;	/* no room for it now */
};

/* Do, or hand to workers, what there is to do and they have room for. */
void parts_hands_out(struct parts_hands *h);

/* Take one result; false: there is none to wait for. */
bool parts_hands_wait(struct parts_hands *h);

/* While something else is waited for: what has come, and then what there is. */
void parts_hands_look(struct parts_hands *h);

/* Something is under way. */
bool parts_hands_busy(const struct parts_hands *h);

/* Hand out and wait, until nothing is left. */
void parts_hands_finish(struct parts_hands *h);

#endif
