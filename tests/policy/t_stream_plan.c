/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "t.h"

#include "stream_plan.h"

#define MIB (INT64_C(1) << 20)
#define GIB (INT64_C(1) << 30)
#define TIB (INT64_C(1) << 40)

/* As in the rows of the providers. */
static const struct parts_limits r2 = { .put_max = 5 * GIB - 5 * MIB,
	.part_min = 5 * MIB, .part_max = 5 * GIB,
	.object_max = 5 * TIB - 5 * GIB, .parts_max = 10000,
	.expiry_days = 7 };
static const struct parts_limits aws = { .put_max = 5 * GIB,
	.part_min = 5 * MIB, .part_max = 5 * GIB,
	.object_max = 50000 * GIB, .parts_max = 10000 };
static const struct parts_limits swift = { .put_max = 5 * GIB,
	.part_min = 5 * MIB, .part_max = 5 * GIB,
	.object_max = 5000 * GIB, .parts_max = 1000 };

#define PRESET .threshold = 64 * MIB, .part_size = 64 * MIB, \
	.room = UINT64_MAX
#define UNKNOWN .expect = STREAM_PLAN_UNKNOWN, PRESET

static const struct {
	const char *name;
	const struct parts_limits *limits;
	struct stream_wish wish;
	int64_t want_first;	/* 0: does not fit */
	int64_t want_most, want_reach;
} rows[] = {
	/* Nobody knows. */
	{ "equal ones stay", &r2, { UNKNOWN, .equal = true }, 64 * MIB,
	    64 * MIB, 640000 * MIB },
	{ "unequal ones double", &aws, { UNKNOWN }, 64 * MIB, 5 * GIB,
	    /* 1000 each of 64 MiB to 4 GiB, then 3000 of 5 GiB */
	    1000 * 127 * 64 * MIB + 3000 * 5 * GIB },
	{ "fewer parts, the same steps", &swift, { UNKNOWN }, 64 * MIB,
	    5 * GIB, 100 * 127 * 64 * MIB + 300 * 5 * GIB },
	{ "no more than an object may have", &r2, { UNKNOWN }, 64 * MIB,
	    5 * GIB - 5 * MIB, 5 * TIB - 5 * GIB },
	{ "in memory they stay small", &aws, { .expect = STREAM_PLAN_UNKNOWN,
	    .threshold = 64 * MIB, .part_size = 64 * MIB,
	    .room = 5 * MIB }, 5 * MIB, 5 * MIB, 50000 * MIB },
	{ "with less room, too", &aws, { .expect = STREAM_PLAN_UNKNOWN,
	    .threshold = 64 * MIB, .part_size = 64 * MIB, .room = 1 },
	    5 * MIB, 5 * MIB, 50000 * MIB },
	{ "with some room they grow so far", &aws, { .expect =
	    STREAM_PLAN_UNKNOWN, .threshold = 64 * MIB,
	    .part_size = 64 * MIB, .room = 100 * MIB }, 64 * MIB, 100 * MIB,
	    1000 * 64 * MIB + 9000 * 100 * MIB },
	{ "asked for too small", &r2, { .expect = STREAM_PLAN_UNKNOWN,
	    .threshold = 1, .part_size = 1, .room = UINT64_MAX,
	    .equal = true }, 5 * MIB, 5 * MIB, 50000 * MIB },
	{ "tiny ones", &r2, { .expect = STREAM_PLAN_UNKNOWN, .threshold = 1,
	    .part_size = 1, .room = UINT64_MAX, .equal = true,
	    .allow_tiny = true }, 1, 1, 10000 },
	{ "a slow line", &r2, { UNKNOWN, .equal = true,
	    .speed = 50000 }, 24000000, 24000000, INT64_C(240000000000) },
	{ "too slow a line", &r2, { UNKNOWN, .speed = 1000 }, 0, 0, 0 },

	/* Somebody does. */
	{ "expected to be small", &r2, { .expect = 10, PRESET,
	    .equal = true }, 64 * MIB, 64 * MIB, 640000 * MIB },
	{ "expected below the threshold, above a part", &r2, {
	    .expect = 60 * MIB, .threshold = 64 * MIB, .part_size = 5 * MIB,
	    .room = UINT64_MAX, .equal = true }, 60 * MIB, 60 * MIB,
	    600000 * MIB },
	{ "expected in parts", &r2, { .expect = GIB, PRESET },
	    64 * MIB, 64 * MIB, 640000 * MIB },
	{ "expected long: they are larger, and equal", &aws,
	    { .expect = TIB, PRESET }, 105 * MIB, 105 * MIB,
	    1050000 * MIB },
	{ "expected too long", &r2, { .expect = 6 * TIB, PRESET }, 0, 0, 0 },
	{ "expected too long for the room", &r2, { .expect = TIB,
	    .threshold = 1, .part_size = 5 * MIB, .room = 5 * MIB },
	    0, 0, 0 },
	{ "expected to take longer than uploads live", &r2,
	    { .expect = 100 * GIB, PRESET, .day_bytes = GIB }, 0, 0, 0 },
};

static void
test_plans(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stream_plan plan;
		struct err e = {0};
		int rc = stream_plan(&plan, rows[i].limits, &rows[i].wish,
		    &e);

		t_row("%s", rows[i].name);
		CHECK_INT(rc, rows[i].want_first == 0 ? -1 : 0);
		CHECK_INT(e.code, rows[i].want_first == 0 ?
		    ERR_PLAN_UNFIT : ERR_NONE);
		if (rc != 0)
			continue;
		CHECK_INT(plan.first, rows[i].want_first);
		CHECK_INT(plan.most, rows[i].want_most);
		CHECK_INT(plan.reach, rows[i].want_reach);
	}
}

/* Parts follow one another, never shrink, and double at a tenth. */
static void
test_offsets(void)
{
	static const struct stream_wish wish = { UNKNOWN };
	struct stream_plan plan;
	struct err e = {0};
	int64_t last = 0, before = 0;

	CHECK_INT(stream_plan(&plan, &aws, &wish, &e), 0);
	CHECK_INT(stream_plan_offset(&plan, 1), 0);
	for (unsigned n = 1; n <= plan.parts_max; n++) {
		int64_t size = stream_plan_offset(&plan, n + 1) - last;

		if (size < before || size > plan.most ||
		    (size != before && n % 1000 != 1))
			CHECK_INT(n, 0);
		before = size;
		last += size;
	}
	CHECK_INT(before, 5 * GIB);
	CHECK_INT(stream_plan_offset(&plan, 1001), 64000 * MIB);
	CHECK_INT(stream_plan_offset(&plan, 1002), 64128 * MIB);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "plans", test_plans },
		{ "offsets", test_offsets },
		{ NULL, NULL }
	};

	return t_main("stream_plan", cases);
}
