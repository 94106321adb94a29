/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "t.h"

#include "gate.h"

#define NO_LIMIT ((uint64_t)INT64_MAX)

static const struct plan_sums one = {
	.count = { [PLAN_UPLOAD] = 1 }, .largest = 5, .any = true,
	.requests = { 1, 2, 0 }, .bytes_up = 5, .bytes_down = 5,
	.first = { .step = 5 },
};

static const struct plan_sums ten = {
	.count = { [PLAN_UPLOAD] = 4, [PLAN_LOOK] = 6 }, .any = true,
	.requests = { 4, 14, 0 }, .bytes_up = 40, .bytes_down = 40,
	.first = { .step = 5 },
};

static const struct plan_sums nothing = {0};

static const struct plan_sums looks = {
	.count = { [PLAN_LOOK] = 10 }, .requests = { 0, 10, 0 },
};

static const struct plan_sums unfit = {
	.count = { [PLAN_UPLOAD] = 1, [PLAN_BLOCKED] = 1 }, .any = true,
	.requests = { 1, 2, 0 },
	.unfit = { .code = ERR_PLAN_UNFIT, .msg = "main/a: too odd" },
};

static const struct plan_sums two_unfit = {
	.count = { [PLAN_BLOCKED] = 2 },
	.unfit = { .code = ERR_PLAN_UNFIT, .msg = "main/a: too odd" },
};

static const struct err no_bucket = { .code = ERR_CONFIG_INVALID,
    .msg = "no bucket is given" };
static const struct err well = {0};

/* Passes all gates. */
static const struct gate_facts good = {
	.approve = true, .reviewed_by = "kim",
	.ref = { "env:KEY_ID", "env:SECRET", NULL },
	.sums = &ten, .max_objects = NO_LIMIT, .max_puts = NO_LIMIT,
	.max_puts_month = NO_LIMIT, .max_bytes_up = NO_LIMIT,
	.max_bytes_down = NO_LIMIT, .tier = 4,
	.multipart_threshold = 64, .minute = 600,
};

/*
 * Each gate's pass and stop: what is other than good.  Every row stands in
 * its gate's order, which the test of the order uses.
 */
struct row {
	const char *name;
	enum gate gate;
	enum err_code want;
	void (*change)(struct gate_facts *);
};

#define CHANGE(name, what) \
	static void name(struct gate_facts *f) { what; }

CHANGE(as_it_is, (void)f)
CHANGE(no_mode, f->approve = false)
CHANGE(both_modes, f->dry_run = true)
CHANGE(dry, f->approve = false; f->dry_run = true; f->reviewed_by = NULL)
CHANGE(no_reviewer, f->reviewed_by = NULL)
CHANGE(empty_reviewer, f->reviewed_by = "")
CHANGE(odd_reviewer, f->reviewed_by = "Kim Lee")
CHANGE(dot_reviewer, f->reviewed_by = ".kim")
CHANGE(odd_dry, dry(f); f->reviewed_by = "Kim Lee")
CHANGE(long_reviewer, f->reviewed_by =
    "a123456789012345678901234567890123456789012345678901234567890123")
CHANGE(longest_reviewer, f->reviewed_by =
    "a12345678901234567890123456789012345678901234567890123456789._-")
CHANGE(file_at_0, f->ref[1] = "file:/k"; f->tier = 0; f->sums = NULL)
CHANGE(file_at_none, f->ref[2] = "file:/k"; f->tier = -1; f->sums = NULL)
CHANGE(file_at_1, f->ref[1] = "file:/k"; f->tier = 1; f->sums = &one)
CHANGE(typed_in, f->ref[1] = "wJalrXUtnFEMI")
CHANGE(no_refs, f->ref[0] = f->ref[1] = NULL)
CHANGE(bad_store, f->settings = &no_bucket)
CHANGE(good_store, f->settings = &well)
CHANGE(cap_9, f->max_objects = 9)
CHANGE(cap_10, f->max_objects = 10)
CHANGE(cap_0, f->max_objects = 0)
CHANGE(cap_0_none, f->max_objects = 0; f->sums = NULL)
CHANGE(cap_of_unfit, f->sums = &unfit; f->max_objects = 1)
CHANGE(one_unfit, f->sums = &unfit)
CHANGE(more_unfit, f->sums = &two_unfit)
CHANGE(puts_3, f->max_puts = 3)
CHANGE(puts_4, f->max_puts = 4)
CHANGE(puts_0_looks, f->max_puts = 0; f->sums = &looks)
CHANGE(month_over, f->max_puts_month = 10; f->month_class_a = 7)
CHANGE(month_full, f->max_puts_month = 10; f->month_class_a = 6)
CHANGE(month_looks, f->max_puts_month = 10; f->month_class_a = 11;
    f->sums = &looks)
