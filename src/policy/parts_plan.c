/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "parts_plan.h"

#define STEP (INT64_C(1) << 20)	/* part sizes are round numbers */

/* What a part may measure, at least and at most. */
struct bounds {
	int64_t min, max;
	bool slow;		/* max is the line's, not the provider's */
};

static int64_t
smaller(uint64_t a, uint64_t b)
{
	uint64_t n = a < b ? a : b;

	return n < INT64_MAX ? (int64_t)n : INT64_MAX;
}

/* Rounded up to whole parts; also to whole seconds, and days. */
static int64_t
divide_up(int64_t a, int64_t b)
{
	return a / b + (a % b != 0);
}

/* Bytes a second of one body; 0: not known. */
static uint64_t
body_speed(const struct parts_wish *w)
{
	uint64_t speed = w->lanes > 1 ? w->speed / w->lanes : w->speed;

	return speed == 0 && w->speed != 0 ? 1 : speed;
}

/* Bytes of a body that the line carries while its signature is good. */
static uint64_t
carried(const struct parts_wish *w)
{
	uint64_t speed = body_speed(w);

	if (speed == 0 || speed > UINT64_MAX / PARTS_PLAN_SECONDS)
		return UINT64_MAX;
	return speed * PARTS_PLAN_SECONDS;
}

static struct bounds
bounds_of(const struct parts_limits *l, const struct parts_wish *w)
{
	struct bounds b = { .min = 1, .max = smaller(l->part_max, carried(w)),
	    .slow = carried(w) < l->part_max };

	if (!w->allow_tiny)
		b.min = l->part_min > (uint64_t)PARTS_PLAN_MIN ?
		    smaller(l->part_min, INT64_MAX) : PARTS_PLAN_MIN;
	return b;
}

static int
too_slow(int64_t body, const struct parts_wish *w, struct err *e)
{
	uint64_t speed = body_speed(w);
	long long s = divide_up(body, smaller(speed, INT64_MAX));

	err_set(e, ERR_PLAN_UNFIT, "a body of %lld bytes takes %lld s at "
	    "%llu bytes a second, %lld s more than its signature allows for",
	    (long long)body, s, (unsigned long long)speed,
	    s - PARTS_PLAN_SECONDS);
	return err_advise(e, w->lanes > 1 ? "use fewer --jobs, a faster line, "
	    "or split the file" : "use a faster line, or split the file");
}

static int
too_many(int64_t size, int64_t max, const struct parts_limits *l,
    struct err *e)
{
	err_set(e, ERR_PLAN_UNFIT, "%lld bytes are %lld more than %u parts "
	    "of %lld bytes hold", (long long)size,
	    (long long)(size - max * l->parts_max), l->parts_max,
	    (long long)max);
	return err_advise(e, "split the file");
}

/* The size asked for, within all bounds. */
static int
choose(int64_t *part, const struct parts_limits *l,
    const struct parts_wish *w, struct err *e)
{
	struct bounds b = bounds_of(l, w);
	int64_t least = divide_up(w->size, l->parts_max);
	int64_t round = divide_up(least, STEP) * STEP;

	if (least > b.min)
		b.min = round <= b.max ? round : least;
	if (b.min > b.max && b.slow && smaller(l->part_max, INT64_MAX) >=
	    b.min)
		return too_slow(b.min, w, e);
	if (b.min > b.max)
		return too_many(w->size, b.max, l, e);
	/* Of what the line carries, whole steps are taken. */
	if (b.slow && b.max >= b.min + STEP)
		b.max -= b.max % STEP;
	*part = smaller(w->part_size, INT64_MAX);
	if (*part < b.min)
		*part = b.min;
	if (*part > b.max)
		*part = b.max;
	return 0;
}

/* Will the last part arrive before the provider ends the upload? */
static int
check_expiry(const struct parts_limits *l, const struct parts_wish *w,
    struct err *e)
{
	int64_t days;

	if (l->expiry_days == 0 || w->day_bytes == 0)
		return 0;
	days = divide_up(w->size, smaller(w->day_bytes, INT64_MAX));
	if (days <= (int64_t)l->expiry_days)
		return 0;
	err_set(e, ERR_PLAN_UNFIT, "%lld bytes take %lld days at %llu bytes "
	    "a day, and this provider ends unfinished uploads after %u",
	    (long long)w->size, (long long)days,
	    (unsigned long long)w->day_bytes, l->expiry_days);
	return err_advise(e, "widen the window or --bwlimit, use a faster "
	    "line, or split the file");
}

int
parts_plan(struct parts_plan *out, const struct parts_limits *limits,
    const struct parts_wish *wish, struct err *e)
{
	uint64_t size = (uint64_t)wish->size;
	bool fits = size <= limits->put_max && size <= carried(wish);
	struct err why = {0};
	int64_t part = 0;

	BUG_ON(wish->size < 0 || limits->parts_max == 0);
	*out = (struct parts_plan){ .part_size = wish->size, .count = 1 };
	if (size > limits->object_max) {
		err_set(e, ERR_PLAN_UNFIT, "%lld bytes are %llu more than an "
		    "object of this provider may have", (long long)wish->size,
		    (unsigned long long)(size - limits->object_max));
		return err_advise(e, "split the file");
	}
	if (fits && (size < wish->threshold || size == 0))
		return 0;
	if (choose(&part, limits, wish, &why) != 0 || part >= wish->size) {
		/* Two parts or more cannot be had, or are not asked for. */
		if (fits)
			return 0;
		*e = why;
		if (why.code != ERR_NONE)
			return -1;
		/* One part may be larger than a PUT: then two of half of it. */
		part = divide_up(divide_up(wish->size, 2), STEP) * STEP;
	}
	if (check_expiry(limits, wish, e) != 0)
		return -1;
	out->multipart = true;
	out->part_size = part;
	out->count = (unsigned)divide_up(wish->size, part);
	return 0;
}
