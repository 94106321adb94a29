/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>

#include "t.h"

#include "parts_plan.h"

#define KIB INT64_C(1024)
#define MIB (INT64_C(1) << 20)
#define GIB (INT64_C(1) << 30)
#define TIB (INT64_C(1) << 40)
#define GB INT64_C(1000000000)
#define TB INT64_C(1000000000000)

/* As in the rows of the providers. */
static const struct parts_limits r2 = { .put_max = 5 * GIB - 5 * MIB,
	.part_min = 5 * MIB, .part_max = 5 * GIB,
	.object_max = 5 * TIB - 5 * GIB, .parts_max = 10000,
	.expiry_days = 7 };
static const struct parts_limits swift = { .put_max = 5 * GIB,
	.part_min = 5 * MIB, .part_max = 5 * GIB,
	.object_max = 5000 * GIB, .parts_max = 1000 };
static const struct parts_limits scaleway = { .put_max = 5 * GB,
	.part_min = 5 * MIB, .part_max = 5 * GB, .object_max = 5 * TB,
	.parts_max = 1000 };
static const struct parts_limits b2 = { .put_max = 5 * GB,
	.part_min = 5000000, .part_max = 5 * GB, .object_max = 10 * TB,
	.parts_max = 10000 };
static const struct parts_limits storj = { .put_max = 5 * GIB,
	.part_min = 64 * MIB, .part_max = 5 * GIB, .object_max = 5 * TIB,
	.parts_max = 10000 };

#define PRESET .threshold = 64 * MIB, .part_size = 64 * MIB

