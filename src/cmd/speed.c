/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "bwlimit.h"
#include "child.h"
#include "parts_plan.h"
#include "pool.h"

#include "speed.h"

int
speed_find(struct store_conf *sc, const char *window, struct err *e)
{
	struct window w = {0};
	struct bwlimit b;

	sc->speed = sc->day_bytes = 0;
	if (sc->bwlimit == NULL)
		return 0;
	if (bwlimit_parse(&b, span_of(sc->bwlimit), e) != 0)
		return -1;
	if (window != NULL && window_parse(&w, span_of(window), e) != 0)
		return -1;
	sc->speed = bwlimit_lowest(&b, &w);
	sc->day_bytes = bwlimit_day(&b, &w);
	return 0;
}

int
speed_recall(struct store_conf *sc, int64_t rate, const char *window,
    struct err *e)
{
	const struct bwlimit line = { .rate = (uint64_t)rate };
	uint64_t least = (sc->jobs > 1 ? sc->jobs : 1) *
	    (PARTS_PLAN_MIN / PARTS_PLAN_SECONDS + 1);
	uint64_t speed = line.rate > least ? line.rate : least, day;
	struct window w = {0};

	if (window != NULL && window_parse(&w, span_of(window), e) != 0)
		return -1;
	day = bwlimit_day(&line, &w);
	if (sc->speed == 0 || speed < sc->speed)
		sc->speed = speed;
	if (sc->day_bytes == 0 || day < sc->day_bytes)
		sc->day_bytes = day;
	return 0;
}

#define JOBS_PRESET 4

unsigned
speed_jobs(const struct store_conf *sc)
{
	uint64_t jobs = sc->jobs, in_time;

	if (jobs == 0) {
		jobs = child_processors();
		if (jobs > JOBS_PRESET)
			jobs = JOBS_PRESET;
		in_time = sc->speed * PARTS_PLAN_SECONDS /
		    sc->multipart_part_size;
		if (sc->speed != 0 && in_time < jobs)
			jobs = in_time > 0 ? in_time : 1;
	}
	return jobs < POOL_JOBS_MAX ? (unsigned)jobs : POOL_JOBS_MAX;
}

int
speed_min_rate(uint64_t *rate, const struct store_conf *sc, unsigned workers,
    struct err *e)
{
	struct store_conf any = *sc;
	uint64_t share;

	*rate = sc->min_rate;
	if (speed_find(&any, NULL, e) != 0)
		return -1;
	/* Nor do they all get the same at any time: half of it will do. */
	share = any.speed / workers / 2;
	if (any.speed != 0 && share < *rate)
		*rate = share;
	return 0;
}
