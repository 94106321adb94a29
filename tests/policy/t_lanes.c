/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "t.h"

#include "lanes.h"

#define MIB (INT64_C(1) << 20)

static const struct row {
	const char *name;
	int64_t rate;		/* 0: nothing was measured */
	unsigned under_way;
	int64_t bytes;
	bool allowed;
} rows[] = {
	{ "the first", 0, 0, 64 * MIB, true },
	{ "a second, nothing known", 0, 1, 64 * MIB, false },
	{ "small ones, nothing known", 0, 31, MIB - 1, true },
	{ "one MiB is large", 0, 32, MIB, false },
	{ "two halves, nothing known", 0, 1, 16 * MIB, true },
	{ "and a third", 0, 2, 16 * MIB, false },
	{ "four of 8 MiB", 0, 3, 8 * MIB, true },
	{ "a fifth", 0, 4, 8 * MIB, false },
	{ "2 Mbit/s: one", 250000, 1, 64 * MIB, false },
	{ "2 Mbit/s, smaller: three", 250000, 2, 32 * MIB, true },
	{ "2 Mbit/s, smaller: four", 250000, 3, 32 * MIB, false },
	{ "20 Mbit/s: four", 2500000, 3, 64 * MIB, true },
	{ "gigabit: all", 125000000, 31, 64 * MIB, true },
	{ "too slow even for one: alone", 1000, 0, 64 * MIB, true },
	{ "so fast that it cannot be", INT64_MAX, 31, 5 * 1024 * MIB, true },
};

static void
test_allow(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		const struct lanes l = { r->rate };

		t_row("%s", r->name);
		CHECK_INT(lanes_allow(&l, r->under_way, r->bytes),
		    r->allowed);
	}
}

static void
test_measure(void)
{
	struct lanes l = {0};

	lanes_measure(&l, 1, 64 * MIB, 268435);
	CHECK_INT(l.rate, 250000);
	lanes_measure(&l, 4, 64 * MIB, 268435);	/* each had a quarter */
	CHECK_INT(l.rate, 1000000);
	lanes_measure(&l, 4, MIB - 1, 1);	/* tells nothing of the line */
	CHECK_INT(l.rate, 1000000);
	lanes_measure(&l, 1, 64 * MIB, 0);
	CHECK_INT(l.rate, 64000 * MIB);
	lanes_measure(&l, 32, INT64_C(1) << 52, 0);
	CHECK(l.rate > 0);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "allow", test_allow },
		{ "measure", test_measure },
		{ NULL, NULL }
	};

	return t_main("lanes", cases);
}
