/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "tier.h"

#include "parts_plan.h"

#include "plan.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *
plan_verdict_name(enum plan_verdict verdict)
{
	static const char *const names[] = {
		[PLAN_UPLOAD] = "would_upload",
		[PLAN_LOOK] = "already_uploaded",
		[PLAN_BLOCKED] = "blocked",
		[PLAN_LEFT_OUT] = "left_out"
	};
	_Static_assert(COUNT(names) == PLAN__COUNT, "a name for each");

	return names[verdict];
}

const char *
plan_reason_name(enum plan_reason reason)
{
	static const char *const names[] = {
		[PLAN_NEW] = "new",
		[PLAN_CHANGED] = "changed",
		[PLAN_NOT_IN_STORE] = "not_in_store",
		[PLAN_DECLARED_ONLY] = "declared_only",
		[PLAN_DOUBTFUL] = "indeterminate_before",
		[PLAN_FORCED] = "forced",
		[PLAN_PROVEN] = "proven",
		[PLAN_KEY_UNFIT] = "key_unfit",
		[PLAN_KEY_NOT_OF_BYTES] = "key_not_of_bytes",
		[PLAN_TOO_LARGE] = "too_large",
		[PLAN_UNSETTLED] = "unsettled",
		[PLAN_UNREADABLE] = "unreadable",
		[PLAN_NOT_A_FILE] = "not_a_file"
	};
	_Static_assert(COUNT(names) == PLAN_REASON__COUNT, "a name for each");

	return names[reason];
}

bool
plan_is_proven(struct span availability, struct span proof)
{
	return span_is(availability, "consign_uploaded") &&
	    (span_is(proof, "rehash") || span_is(proof, "ranges"));
}

static enum plan_reason
why_upload(const struct plan_object *o, const struct plan_rules *rules)
{
	if (rules->force)
		return PLAN_FORCED;
	if (!o->admitted)
		return PLAN_NEW;
	if (!o->same)
		return PLAN_CHANGED;
	if (o->doubtful)
		return PLAN_DOUBTFUL;
	return o->here ? PLAN_DECLARED_ONLY : PLAN_NOT_IN_STORE;
}

static void
add_requests(struct plan_requests *to, const struct plan_requests *r,
    int64_t n)
{
	to->a += n * r->a;
	to->b += n * r->b;
	to->free += n * r->free;
}

/* As upload.h and parts.h do it, when all goes well. */
static void
cost_upload(struct plan_decision *d, const struct plan_object *o,
    const struct plan_rules *rules)
{
	int64_t n = o->parts->count;

	if (o->parts->multipart) {
		/* Looks: before it, before Complete, and after it. */
		add_requests(&d->requests, &rules->head, 3);
		add_requests(&d->requests, &rules->create, 1);
		add_requests(&d->requests, &rules->part, n);
		add_requests(&d->requests, &rules->complete, 1);
	} else {
		add_requests(&d->requests, &rules->head, 1);
		add_requests(&d->requests, &rules->put, 1);
	}
	add_requests(&d->requests, &rules->get, n);
	d->bytes_up = d->bytes_down = o->size;
	d->step = o->parts->part_size;
}

static void
block(struct plan_decision *d, enum plan_reason reason)
{
	d->verdict = PLAN_BLOCKED;
	d->reason = reason;
}

void
plan_decide(struct plan_decision *d, const struct plan_object *o,
    const struct plan_rules *rules)
{
	struct tier_ask ask = { .objects = 1, .named = rules->named,
	    .small = (uint64_t)o->size < rules->multipart_threshold };

	*d = (struct plan_decision){ .tier = tier_needed(&ask) };
	if (!rules->force && o->same && o->here && o->proven) {
		d->verdict = PLAN_LOOK;
		d->reason = PLAN_PROVEN;
		d->requests = rules->head;
	} else if (!o->key_fits) {
		block(d, PLAN_KEY_UNFIT);
	} else if (rules->force && !rules->key_of_bytes) {
		block(d, PLAN_KEY_NOT_OF_BYTES);
	} else if (o->parts == NULL) {
		block(d, PLAN_TOO_LARGE);
	} else {
		d->verdict = PLAN_UPLOAD;
		d->reason = why_upload(o, rules);
		cost_upload(d, o, rules);
	}
}

void
plan_add(struct plan_sums *s, const struct plan_decision *d, int64_t size,
    const struct err *why)
{
	if (d->verdict == PLAN_BLOCKED && s->count[PLAN_BLOCKED] == 0)
		s->unfit = *why;
	s->count[d->verdict]++;
	s->doubtful += d->reason == PLAN_DOUBTFUL;
	if (d->verdict == PLAN_LEFT_OUT)
		return;
	s->bytes += size;
	if (size > s->largest)
		s->largest = size;
	add_requests(&s->requests, &d->requests, 1);
	s->bytes_up += d->bytes_up;
	s->bytes_down += d->bytes_down;
	if (d->verdict == PLAN_UPLOAD && !s->any) {
		s->any = true;
		s->first = *d;
	}
}

int64_t
plan_objects(const struct plan_sums *s)
{
	return s->count[PLAN_UPLOAD] + s->count[PLAN_LOOK];
}

int64_t
plan_max_puts(const struct plan_sums *s)
{
	return s->requests.a + (s->requests.a + 9) / 10 + 10;
}
