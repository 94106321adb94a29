/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "record.h"

#include "facts_internal.h"

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
		if (!facts_keep((char *)f + kept[k].at, kept[k].size, s))
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

struct facts *
facts_make(struct facts_table *t, struct span store_ref)
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
