/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "record.h"

#include "facts.h"

/* --- In the manifest's first line ----------------------------------------- */

/* The texts of struct facts, as form.h has them. */
struct texts {
	struct span store_ref, provider_kind, endpoint, bucket, region;
	struct span key_ref, scope, tls_spki_sha256;
	struct span month, pending_key, parts_key;
};

static const struct form_field text_fields[] = {
	FORM_NEED(texts, store_ref, FORM_WORD),
	FORM_MAY(texts, provider_kind, FORM_WORD),
	FORM_MAY(texts, endpoint, FORM_TEXT),
	FORM_MAY(texts, bucket, FORM_WORD),
	FORM_MAY(texts, region, FORM_WORD),
	FORM_MAY(texts, key_ref, FORM_HEX16),
	FORM_MAY(texts, scope, FORM_WORD),
	FORM_MAY(texts, tls_spki_sha256, FORM_HEX64),
	FORM_MAY(texts, month, FORM_MONTH),
	FORM_MAY(texts, pending_key, FORM_PATH),
	FORM_MAY(texts, parts_key, FORM_PATH),
	{ .name = NULL }
};

static const struct form_field other_fields[] = {
	FORM_NEED(facts, clock_skew_s, FORM_NUMBER),
	FORM_NEED(facts, absence_visible, FORM_FLAG),
	FORM_NEED(facts, put_if_none_match, FORM_FLAG),
	FORM_NEED(facts, get_if_match, FORM_FLAG),
	FORM_NEED(facts, delete_if_match, FORM_FLAG),
	FORM_NEED(facts, versioned, FORM_FLAG),
	FORM_NEED(facts, list_allowed, FORM_FLAG),
	FORM_MAY(facts, probed_at, FORM_TIME),
	FORM_MAY(facts, tier, FORM_COUNT),
	FORM_NEED(facts, confirmed, FORM_FLAG),
	FORM_MAY(facts, complete_at, FORM_TIME),
	FORM_NEED(facts, month_class_a, FORM_COUNT),
	FORM_MAY(facts, open_begin, FORM_COUNT),
	FORM_MAY(facts, open_class_a, FORM_COUNT),
	FORM_MAY(facts, packed_rows, FORM_COUNT),
	FORM_MAY(facts, packed_bytes, FORM_COUNT),
	FORM_MAY(facts, line_rate, FORM_COUNT),
	FORM_MAY(facts, parts_begin, FORM_COUNT),
	{ .name = NULL }
};

/* Where each text is, here and there. */
#define KEPT(member) { offsetof(struct texts, member), \
	offsetof(struct facts, member), sizeof(((struct facts *)0)->member) }
static const struct {
	size_t span, at, size;
} kept[] = {
	KEPT(store_ref), KEPT(provider_kind), KEPT(endpoint), KEPT(bucket),
	KEPT(region), KEPT(key_ref), KEPT(scope), KEPT(tls_spki_sha256),
	KEPT(month), KEPT(pending_key), KEPT(parts_key),
};
_Static_assert(sizeof(kept) / sizeof(kept[0]) ==
    sizeof(struct texts) / sizeof(struct span), "every text is kept");

/* Copy a text, which may be none; false where it does not fit. */
static bool
keep(char *to, size_t size, struct span text)
{
	if (text.len >= size)
		return false;
	if (text.len > 0)
		memcpy(to, text.p, text.len);
	to[text.len] = '\0';
	return true;
}

/* Of a member of struct facts, which is an array. */
#define KEEP(to, text) keep(to, sizeof(to), text)

int
facts_write(struct buf *out, const struct facts_table *t, struct err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct facts *f = &t->store[i];
		struct texts texts;

		for (size_t k = 0; k < sizeof(kept) / sizeof(kept[0]); k++) {
			struct span s = span_of((const char *)f + kept[k].at);

			if (s.len == 0)
				s.p = NULL;
			memcpy((char *)&texts + kept[k].span, &s, sizeof(s));
		}
		if (form_write(out, text_fields, &texts, (int)i + 1, e) != 0 ||
		    form_write(out, other_fields, f, (int)i + 1, e) != 0)
			return -1;
	}
	return 0;
}

static bool
keep_texts(struct facts *f, const struct texts *texts)
{
	for (size_t k = 0; k < sizeof(kept) / sizeof(kept[0]); k++) {
		struct span s;

		memcpy(&s, (const char *)texts + kept[k].span, sizeof(s));
		if (!keep((char *)f + kept[k].at, kept[k].size, s))
			return false;
	}
	return true;
}

void
facts_copy(struct facts_table *to, const struct facts_table *from)
{
	to->n = from->n;
	memcpy(to->store, from->store, from->n * sizeof(from->store[0]));
}

int
facts_read(struct facts_table *t, const struct form_source *from,
    struct err *e)
{
	struct form_source store = *from;

	t->n = 0;
	for (store.number = 1; store.number <= FACTS_STORES; store.number++) {
		struct facts *f = &t->store[t->n];
		struct texts texts;

		if (!form_has(&store, text_fields[0].name))
			break;
		if (form_read(&texts, text_fields, &store, e) != 0 ||
		    form_read(f, other_fields, &store, e) != 0)
			return -1;
		if (!keep_texts(f, &texts))
			return err_set(e, ERR_LEDGER_BROKEN,
			    "a key that is too long");
		if (t->n > 0 && strcmp(f[-1].store_ref, f->store_ref) >= 0)
			return err_set(e, ERR_LEDGER_BROKEN,
			    "stores that are not sorted");
		t->n++;
	}
	return 0;
}

/* --- The table ------------------------------------------------------------ */

/* The store, or where it would stand. */
static size_t
find(const struct facts_table *t, struct span store_ref, bool *found)
{
	size_t i = 0;
	int c = 1;

	while (i < t->n && (c = span_compare(span_of(t->store[i].store_ref),
	    store_ref)) < 0)
		i++;
	*found = i < t->n && c == 0;
	return i;
}

const struct facts *
facts_find(const struct facts_table *t, struct span store_ref)
{
	bool found;
	size_t i = find(t, store_ref, &found);

	return found ? &t->store[i] : NULL;
}

bool
facts_has_room(const struct facts_table *t, struct span store_ref)
{
	return t->n < FACTS_STORES || facts_find(t, store_ref) != NULL;
}

/* The store, made where it is not known yet; NULL: no room. */
static struct facts *
make(struct facts_table *t, struct span store_ref)
{
	bool found;
	size_t i = find(t, store_ref, &found);
	struct facts *f = &t->store[i];

	if (found)
		return f;
	if (t->n == FACTS_STORES)
		return NULL;
	memmove(f + 1, f, (t->n - i) * sizeof(*f));
	t->n++;
	*f = (struct facts){ .probed_at = FORM_NONE, .tier = FORM_NONE,
	    .complete_at = FORM_NONE, .open_begin = FORM_NONE,
	    .packed_rows = FORM_NONE, .packed_bytes = FORM_NONE,
	    .line_rate = FORM_NONE, .parts_begin = FORM_NONE };
	BUG_ON(!KEEP(f->store_ref, store_ref));
	return f;
}

/* --- What rows do --------------------------------------------------------- */

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
	struct facts *f = store_of(row, &store) ? make(t, store) : NULL;

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
