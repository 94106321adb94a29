/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "stream_plan.h"

#define STEPS 10		/* sizes that parts may have */
#define PART_MAX (INT64_C(1) << 48)	/* 10,000 of them are no overflow */

static int64_t
smaller(int64_t a, uint64_t b)
{
	return b < (uint64_t)a ? (int64_t)b : a;
}

/* What the line carries while a signature is good. */
static uint64_t
carried(const struct stream_wish *w)
{
	return w->speed == 0 || w->speed > UINT64_MAX / PARTS_PLAN_SECONDS ?
	    UINT64_MAX : w->speed * PARTS_PLAN_SECONDS;
}

/* What a part may measure. */
static int
find_bounds(int64_t *min, int64_t *max, const struct parts_limits *l,
    const struct stream_wish *w, struct err *e)
{
	*min = 1;
	if (!w->allow_tiny)
		*min = l->part_min > (uint64_t)PARTS_PLAN_MIN ?
		    (int64_t)l->part_min : PARTS_PLAN_MIN;
	*max = smaller(PART_MAX, l->part_max);
	*max = smaller(*max, l->put_max);
	*max = smaller(*max, carried(w));
	if (*max < *min) {
		err_set(e, ERR_PLAN_UNFIT, "at %llu bytes a second a part of "
		    "%lld bytes takes longer than its signature is good for",
		    (unsigned long long)w->speed, (long long)*min);
		return err_advise(e, "use a faster line");
	}
	*max = smaller(*max, w->room);
	if (*max < *min)
		*max = *min;
	return 0;
}

static int
expect(struct stream_plan *out, const struct parts_limits *limits,
    const struct stream_wish *w, struct err *e)
{
	struct parts_limits within = *limits;
	const struct parts_wish wish = { .size = w->expect,
	    .threshold = w->threshold, .part_size = (uint64_t)out->first,
	    .allow_tiny = w->allow_tiny, .speed = w->speed,
	    .day_bytes = w->day_bytes };

	within.part_max = (uint64_t)out->most;
	within.put_max = (uint64_t)out->most;
	if (parts_plan(&out->expected, &within, &wish, e) != 0)
		return -1;
	if (out->expected.multipart) {
		out->first = out->most = out->expected.part_size;
		out->step = 0;
	} else if (out->first < w->expect) {
		out->first = w->expect;
	}
	return 0;
}

int
stream_plan(struct stream_plan *out, const struct parts_limits *limits,
    const struct stream_wish *wish, struct err *e)
{
	int64_t min;

	BUG_ON(limits->parts_max == 0);
	*out = (struct stream_plan){ .parts_max = limits->parts_max };
	if (find_bounds(&min, &out->most, limits, wish, e) != 0)
		return -1;
	out->first = smaller(out->most, wish->part_size);
	if (out->first < min)
		out->first = min;
	if (!wish->equal)
		out->step = (out->parts_max + STEPS - 1) / STEPS;
	if (wish->expect != STREAM_PLAN_UNKNOWN &&
	    expect(out, limits, wish, e) != 0)
		return -1;
	if (out->step == 0)
		out->most = out->first;
	out->reach = smaller(stream_plan_offset(out, out->parts_max + 1),
	    limits->object_max);
	return 0;
}

int64_t
stream_plan_offset(const struct stream_plan *plan, unsigned number)
{
	unsigned before = number - 1;
	int64_t size = plan->first, at = 0;

	while (plan->step != 0 && before > plan->step && size < plan->most) {
		at += size * plan->step;
		before -= plan->step;
		size = size > plan->most / 2 ? plan->most : 2 * size;
	}
	return at + size * before;
}
