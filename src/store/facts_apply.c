/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "facts_internal.h"

/* What each kind of row does: consign-ledger(5), "Facts". */

/* Of two counts; what is hostile does not wrap around. */
static int64_t
plus(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static void
set_open(struct facts *f, int64_t begin)
{
	f->open_begin = begin;
	f->open_class_a = 0;
	f->parts_begin = FORM_NONE;
	f->parts_key[0] = '\0';
}

static void
apply_reserve(struct facts *f, const struct row_reserve *r)
{
	if (span_compare(r->month, span_of(f->month)) > 0) {
		BUG_ON(!KEEP(f->month, r->month));
		f->month_class_a = 0;
		if (f->open_class_a > 0)
			f->open_class_a = FORM_NONE;
	}
	f->month_class_a = plus(f->month_class_a, r->class_a_requests);
	if (r->begin_seq == f->open_begin && f->open_class_a != FORM_NONE)
		f->open_class_a = plus(f->open_class_a, r->class_a_requests);
}

/*
 * What was reserved and not sent is given back: but not where nobody knows
 * what was sent in which month.
 */
static void
give_back(struct facts *f, int64_t sent)
{
	int64_t unsent = f->open_class_a - sent;

	if (f->open_class_a == FORM_NONE)
		return;
	if (unsent < 0)
		f->month_class_a = plus(f->month_class_a, -unsent);
	else
		f->month_class_a -= unsent < f->month_class_a ? unsent :
		    f->month_class_a;
}

static void
apply_end(struct facts *f, const struct row_end *end, int64_t time)
{
	if (end->begin_seq != f->open_begin)
		return;
	give_back(f, end->class_a_requests);
	set_open(f, FORM_NONE);
	if (end->line_rate > 0)
		f->line_rate = end->line_rate;
	if ((span_is(end->command, "push") ||
	    span_is(end->command, "verify")) &&
	    span_is(end->result, "ok") && end->failed == 0)
		f->complete_at = time;
}

static void
apply_upload(struct facts *f, const struct row_upload *u)
{
	/* Of a stream nobody knows, but it has two at least. */
	bool one = u->part_count != FORM_NONE && u->part_count < 2;

	if (one || u->begin_seq != f->open_begin ||
	    !KEEP(f->parts_key, u->remote_key))
		return;
	f->parts_begin = u->begin_seq;
}

static void
apply_proof(struct facts *f, const struct row_outcome *o)
{
	if (!span_is(o->result_status, "uploaded") ||
	    (!span_is(o->proof, "rehash") && !span_is(o->proof, "ranges")))
		return;
	if (f->tier == 0)
		f->tier = 1;
	else if (f->tier == 1 && f->parts_begin == o->begin_seq &&
	    span_is(o->remote_key, f->parts_key))
		f->tier = 2;
}

/*
 * consign/ARCHIVE-ID/prove/16 hex digits, or below it.  What is below the
 * key that is kept is going to be removed: no row may make that a user's.
 */
static bool
is_probe_key(struct span key)
{
	struct span rest = key, part;

	rest = span_cut(rest, '/', &part);
	if (!span_is(part, "consign"))
		return false;
	rest = span_cut(rest, '/', &part);
	if (part.len == 0)
		return false;
	rest = span_cut(rest, '/', &part);
	if (!span_is(part, "prove"))
		return false;
	span_cut(rest, '/', &part);
	return part.p != NULL && form_fits(FORM_HEX16, part);
}

static void
apply_probe(struct facts *f, const struct row_probe *p, int64_t time)
{
	bool known = f->probed_at != FORM_NONE;

	if (span_is(p->result, "begun")) {
		if (is_probe_key(p->remote_key))
			(void)KEEP(f->pending_key, p->remote_key);
		return;
	}
	f->pending_key[0] = '\0';
	if (!span_is(p->result, "ok"))
		return;
	if (known && (!span_is(p->endpoint, f->endpoint) ||
	    !span_is(p->bucket, f->bucket) ||
	    !span_is(p->region, f->region) || p->versioned != f->versioned)) {
		f->tier = 0;
		f->confirmed = false;
		f->packed_rows = f->packed_bytes = f->line_rate = FORM_NONE;
	}
	if (f->tier < 0)
		f->tier = 0;
	BUG_ON(!KEEP(f->provider_kind, p->provider_kind) ||
	    !KEEP(f->endpoint, p->endpoint) || !KEEP(f->bucket, p->bucket) ||
	    !KEEP(f->region, p->region) || !KEEP(f->key_ref, p->key_ref) ||
	    !KEEP(f->scope, p->scope) ||
	    !KEEP(f->tls_spki_sha256, p->tls_spki_sha256));
	f->clock_skew_s = p->clock_skew_s;
	f->absence_visible = p->absence_visible;
	f->put_if_none_match = p->put_if_none_match;
	f->get_if_match = p->get_if_match;
	f->delete_if_match = p->delete_if_match;
	f->versioned = p->versioned;
	f->list_allowed = p->list_allowed;
	f->probed_at = time;
}

/* Only the probe proves tier 0. */
static void
apply_approve(struct facts *f, int64_t tier)
{
	f->pending_key[0] = '\0';
	if (f->tier >= 0 && tier == f->tier + 1 && tier <= FACTS_TIER_MAX)
		f->tier = tier;
}

/* One that leaves a gap is none to go on from. */
static void
apply_pack(struct facts *f, const struct row *row)
{
	const struct row_pack *p = &row->of.pack;
	int64_t rows = f->packed_rows == FORM_NONE ? 0 : f->packed_rows;

	if (p->from_seq > rows || p->to_seq <= rows || p->to_seq > row->seq)
		return;
	f->packed_rows = p->to_seq;
	f->packed_bytes = p->to_bytes;
}

/* Where the rows that say something that is kept here name its store. */
#define STORE_AT(kind) offsetof(struct row, of.kind.store_ref)
static const size_t store_at[ROW__COUNT] = {
	[ROW_BEGIN] = STORE_AT(begin), [ROW_RESERVE] = STORE_AT(reserve),
	[ROW_UPLOAD] = STORE_AT(upload), [ROW_PROOF] = STORE_AT(outcome),
	[ROW_PROBE] = STORE_AT(probe), [ROW_APPROVE] = STORE_AT(approve),
	[ROW_CONFIRM] = STORE_AT(confirm), [ROW_PACK] = STORE_AT(pack),
	[ROW_END] = STORE_AT(end)
};

static bool
store_of(const struct row *row, struct span *store)
{
	if (store_at[row->kind] == 0)
		return false;
	memcpy(store, (const char *)row + store_at[row->kind],
	    sizeof(*store));
	return store->p != NULL;
}

void
facts_apply(struct facts_table *t, const struct row *row)
{
	struct span store;
	struct facts *f = store_of(row, &store) ? facts_make(t, store) : NULL;

	if (f == NULL)
		return;
	if (row->kind == ROW_BEGIN)
		set_open(f, row->seq);
	else if (row->kind == ROW_RESERVE)
		apply_reserve(f, &row->of.reserve);
	else if (row->kind == ROW_UPLOAD)
		apply_upload(f, &row->of.upload);
	else if (row->kind == ROW_PROOF)
		apply_proof(f, &row->of.outcome);
	else if (row->kind == ROW_PROBE)
		apply_probe(f, &row->of.probe, row->time);
	else if (row->kind == ROW_APPROVE)
		apply_approve(f, row->of.approve.tier);
	else if (row->kind == ROW_PACK)
		apply_pack(f, row);
	else if (row->kind == ROW_CONFIRM)
		f->confirmed = true;
	else if (row->kind == ROW_END)
		apply_end(f, &row->of.end, row->time);
}