static const struct {
	const char *name;
	const struct parts_limits *limits;
	struct parts_wish wish;
	int64_t want_part;	/* 0: does not fit */
	unsigned want_count;	/* 1: one PUT */
	const char *want_msg;
} rows[] = {
	/* By size alone. */
	{ "empty", &r2, { 0, PRESET }, 0, 1, "" },
	{ "one byte", &r2, { 1, PRESET }, 1, 1, "" },
	{ "below the threshold", &r2, { 64 * MIB - 1, PRESET },
	    64 * MIB - 1, 1, "" },
	{ "at the threshold, but one part", &r2, { 64 * MIB, PRESET },
	    64 * MIB, 1, "" },
	{ "one byte more", &r2, { 64 * MIB + 1, PRESET }, 64 * MIB, 2, "" },
	{ "a whole number of parts", &r2, { 10 * GIB, PRESET },
	    64 * MIB, 160, "" },
	{ "and a byte", &r2, { 10 * GIB + 1, PRESET }, 64 * MIB, 161, "" },
	{ "a low threshold", &r2, { .size = 12 * MIB, .threshold = 1,
	    .part_size = 5 * MIB }, 5 * MIB, 3, "" },
	{ "a high threshold, below a PUT's limit", &r2, { .size =
	    5 * GIB - 5 * MIB, .threshold = INT64_MAX,
	    .part_size = 64 * MIB }, 5 * GIB - 5 * MIB, 1, "" },
	{ "above it there are parts, whatever the threshold", &r2, { .size =
	    5 * GIB - 5 * MIB + 1, .threshold = INT64_MAX,
	    .part_size = 64 * MIB }, 64 * MIB, 80, "" },
	{ "one part could be larger than a PUT: two", &r2, { .size =
	    5 * GIB - 1, .threshold = 1, .part_size = 5 * GIB },
	    2560 * MIB, 2, "" },

	/* Bounds of parts. */
	{ "never below 5 MiB", &r2, { .size = 12 * MIB, .threshold = 1,
	    .part_size = 1 }, 5 * MIB, 3, "" },
	{ "nor where the provider takes less", &b2, { .size = 12 * MIB,
	    .threshold = 1, .part_size = 1 }, 5 * MIB, 3, "" },
	{ "the provider's minimum", &storj, { .size = GIB, .threshold = 1,
	    .part_size = 5 * MIB }, 64 * MIB, 16, "" },
	{ "tiny ones are allowed", &r2, { .size = 12, .threshold = 1,
	    .part_size = 5, .allow_tiny = true }, 5, 3, "" },
	{ "of a byte at least", &r2, { .size = 3, .threshold = 1,
	    .allow_tiny = true }, 1, 3, "" },
	{ "too small for two parts: a PUT", &r2, { .size = 4 * MIB,
	    .threshold = 1, .part_size = MIB }, 4 * MIB, 1, "" },
	{ "never above the provider's maximum", &swift, { .size = 20 * GIB,
	    .threshold = 1, .part_size = 8 * GIB }, 5 * GIB, 4, "" },

	/* Number of parts. */
	{ "as many as there may be", &r2, { 625 * GIB, PRESET },
	    64 * MIB, 10000, "" },
	{ "grown by a step", &r2, { 625 * GIB + 1, PRESET },
	    65 * MIB, 9847, "" },
	{ "fewer parts: larger ones", &swift, { 100 * GIB, PRESET },
	    103 * MIB, 995, "" },
	{ "the largest for R2", &r2, { 5 * TIB - 5 * GIB, PRESET },
	    524 * MIB, 9996, "" },
	{ "a byte too large for R2", &r2, { 5 * TIB - 5 * GIB + 1, PRESET },
	    0, 0, "5492189429761 bytes are 1 more than an object of this "
	    "provider may have" },
	{ "the largest for Swift", &swift, { 5000 * GIB, PRESET },
	    5 * GIB, 1000, "" },
	{ "the largest for Scaleway: no whole step", &scaleway,
	    { 5 * TB, PRESET }, 5 * GB, 1000, "" },
	{ "and 5 TiB", &scaleway, { 5 * TIB, PRESET }, 0, 0,
	    "5497558138880 bytes are 497558138880 more than an object of "
	    "this provider may have" },

	/* Speed. */
	{ "2 Mbit/s carry the preset", &r2, { 60 * GIB, PRESET,
	    .speed = 250000 }, 64 * MIB, 960, "" },
	{ "1 Mbit/s do not: shrunk by steps", &r2, { 60 * GIB, PRESET,
	    .speed = 125000 }, 57 * MIB, 1078, "" },
	{ "a PUT that takes too long is split", &r2, { 40 * MIB, PRESET,
	    .speed = 64 * KIB }, 30 * MIB, 2, "" },
	{ "a slow line, and no step of 1 MiB left", &r2, { 8 * MIB, PRESET,
	    .speed = 11 * KIB }, 11 * KIB * 480, 2, "" },
	{ "too slow for 5 MiB", &r2, { 8 * MIB, PRESET, .speed = 10 * KIB },
	    0, 0, "a body of 5242880 bytes takes 512 s at 10240 bytes a "
	    "second, 32 s more than its signature allows for" },
	{ "not where tiny ones are allowed", &r2, { 8 * MIB, PRESET, true,
	    .speed = 10 * KIB }, 4 * MIB, 2, "" },
	{ "a small file fits a slow line", &r2, { .size = 4 * MIB,
	    .threshold = 1, .part_size = 5 * MIB, .speed = 10 * KIB },
	    4 * MIB, 1, "" },
	{ "too slow for so few parts", &swift, { 100 * GIB, PRESET,
	    .speed = 128 * KIB }, 0, 0, "a body of 107374183 bytes takes "
	    "820 s at 131072 bytes a second, 340 s more than its signature "
	    "allows for" },
	{ "four at once carry a quarter each", &r2, { 60 * GIB, PRESET,
	    .speed = 500000, .lanes = 4 }, 57 * MIB, 1078, "" },
	{ "a PUT beside three others is split", &r2, { 40 * MIB, PRESET,
	    .speed = 256 * KIB, .lanes = 4 }, 30 * MIB, 2, "" },
	{ "alone it is not", &r2, { 40 * MIB, PRESET, .speed = 256 * KIB,
	    .lanes = 1 }, 40 * MIB, 1, "" },
	{ "too many at once", &r2, { 8 * MIB, PRESET, .speed = 40 * KIB,
	    .lanes = 4 }, 0, 0, "a body of 5242880 bytes takes 512 s at 10240 "
	    "bytes a second, 32 s more than its signature allows for" },
	{ "less than a byte a second each", &r2, { .size = 480,
	    .threshold = 481, .part_size = 5 * MIB, .speed = 3, .lanes = 4 },
	    480, 1, "" },
	{ "a speed without bound", &r2, { GIB, PRESET,
	    .speed = UINT64_MAX }, 64 * MIB, 16, "" },

	/* Unfinished uploads expire. */
	{ "in seven days, just", &r2, { .size = INT64_C(7) * 86400 * 200000,
	    PRESET, .day_bytes = INT64_C(86400) * 200000 }, 64 * MIB, 1803,
	    "" },
	{ "in seven days, not", &r2, { .size = INT64_C(7) * 86400 * 200000 + 1,
	    PRESET, .day_bytes = INT64_C(86400) * 200000 }, 0, 0,
	    "120960000001 bytes take 8 days at 17280000000 bytes a day, and "
	    "this provider ends unfinished uploads after 7" },
	{ "in seven nights of six hours, not", &r2, { 60 * GIB, PRESET,
	    .speed = 250000, .day_bytes = INT64_C(6) * 3600 * 250000 }, 0, 0,
	    "64424509440 bytes take 12 days at 5400000000 bytes a day, and "
	    "this provider ends unfinished uploads after 7" },
	{ "slow by day, and by night not known", &r2, { 60 * GIB, PRESET,
	    .speed = 64 * KIB }, 30 * MIB, 2048, "" },
	{ "where they do not expire", &swift, { 60 * GIB, PRESET,
	    .speed = 250000, .day_bytes = INT64_C(6) * 3600 * 250000 },
	    64 * MIB, 960, "" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct parts_plan plan;
		struct err e = {0};
		bool fits = rows[i].want_count > 0;
		int rc;

		t_row("%s", rows[i].name);
		rc = parts_plan(&plan, rows[i].limits, &rows[i].wish, &e);
		CHECK_INT(rc, fits ? 0 : -1);
		CHECK_STR(err_word(e.code), fits ? "ok" : "plan_unfit");
		CHECK_STR(e.msg, rows[i].want_msg);
		if (rc != 0 || !fits)
			continue;
		CHECK_INT(plan.multipart, rows[i].want_count > 1);
		CHECK_INT(plan.part_size, rows[i].want_part);
		CHECK_INT(plan.count, rows[i].want_count);
	}
}

