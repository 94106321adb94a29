/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "parts_plan.h"

#include "lanes.h"

/* A line that carries a body in this part of a second is fast enough. */
#define FAST 1024

bool
lanes_allow(const struct lanes *l, unsigned under_way, int64_t bytes)
{
	if (bytes < LANES_SMALL || under_way == 0)
		return true;
	if (l->rate == 0)
		return bytes <= LANES_BLIND / ((int64_t)under_way + 1);
	/* All of them, at that rate, in the time that one may take. */
	return l->rate / FAST > bytes ||
	    l->rate * PARTS_PLAN_SECONDS / bytes > under_way;
}

void
lanes_measure(struct lanes *l, unsigned under_way, int64_t bytes, int64_t ms)
{
	int64_t alone;

	if (bytes < LANES_SMALL)
		return;
	/* What is sent at once is below 2^53 bytes: this fits. */
	alone = bytes * 1000 / (ms > 0 ? ms : 1);
	l->rate = alone > INT64_MAX / 1024 ? INT64_MAX :
	    alone * under_way;
}