CHANGE(up_4, f->max_bytes_up = 4)
CHANGE(up_5, f->max_bytes_up = 5)
CHANGE(down_4, f->max_bytes_down = 4)
CHANGE(down_5, f->max_bytes_down = 5)
CHANGE(shut, f->window = "22:00-06:00")
CHANGE(open, f->window = "09:00-11:00")
CHANGE(odd_window, f->window = "at night")
CHANGE(tier_1, f->tier = 1)
CHANGE(tier_2, f->tier = 2)
CHANGE(none_one, f->tier = -1; f->sums = &one)
CHANGE(none_named, f->tier = -1; f->sums = &one; f->named = true)
CHANGE(none_large, f->tier = -1; f->sums = &one; f->named = true;
    f->multipart_threshold = 5)
CHANGE(none_reads, f->tier = -1; f->reads = true)
CHANGE(none_reads_nothing, f->tier = -1; f->reads = true; f->sums = &nothing)
CHANGE(ten_read, f->tier = 0; f->reads = true)

static const struct row rows[] = {
	{ "approved", GATE_MODE, ERR_NONE, as_it_is },
	{ "neither", GATE_MODE, ERR_APPROVAL_REQUIRED, no_mode },
	{ "both", GATE_MODE, ERR_USAGE, both_modes },
	{ "dry run", GATE_MODE, ERR_NONE, dry },
	{ "nobody", GATE_REVIEWER, ERR_REVIEWER_REQUIRED, no_reviewer },
	{ "nobody, dry", GATE_REVIEWER, ERR_NONE, dry },
	{ "empty", GATE_REVIEWER, ERR_REVIEWER_REQUIRED, empty_reviewer },
	{ "odd", GATE_REVIEWER, ERR_REVIEWER_REQUIRED, odd_reviewer },
	{ "odd, dry", GATE_REVIEWER, ERR_REVIEWER_REQUIRED, odd_dry },
	{ "a dot first", GATE_REVIEWER, ERR_REVIEWER_REQUIRED,
	  dot_reviewer },
	{ "too long", GATE_REVIEWER, ERR_REVIEWER_REQUIRED, long_reviewer },
	{ "longest", GATE_REVIEWER, ERR_NONE, longest_reviewer },
	{ "in a file, tier 0", GATE_CREDENTIALS, ERR_TIERED_GATE_UNMET,
	  file_at_0 },
	{ "token in a file, no tier", GATE_CREDENTIALS,
	  ERR_TIERED_GATE_UNMET, file_at_none },
	{ "in a file, tier 1", GATE_CREDENTIALS, ERR_NONE, file_at_1 },
	{ "typed in", GATE_CREDENTIALS, ERR_CONFIG_INVALID, typed_in },
	{ "none", GATE_CREDENTIALS, ERR_NONE, no_refs },
	{ "a fault", GATE_STORE, ERR_CONFIG_INVALID, bad_store },
	{ "well", GATE_STORE, ERR_NONE, good_store },
	{ "more", GATE_OBJECTS, ERR_MAX_OBJECTS_EXCEEDED, cap_9 },
	{ "as many", GATE_OBJECTS, ERR_NONE, cap_10 },
	{ "not one", GATE_OBJECTS, ERR_MAX_OBJECTS_EXCEEDED, cap_0 },
	{ "none of none", GATE_OBJECTS, ERR_NONE, cap_0_none },
	{ "more, and unfit", GATE_OBJECTS, ERR_MAX_OBJECTS_EXCEEDED,
	  cap_of_unfit },
	{ "unfit", GATE_OBJECTS, ERR_PLAN_UNFIT, one_unfit },
	{ "two unfit", GATE_OBJECTS, ERR_PLAN_UNFIT, more_unfit },
	{ "puts", GATE_CEILINGS, ERR_PUT_CEILING_EXCEEDED, puts_3 },
	{ "puts, just", GATE_CEILINGS, ERR_NONE, puts_4 },
	{ "no puts", GATE_CEILINGS, ERR_NONE, puts_0_looks },
	{ "month", GATE_CEILINGS, ERR_PUT_CEILING_EXCEEDED, month_over },
	{ "month, just", GATE_CEILINGS, ERR_NONE, month_full },
	{ "month over, no puts", GATE_CEILINGS, ERR_NONE, month_looks },
	{ "up", GATE_CEILINGS, ERR_PUT_CEILING_EXCEEDED, up_4 },
	{ "up, the first", GATE_CEILINGS, ERR_NONE, up_5 },
	{ "down", GATE_CEILINGS, ERR_PUT_CEILING_EXCEEDED, down_4 },
	{ "down, the first", GATE_CEILINGS, ERR_NONE, down_5 },
	{ "shut", GATE_WINDOW, ERR_OUTSIDE_WINDOW, shut },
	{ "open", GATE_WINDOW, ERR_NONE, open },
	{ "no window", GATE_WINDOW, ERR_CONFIG_INVALID, odd_window },
	{ "ten at tier 1", GATE_TIER, ERR_TIERED_GATE_UNMET, tier_1 },
	{ "ten at tier 2", GATE_TIER, ERR_NONE, tier_2 },
	{ "one at none", GATE_TIER, ERR_TIERED_GATE_UNMET, none_one },
	{ "named at none", GATE_TIER, ERR_NONE, none_named },
	{ "large at none", GATE_TIER, ERR_TIERED_GATE_UNMET, none_large },
	{ "reads at none", GATE_TIER, ERR_TIERED_GATE_UNMET, none_reads },
	{ "nothing to read", GATE_TIER, ERR_NONE, none_reads_nothing },
	{ "ten read at 0", GATE_TIER, ERR_NONE, ten_read },
};