/* Whatever the size: parts cover it exactly, and are within all bounds. */
static void
check_bounds(const struct parts_limits *l, const struct parts_wish *w)
{
	struct parts_plan p;
	struct err e = {0};

	t_row("%lld bytes at %llu", (long long)w->size,
	    (unsigned long long)w->speed);
	if (parts_plan(&p, l, w, &e) != 0) {
		CHECK_INT(e.code, ERR_PLAN_UNFIT);
		return;
	}
	CHECK_INT(p.multipart, p.count > 1);
	CHECK(p.count <= l->parts_max);
	CHECK(w->speed == 0 ||
	    (uint64_t)p.part_size <= w->speed * PARTS_PLAN_SECONDS);
	if (!p.multipart) {
		CHECK_INT(p.part_size, w->size);
		CHECK((uint64_t)p.part_size <= l->put_max);
		return;
	}
	CHECK((uint64_t)p.part_size <= l->part_max);
	CHECK((uint64_t)p.part_size >= l->part_min);
	CHECK(p.part_size >= PARTS_PLAN_MIN);
	CHECK(p.part_size * (p.count - 1) < w->size);
	CHECK(p.part_size * p.count >= w->size);
}

static void
test_bounds(void)
{
	static const struct parts_limits *const all[] = { &r2, &swift,
	    &scaleway, &b2, &storj };
	static const uint64_t speeds[] = { 0, 11000, 250000, 12500000 };

	for (size_t l = 0; l < sizeof(all) / sizeof(all[0]); l++)
		for (size_t s = 0; s < sizeof(speeds) / sizeof(speeds[0]); s++)
			for (int64_t n = 1; n < 6 * TIB; n = n * 3 / 2 + 1) {
				struct parts_wish w = { n, PRESET,
				    .speed = speeds[s] };

				check_bounds(all[l], &w);
			}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "rows", test_rows },
		{ "bounds", test_bounds },
		{ NULL, NULL }
	};

	return t_main("parts_plan", cases);
}
