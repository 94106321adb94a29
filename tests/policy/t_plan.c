/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "t.h"

#include "parts_plan.h"
#include "plan.h"

#define MIB ((uint64_t)1 << 20)

/* Each class apart, so that sums show what was counted. */
static const struct plan_rules plain = {
	.head = { 0, 1, 0 }, .get = { 0, 1, 0 }, .put = { 1, 0, 0 },
	.create = { 1, 0, 0 }, .part = { 1, 0, 0 }, .complete = { 1, 0, 0 },
	.multipart_threshold = 64 * MIB,
	.key_of_bytes = true,
};

enum { NAMED = 1, FORCED = 2, BY_PATH = 4, UNFIT = 8 };

/* In one PUT below the threshold, else in parts as large as that. */
static struct parts_plan
divide(int64_t size)
{
	const int64_t part = 64 * (int64_t)MIB;

	if (size < part)
		return (struct parts_plan){ .part_size = size, .count = 1 };
	return (struct parts_plan){ .multipart = true, .part_size = part,
	    .count = (unsigned)((size + part - 1) / part) };
}

struct row {
	const char *name;
	int how;
	struct plan_object object;
	enum plan_verdict verdict;
	enum plan_reason reason;
	int tier;
	struct plan_requests requests;
	int64_t bytes;		/* up, and down */
};

#define KEY .key_fits = true
#define OLD .admitted = true, .same = true
#define SEND { 1, 2, 0 }
#define LOOK { 0, 1, 0 }
#define NOTHING { 0, 0, 0 }
#define LIMIT (64 * 1048576)

static const struct row rows[] = {
	{ "new", 0, { .size = 5, KEY },
	  PLAN_UPLOAD, PLAN_NEW, 1, SEND, 5 },
	{ "new, named", NAMED, { .size = 5, KEY },
	  PLAN_UPLOAD, PLAN_NEW, 0, SEND, 5 },
	{ "empty", 0, { .size = 0, KEY },
	  PLAN_UPLOAD, PLAN_NEW, 1, SEND, 0 },
	{ "changed", 0, { .size = 5, .admitted = true, KEY },
	  PLAN_UPLOAD, PLAN_CHANGED, 1, SEND, 5 },
	{ "changed, the old bytes are here", 0,
	  { .size = 5, .admitted = true, .here = true, .proven = true, KEY },
	  PLAN_UPLOAD, PLAN_CHANGED, 1, SEND, 5 },
	{ "not in this store", 0, { .size = 5, OLD, KEY },
	  PLAN_UPLOAD, PLAN_NOT_IN_STORE, 1, SEND, 5 },
	{ "a claim", 0, { .size = 5, OLD, .here = true, KEY },
	  PLAN_UPLOAD, PLAN_DECLARED_ONLY, 1, SEND, 5 },
	{ "proven", 0, { .size = 5, OLD, .here = true, .proven = true, KEY },
	  PLAN_LOOK, PLAN_PROVEN, 1, LOOK, 0 },
	{ "proven, large", NAMED,
	  { .size = LIMIT, OLD, .here = true, .proven = true, KEY },
	  PLAN_LOOK, PLAN_PROVEN, 1, LOOK, 0 },
	{ "proven, by a key that is no longer made", 0,
	  { .size = 5, OLD, .here = true, .proven = true },
	  PLAN_LOOK, PLAN_PROVEN, 1, LOOK, 0 },
	{ "forced", FORCED,
	  { .size = 5, OLD, .here = true, .proven = true, KEY },
	  PLAN_UPLOAD, PLAN_FORCED, 1, SEND, 5 },
	{ "forced, by path", FORCED | BY_PATH,
	  { .size = 5, OLD, .here = true, .proven = true, KEY },
	  PLAN_BLOCKED, PLAN_KEY_NOT_OF_BYTES, 1, NOTHING, 0 },
	{ "by path", BY_PATH, { .size = 5, KEY },
	  PLAN_UPLOAD, PLAN_NEW, 1, SEND, 5 },
	{ "no key", 0, { .size = 5 },
	  PLAN_BLOCKED, PLAN_KEY_UNFIT, 1, NOTHING, 0 },
	{ "as large as can be", NAMED, { .size = LIMIT - 1, KEY },
	  PLAN_UPLOAD, PLAN_NEW, 0, SEND, LIMIT - 1 },
	{ "in parts", NAMED, { .size = 2 * LIMIT + 1, KEY },
	  PLAN_UPLOAD, PLAN_NEW, 1, { 5, 6, 0 }, 2 * LIMIT + 1 },
	{ "too large", NAMED | UNFIT, { .size = LIMIT, KEY },
	  PLAN_BLOCKED, PLAN_TOO_LARGE, 1, NOTHING, 0 },
};

