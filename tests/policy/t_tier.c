/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "t.h"

#include "tier.h"

/* contract.md, "Tiers": what each tier lets a run do, and the next step. */
struct row {
	const char *name;
	struct tier_ask ask;
	int want;		/* the lowest tier that lets it */
};

static const struct row rows[] = {
	{ "nothing", { 0, 0, false, true, false }, TIER_NONE },
	{ "one small, named", { 1, 1, true, true, false }, 0 },
	{ "one small, named, proven", { 1, 0, true, true, false }, 0 },
	{ "one small, not named", { 1, 1, false, true, false }, 1 },
	{ "one large, named", { 1, 1, true, false, false }, 1 },
	{ "one large, not named", { 1, 1, false, false, false }, 1 },
	{ "one, skipping", { 1, 0, false, true, true }, 1 },
	{ "two, named", { 2, 2, true, true, false }, 2 },
	{ "two large", { 2, 2, false, false, false }, 2 },
	{ "ten", { 10, 10, false, true, false }, 2 },
	{ "ten, skipping", { 10, 0, false, true, true }, 2 },
	{ "eleven", { 11, 11, false, true, false }, 4 },
	{ "eleven, ten of them new", { 11, 10, false, true, false }, 4 },
	{ "the same, skipping", { 11, 10, false, true, true }, 3 },
	{ "a million proven, skipping", { 1000000, 0, false, true, true },
	  3 },
	{ "a million proven", { 1000000, 0, false, true, false }, 4 },
	{ "eleven new, skipping", { 11, 11, false, true, true }, 4 },
};

static void
test_needed(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];

		t_row("%s", r->name);
		CHECK_INT(tier_needed(&r->ask), r->want);
		for (int tier = TIER_NONE; tier <= TIER_LAST; tier++) {
			/* A store without any tier is probed first. */
			bool want = tier >= r->want ||
			    (tier == TIER_NONE && r->want == 0);
			struct err e = {0};

			CHECK_INT(tier_allows(tier, &r->ask), want);
			CHECK_INT(tier_check(tier, &r->ask, "nas", &e),
			    want ? 0 : -1);
			CHECK_INT(e.code, want ? ERR_NONE :
			    ERR_TIERED_GATE_UNMET);
		}
	}
}

static void
test_words(void)
{
	static const struct tier_ask many = { .objects = 11 };
	static const struct tier_ask unnamed = { .objects = 1,
	    .small = true };
	static const struct tier_ask large = { .objects = 1, .named = true };
	struct err e = {0};

	CHECK_INT(tier_check(2, &many, "offsite", &e), -1);
	CHECK_STR(e.msg, "a run of 11 objects needs tier 4, and this store "
	    "has proven tier 2");
	CHECK_STR(err_advice(&e), "next comes: consign prove --tier 3 "
	    "--store offsite --approve --reviewed-by WHO");
	CHECK_INT(tier_check(TIER_NONE, &many, NULL, &e), -1);
	CHECK_STR(e.msg, "a run of 11 objects needs tier 4, and this store "
	    "has proven nothing");
	CHECK_STR(err_advice(&e), "next comes: consign prove --tier 0 "
	    "--approve --reviewed-by WHO");
	CHECK_INT(tier_check(0, &unnamed, NULL, &e), -1);
	CHECK_STR(e.msg, "an object not named by --only needs tier 1, and "
	    "this store has proven tier 0");
	CHECK_INT(tier_check(0, &large, NULL, &e), -1);
	CHECK_STR(e.msg, "an object to be sent in parts needs tier 1, and "
	    "this store has proven tier 0");
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "needed", test_needed },
		{ "words", test_words },
		{ NULL, NULL }
	};

	return t_main("tier", cases);
}
