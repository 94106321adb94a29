/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "form.h"
#include "row.h"
#include "span.h"

/*
 * What the ledger knows of each store: which one it is, what it was found to
 * do, what is proven there, and what was spent.  A pure fold over the rows,
 * kept in the manifest's first line, so that a start needs the ledger's tail
 * only.  What each row does is said once, in consign-ledger(5), "Facts".
 *
 * The texts are the struct's own: it may be copied and outlives the rows.  An
 * absent text is empty; an absent number is FORM_NONE.
 */
#define FACTS_STORES 16		/* of one ledger */
#define FACTS_WORD_MAX 256	/* as FORM_WORD */
#define FACTS_TEXT_MAX 1024	/* as FORM_TEXT, and of keys that are kept */
#define FACTS_TIER_MAX 4

struct facts {
	char store_ref[FACTS_WORD_MAX + 1];

	/* As the last probe that was "ok" found it; probed_at: when. */
	char provider_kind[FACTS_WORD_MAX + 1];
	char endpoint[FACTS_TEXT_MAX + 1];	/* a URL */
	char bucket[FACTS_WORD_MAX + 1];
	char region[FACTS_WORD_MAX + 1];
	char key_ref[16 + 1];
	char scope[FACTS_WORD_MAX + 1];
	char tls_spki_sha256[64 + 1];		/* absent: no TLS */
	int64_t clock_skew_s;
	bool absence_visible, put_if_none_match, get_if_match;
	bool delete_if_match, versioned, list_allowed;
	int64_t probed_at;		/* absent: never, and none of these */

	int64_t tier;			/* 0 to 4; absent: nothing is proven */
	bool confirmed;			/* a person saw it live */
	int64_t complete_at;		/* see the manual; absent: never */

	char month[7 + 1];		/* the store's; absent: no reserve */
	int64_t month_class_a;		/* class A requests in it */

	/* Absent: nothing of a probe may be left there. */
	char pending_key[FACTS_TEXT_MAX + 1];

	int64_t open_begin;		/* a begin without its end, or absent */
	int64_t open_class_a;		/* that it has reserved so far; absent:
					   in more than one month */

	/* Rows that are in the store as packs, and where they end; absent. */
	int64_t packed_rows, packed_bytes;

	int64_t line_rate;		/* bytes a second, as large bodies last
					   showed; absent: none was sent */

	/* The last upload in parts of the begin that is open, or absent. */
	int64_t parts_begin;
	char parts_key[FACTS_TEXT_MAX + 1];
};

/* In order of store_ref.  One set to zeroes knows of none. */
struct facts_table {
	size_t n;
	struct facts store[FACTS_STORES];
};

/* What to was before is forgotten.  Touches no more memory than there are. */
void facts_copy(struct facts_table *to, const struct facts_table *from);

/* NULL: the ledger knows nothing of it. */
const struct facts *facts_find(const struct facts_table *t,
    struct span store_ref);

/*
 * Is there room for this store?  Rows of one that does not fit are passed
 * over, so a run at one asks this first.
 */
bool facts_has_room(const struct facts_table *t, struct span store_ref);

/* The next row of the ledger; never fails, whatever it says. */
void facts_apply(struct facts_table *t, const struct row *row);

/*
 * The fields of all stores, with _1, _2 ... behind their names; form.h says
 * what fails, and how.
 */
int facts_write(struct buf *out, const struct facts_table *t, struct err *e);
int facts_read(struct facts_table *t, const struct form_source *from,
    struct err *e);

#endif