static void
test_decide(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct plan_rules rules = plain;
		struct plan_object o = r->object;
		struct parts_plan parts = divide(o.size);
		struct plan_decision d;

		t_row("%s", r->name);
		rules.named = (r->how & NAMED) != 0;
		rules.force = (r->how & FORCED) != 0;
		rules.key_of_bytes = (r->how & BY_PATH) == 0;
		o.parts = (r->how & UNFIT) == 0 ? &parts : NULL;
		plan_decide(&d, &o, &rules);
		CHECK_STR(plan_verdict_name(d.verdict),
		    plan_verdict_name(r->verdict));
		CHECK_STR(plan_reason_name(d.reason),
		    plan_reason_name(r->reason));
		CHECK_INT(d.tier, r->tier);
		CHECK_INT(d.requests.a, r->requests.a);
		CHECK_INT(d.requests.b, r->requests.b);
		CHECK_INT(d.requests.free, r->requests.free);
		CHECK_INT(d.bytes_up, r->bytes);
		CHECK_INT(d.bytes_down, r->bytes);
		CHECK_INT(d.step, r->verdict != PLAN_UPLOAD ? 0 :
		    parts.part_size);
	}
}

static void
test_sums(void)
{
	struct plan_sums s = {0};
	struct err why = {0};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_decision d = { .verdict = rows[i].verdict,
		    .requests = rows[i].requests,
		    .bytes_up = rows[i].bytes, .bytes_down = rows[i].bytes };

		if (d.verdict == PLAN_BLOCKED)
			err_set(&why, ERR_PLAN_UNFIT, "%s", rows[i].name);
		plan_add(&s, &d, rows[i].object.size, &why);
	}
	plan_add(&s, &(struct plan_decision){ .verdict = PLAN_LEFT_OUT }, 99,
	    NULL);
	CHECK_INT(s.count[PLAN_UPLOAD], 11);
	CHECK_INT(s.count[PLAN_LOOK], 3);
	CHECK_INT(s.count[PLAN_BLOCKED], 3);
	CHECK_INT(s.count[PLAN_LEFT_OUT], 1);
	CHECK_INT(plan_objects(&s), 14);
	CHECK_INT(s.requests.a, 15);
	CHECK_INT(s.requests.b, 29);
	CHECK_INT(s.requests.free, 0);
	CHECK_INT(s.largest, 2 * LIMIT + 1);
	CHECK_INT(s.bytes, 5 * 12 + 5LL * LIMIT);
	CHECK_INT(s.bytes_up, 5 * 8 + 3LL * LIMIT);
	CHECK_INT(s.bytes_down, s.bytes_up);
	CHECK(s.any);
	CHECK_INT(s.first.bytes_up, 5);
	CHECK_STR(s.unfit.msg, "forced, by path");
}

static void
test_max_puts(void)
{
	static const struct { int64_t a, want; } of[] = {
		{ 0, 10 }, { 1, 12 }, { 9, 20 }, { 10, 21 }, { 11, 23 },
		{ 100, 120 }, { 1000000, 1100010 }
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct plan_sums s = { .requests.a = of[i].a };

		CHECK_INT(plan_max_puts(&s), of[i].want);
	}
}

static void
test_proven(void)
{
	static const struct {
		const char *availability, *proof;
		bool want;
	} of[] = {
		{ "consign_uploaded", "rehash", true },
		{ "consign_uploaded", "ranges", true },
		{ "consign_uploaded", "presence", false },
		{ "consign_uploaded", "none", false },
		{ "declared_uploaded", "rehash", false },
		{ "declared_uploaded", "presence", false },
		{ "none", "rehash", false },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		t_row("%s %s", of[i].availability, of[i].proof);
		CHECK_INT(plan_is_proven(span_of(of[i].availability),
		    span_of(of[i].proof)), of[i].want);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "decide", test_decide },
		{ "sums", test_sums },
		{ "max puts", test_max_puts },
		{ "proven", test_proven },
		{ NULL, NULL }
	};

	return t_main("plan", cases);
}
