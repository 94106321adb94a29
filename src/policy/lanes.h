/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LANES_H
#define LANES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How many bodies may be on their way at once, so that each arrives well
 * before its signature ages (parts_plan.h, PARTS_PLAN_SECONDS): on a slow line
 * several take as long together as one after the other, and each takes all of
 * that time.  The first large one goes alone, and shows how fast the line is;
 * but as many as have LANES_BLIND bytes together go at once, for even 40 KiB a
 * second carry those before the first signature is too old (15 minutes).
 *
 * Pure; zeroed, nothing is known.
 */
#define LANES_SMALL (INT64_C(1) << 20)	/* smaller ones are never held back */
#define LANES_BLIND (INT64_C(32) << 20)

struct lanes {
	int64_t rate;		/* bytes a second of the line; 0: not known */
};

/* May one more of that size be sent beside those under way? */
bool lanes_allow(const struct lanes *l, unsigned under_way, int64_t bytes);

/* One took so long, with so many under way, itself included. */
void lanes_measure(struct lanes *l, unsigned under_way, int64_t bytes,
    int64_t ms);

#endif
