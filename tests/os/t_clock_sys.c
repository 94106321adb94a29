/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
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

int
main(void)
{
	static const struct t_case cases[] = {
		{ "time", test_time },
		{ "sleep", test_sleep },
		{ NULL, NULL }
	};

	return t_main("clock_sys", cases);
}
