/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef UNFINISHED_H
#define UNFINISHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "facts.h"
#include "row.h"
#include "span.h"

/*
 * The multipart uploads that we began and have not ended, as our own records
 * know them: from the journals, which an upload has from before its Create
 * until it is over; and from the ledger, for those whose journal was lost.
 * Nothing else is ever taken for ours: with keys made of content, another
 * box's upload has the same key (field.md 6.17).
 *
 *	struct unfinished u = {0};
 *	unfinished_journals(&u, state, e);
 *	unfinished_ledger(&u, ledger, e);	for all that can be known
 *	... u.upload[0 .. u.n)
 *	unfinished_free(&u);			in every case
 */
#define UNFINISHED_MAX 4096	/* more are counted (beyond), not kept */

/* Texts are the struct's own, and a NUL stands behind each. */
struct unfinished_upload {
	struct span journal;		/* its file's name; none: it has none */
	struct span store_ref;
	struct span endpoint, bucket;	/* where store_ref pointed then; none:
					   not known */
	struct span path, object_id;	/* none: not known */
	struct span key;		/* escaped */
	struct span upload_id;		/* empty: no answer to its Create is
					   known */
	int64_t since;			/* when it was going to be begun */
	int64_t size;			/* FORM_NONE: not known */
	int64_t part_size, part_count;
	int64_t landed, landed_bytes;	/* FORM_NONE: not known */
	bool over;			/* only its journal is left, ... */
	bool completed;			/* ... for the proof to go on from */

	char *text;			/* private: what the others point to */
};

struct unfinished {
	size_t n;
	struct unfinished_upload *upload;
	size_t beyond;			/* more than can be kept */
	size_t damaged;			/* journals that cannot be read, */
	struct err damage;		/* and why the first one cannot */

	/* Private. */
	size_t room;
};

/*
 * Those that have a journal, of all stores.  A journal that goes while it is
 * looked at is passed over; so is one that is damaged or closed to this user,
 * but counted.
 */
int unfinished_journals(struct unfinished *u, const char *state,
    struct err *e);

/*
 * And those that only rows know: "upload" without what ends it, see
 * unfinished_ledger_row().  Reads the whole ledger.
 */
int unfinished_ledger(struct unfinished *u, const char *ledger,
    struct err *e);

/*
 * The next row of a ledger, read from its start; facts are those before it.
 * An upload is over by a later row of its store: "abort" with its id;
 * "proof" with "uploaded" at its key, or "fail" that found its bytes wrong,
 * for the latest of that key; and a "probe" that ended, for all below it.
 */
int unfinished_ledger_row(struct unfinished *u,
    const struct facts_table *facts, const struct row *row, struct err *e);

/* Add a copy; with an id of none, there is room for it to be told later. */
int unfinished_add(struct unfinished *u, const struct unfinished_upload *what,
    struct err *e);

/* Take one out; those behind it move up. */
void unfinished_drop(struct unfinished *u, size_t i);

/* Where a run is at work. */
struct unfinished_place {
	const char *store_ref, *endpoint, *bucket;
};

/* Of what is known of it, is the store still where it was? */
bool unfinished_is_at(const struct unfinished_upload *u,
    const struct unfinished_place *place);

void unfinished_free(struct unfinished *u);	/* a zeroed one, twice too */

#endif
