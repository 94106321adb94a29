/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <time.h>

#include "t.h"

#include "clock_sys.h"

static void
test_time(void)
{
	struct clock c;

	clock_sys_init(&c);
	int64_t last = c.mono_ms(&c);
	for (int i = 0; i < 1000; i++) {
		int64_t now = c.mono_ms(&c);
		CHECK(now >= last);
		last = now;
	}
	/* This file is younger than that; and milliseconds would be more. */
	CHECK(c.wall_s(&c) > INT64_C(1700000000));
	CHECK(c.wall_s(&c) < INT64_C(100000000000));
	CHECK_INT(c.stop_signal(&c), 0);
}

static void
test_sleep(void)
{
	static const int64_t ms[] = { 0, -5, 1, 30 };
	struct clock c;

	clock_sys_init(&c);
	for (size_t i = 0; i < sizeof(ms) / sizeof(ms[0]); i++) {
		int64_t start = c.mono_ms(&c);
		t_row("%d ms", (int)ms[i]);
		c.sleep_ms(&c, ms[i]);
		int64_t took = c.mono_ms(&c) - start;
		CHECK(took >= ms[i]);
		CHECK(took < ms[i] + 10000);
	}
}

static void
test_minute(void)
{
	static const struct {
		const char *tz;
		int64_t time;
		int want;
	} rows[] = {
		{ "UTC0", 0, 0 },
		{ "UTC0", 86399, 1439 },
		{ "IST-5:30", 0, 330 },
		{ "XXX3", 0, 1260 },
		/* Summer time in central Europe: 2026-07-01, 2026-12-01. */
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1782864000, 120 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1796083200, 60 },
		/* An hour less and an hour more, at 01:00 in UTC. */
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1774745999, 119 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1774746000, 180 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1792889999, 179 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1792890000, 120 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1792893599, 179 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1792893600, 180 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].tz);
		setenv("TZ", rows[i].tz, 1);
		tzset();
		CHECK_INT(clock_sys_minute(rows[i].time), rows[i].want);
	}
	/* No year of an int: anything that is a minute. */
	CHECK(clock_sys_minute(INT64_MAX) >= 0);
	CHECK(clock_sys_minute(INT64_MAX) < 1440);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "time", test_time },
		{ "sleep", test_sleep },
		{ "minute", test_minute },
		{ NULL, NULL }
	};

	return t_main("clock_sys", cases);
}
