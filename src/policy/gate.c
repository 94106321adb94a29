/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "span.h"
#include "tier.h"
#include "window.h"

#include "gate.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define REVIEWER_MAX 63

static int
check_mode(const struct gate_facts *f, struct err *e)
{
	if (f->dry_run && f->approve) {
		err_set(e, ERR_USAGE, "both --dry-run and --approve are "
		    "given");
		return err_advise(e, "give one of them");
	}
	if (f->dry_run || f->approve)
		return 0;
	return err_set(e, ERR_APPROVAL_REQUIRED,
	    "neither --dry-run nor --approve is given");
}

/* [a-z0-9][a-z0-9._-]{0,62} */
static bool
is_reviewer(const char *name)
{
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t n = strlen(name);

	return n >= 1 && n <= REVIEWER_MAX && name[strspn(name, rest)] == '\0'
	    && strchr("._-", name[0]) == NULL;
}

static int
check_reviewer(const struct gate_facts *f, struct err *e)
{
	if (f->reviewed_by == NULL && !f->approve)
		return 0;
	if (f->reviewed_by == NULL)
		return err_set(e, ERR_REVIEWER_REQUIRED,
		    "--approve goes with --reviewed-by");
	if (is_reviewer(f->reviewed_by))
		return 0;
	err_set(e, ERR_REVIEWER_REQUIRED, "'%s' cannot be a reviewer's name",
	    f->reviewed_by);
	return err_advise(e, "give 1 to %d of a-z, 0-9, '.', '_' and '-', "
	    "first a letter or digit", REVIEWER_MAX);
}

/* How the names in references look was checked where they were read. */
static int
check_credentials(const struct gate_facts *f, struct err *e)
{
	for (size_t i = 0; i < GATE_REFS; i++) {
		struct span ref;

		if (f->ref[i] == NULL)
			continue;
		ref = span_of(f->ref[i]);
		if (span_starts(ref, "file:") && f->tier < 1)
			return tier_refuse(f->tier, 1,
			    "a credential in a file", f->store, e);
		if (span_starts(ref, "env:") || span_starts(ref, "file:"))
			continue;
		/* It may be the credential itself: not repeated. */
		err_set(e, ERR_CONFIG_INVALID,
		    "a credential is not given by reference");
		return err_advise(e, "give env:NAME");
	}
	return 0;
}

static int
check_store(const struct gate_facts *f, struct err *e)
{
	if (f->settings == NULL || f->settings->code == ERR_NONE)
		return 0;
	*e = *f->settings;
	return -1;
}

static int
check_objects(const struct gate_facts *f, struct err *e)
{
	const struct plan_sums *s = f->sums;
	int64_t n, blocked;

	if (s == NULL)
		return 0;
	blocked = s->count[PLAN_BLOCKED];
	n = plan_objects(s) + blocked;
	if ((uint64_t)n > f->max_objects)
		return err_set(e, ERR_MAX_OBJECTS_EXCEEDED,
		    "%lld objects are more than the %llu allowed",
		    (long long)n, (unsigned long long)f->max_objects);
	if (blocked == 0)
		return 0;
	*e = s->unfit;
	e->code = ERR_PLAN_UNFIT;
	if (blocked == 1)
		return -1;
	return err_ctx(e, "%lld objects cannot be sent, the first",
	    (long long)blocked);
}

static int
check_bytes(int64_t first, uint64_t max, const char *way, struct err *e)
{
	if ((uint64_t)first <= max)
		return 0;
	return err_set(e, ERR_PUT_CEILING_EXCEEDED,
	    "the first object has %lld bytes to %s, above the ceiling of "
	    "%llu", (long long)first, way, (unsigned long long)max);
}

/* A run that can do something is let through, and suspends at its bound. */
static int
check_ceilings(const struct gate_facts *f, struct err *e)
{
	const struct plan_sums *s = f->sums;
	int64_t a;

	if (s == NULL)
		return 0;
	a = s->requests.a;
	if ((uint64_t)a > f->max_puts)
		return err_set(e, ERR_PUT_CEILING_EXCEEDED,
		    "%lld class A requests are above the ceiling of %llu",
		    (long long)a, (unsigned long long)f->max_puts);
	if (a > 0 && (uint64_t)a + (uint64_t)f->month_class_a >
	    f->max_puts_month)
		return err_set(e, ERR_PUT_CEILING_EXCEEDED,
		    "%lld class A requests after the %lld of this month are "
		    "above its ceiling of %llu", (long long)a,
		    (long long)f->month_class_a,
		    (unsigned long long)f->max_puts_month);
	if (!s->any)
		return 0;
	if (check_bytes(s->first.step, f->max_bytes_up, "send", e) != 0)
		return -1;
	return check_bytes(s->first.step, f->max_bytes_down,
	    "read back", e);
}

static int
check_window(const struct gate_facts *f, struct err *e)
{
	struct window w;
	int left;

	if (f->window == NULL)
		return 0;
	if (window_parse(&w, span_of(f->window), e) != 0)
		return -1;
	if (window_is_open(&w, f->minute))
		return 0;
	left = window_minutes(&w, f->minute);
	err_set(e, ERR_OUTSIDE_WINDOW, "it is %02d:%02d, outside of %s",
	    f->minute / 60, f->minute % 60, f->window);
	return err_advise(e, "it opens in %d h %d min", left / 60, left % 60);
}

static int
check_tier(const struct gate_facts *f, struct err *e)
{
	const struct plan_sums *s = f->sums;
	struct tier_ask ask;

	if (s == NULL)
		return 0;
	if (f->reads)
		return f->tier >= 0 || plan_objects(s) == 0 ? 0 :
		    tier_refuse(f->tier, 0, "believing what a store shows",
		    f->store, e);
	ask = (struct tier_ask){
		.objects = plan_objects(s),
		.unproven = s->count[PLAN_UPLOAD],
		.named = f->named,
		.small = (uint64_t)s->largest < f->multipart_threshold,
		.skip_uploaded = f->skip_uploaded,
	};
	return tier_check(f->tier, &ask, f->store, e);
}

static const struct {
	const char *name;
	int (*check)(const struct gate_facts *, struct err *);
} gates[] = {
	[GATE_MODE] = { "mode", check_mode },
	[GATE_REVIEWER] = { "reviewer", check_reviewer },
	[GATE_CREDENTIALS] = { "credentials", check_credentials },
	[GATE_STORE] = { "store", check_store },
	[GATE_OBJECTS] = { "objects", check_objects },
	[GATE_CEILINGS] = { "ceilings", check_ceilings },
	[GATE_WINDOW] = { "window", check_window },
	[GATE_TIER] = { "tier", check_tier },
};
_Static_assert(COUNT(gates) == GATE__COUNT, "a row for each gate");

const char *
gate_name(enum gate gate)
{
	return gates[gate].name;
}

int
gate_check(enum gate gate, const struct gate_facts *facts, struct err *e)
{
	err_clear(e);
	return gates[gate].check(facts, e);
}

int
gate_check_all(enum gate first, const struct gate_facts *facts,
    struct err *e)
{
	for (size_t i = first; i < GATE__COUNT; i++)
		if (gate_check((enum gate)i, facts, e) != 0)
			return -1;
	return 0;
}