static void
test_gates(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct gate_facts f = good;
		struct err e = {0};
		int want = r->want == ERR_NONE ? 0 : -1;

		t_row("%s: %s", gate_name(r->gate), r->name);
		r->change(&f);
		CHECK_INT(gate_check(r->gate, &f, &e), want);
		CHECK_STR(err_word(e.code), err_word(r->want));
		/* Nothing else stops it. */
		CHECK_INT(gate_check_all(GATE_MODE, &f, &e), want);
		CHECK_STR(err_word(e.code), err_word(r->want));
	}
}

/* Of two that would stop, the earlier decides. */
static void
test_order(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t k = i + 1; k < sizeof(rows) / sizeof(rows[0]);
		    k++) {
			const struct row *a = &rows[i], *b = &rows[k];
			struct gate_facts f = good;
			struct err e = {0};
			enum gate first = GATE__COUNT;

			b->change(&f);
			a->change(&f);
			for (size_t g = GATE__COUNT; g-- > 0;)
				if (gate_check((enum gate)g, &f, &e) != 0)
					first = (enum gate)g;
			t_row("%s and %s", a->name, b->name);
			CHECK_INT(gate_check_all(GATE_MODE, &f, &e),
			    first == GATE__COUNT ? 0 : -1);
			if (first != GATE__COUNT) {
				struct err own = {0};

				CHECK_INT(gate_check(first, &f, &own), -1);
				CHECK_STR(e.msg, own.msg);
			}
		}
}

static void
test_words(void)
{
	struct gate_facts f = good;
	struct err e = {0};

	shut(&f);
	gate_check(GATE_WINDOW, &f, &e);
	CHECK_STR(e.msg, "it is 10:00, outside of 22:00-06:00");
	CHECK_STR(err_advice(&e), "it opens in 12 h 0 min");
	more_unfit(&f);
	gate_check(GATE_OBJECTS, &f, &e);
	CHECK_STR(e.msg,
	    "2 objects cannot be sent, the first: main/a: too odd");
	/* What was typed in may be the credential. */
	typed_in(&f);
	gate_check(GATE_CREDENTIALS, &f, &e);
	CHECK_STR(e.msg, "a credential is not given by reference");
	file_at_0(&f);
	gate_check(GATE_CREDENTIALS, &f, &e);
	CHECK_STR(e.msg, "a credential in a file needs tier 1, and this "
	    "store has proven tier 0");
}

static void
test_names(void)
{
	static const char *const want[] = { "mode", "reviewer",
	    "credentials", "store", "objects", "ceilings", "window",
	    "tier" };

	for (size_t i = 0; i < GATE__COUNT; i++)
		CHECK_STR(gate_name((enum gate)i), want[i]);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "gates", test_gates },
		{ "order", test_order },
		{ "words", test_words },
		{ "names", test_names },
		{ NULL, NULL }
	};

	return t_main("gate", cases);
}
