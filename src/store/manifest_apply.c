/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "form.h"

#include "manifest_apply.h"

/* The place in that store, or where it would stand. */
static size_t
find_place(const struct manifest_line *line, struct span store, bool *found)
{
	size_t i = 0;

	while (i < line->nplaces &&
	    span_compare(line->place[i].store, store) < 0)
		i++;
	*found = i < line->nplaces && span_eq(line->place[i].store, store);
	return i;
}

static void
drop_place(struct manifest_line *line, struct span store)
{
	bool found;
	size_t i = find_place(line, store, &found);

	if (!found)
		return;
	line->nplaces--;
	memmove(&line->place[i], &line->place[i + 1],
	    (line->nplaces - i) * sizeof(line->place[0]));
}

/* A mere claim does not take the place of a proof. */
static int
set_place(struct manifest_line *line, const struct manifest_place *place,
    struct err *e)
{
	bool found;
	size_t i = find_place(line, place->store, &found);

	if (found && place->proven_at == FORM_NONE &&
	    line->place[i].proven_at != FORM_NONE)
		return 0;
	if (!found && line->nplaces == MANIFEST_STORES)
		return err_set(e, ERR_LEDGER_BROKEN,
		    "an object in more than %d stores", MANIFEST_STORES);
	if (!found) {
		memmove(&line->place[i + 1], &line->place[i],
		    (line->nplaces - i) * sizeof(line->place[0]));
		line->nplaces++;
	}
	line->place[i] = *place;
	return 0;
}

/* Other bytes are nowhere yet; the same ones are where they were. */
static void
apply_admit(struct manifest_line *line, const struct row *row)
{
	const struct row_admit *a = &row->of.admit;

	if (!span_eq(line->object_id, a->object_id))
		line->nplaces = 0;
	line->path = a->path;
	line->object_id = a->object_id;
	line->size_bytes = a->size_bytes;
	line->inode = a->inode;
	line->mtime_ns = a->mtime_ns;
	line->ctime_ns = a->ctime_ns;
	line->admit_seq = row->seq;
	line->origin = (struct span){ NULL, 0 };
	if (memchr(a->origin.p, '@', a->origin.len) != NULL)
		line->origin = a->origin;
}

static int
apply_outcome(struct manifest_line *line, const struct row *row,
    struct err *e)
{
	const struct row_outcome *o = &row->of.outcome;
	bool proven = span_is(o->proof, "rehash") ||
	    span_is(o->proof, "ranges");
	struct manifest_place place = {
		.store = o->store_ref,
		.remote_key = o->remote_key,
		.etag = o->etag,
		.version_id = o->version_id,
		.availability = o->availability,
		.proof = o->proof,
		.proven_at = proven ? row->time : FORM_NONE,
		.receipt = o->receipt,
	};

	if (span_is(o->availability, "none")) {
		drop_place(line, o->store_ref);
		/* It may be there: the next run begins with it. */
		if (row->kind == ROW_FAIL &&
		    span_is(o->result_status, "indeterminate"))
			return set_place(line, &place, e);
	} else if (row->kind != ROW_FAIL)
		return set_place(line, &place, e);
	return 0;
}

static void
apply_delete(struct manifest_line *line, const struct row_delete *d)
{
	bool found;
	size_t i = find_place(line, d->store_ref, &found);
	const struct manifest_place *place = &line->place[i];

	/* Another generation of that key may be well. */
	if (found && span_eq(place->remote_key, d->remote_key) &&
	    span_eq(place->etag, d->etag) &&
	    span_eq(place->version_id, d->version_id))
		drop_place(line, d->store_ref);
}

int
manifest_apply(struct manifest_line *line, const struct row *row,
    struct err *e)
{
	switch (row->kind) {
	case ROW_ADMIT:
		apply_admit(line, row);
		return 0;
	case ROW_PROOF:
	case ROW_FAIL:
	case ROW_ADOPT:
		if (!span_eq(line->object_id, row->of.outcome.object_id))
			return 0;
		return apply_outcome(line, row, e);
	case ROW_DELETE:
		if (span_eq(line->object_id, row->of.delete.object_id))
			apply_delete(line, &row->of.delete);
		return 0;
	default:
		return 0;
	}
}

bool
manifest_apply_path(const struct row *row, struct span *path)
{
	switch (row->kind) {
	case ROW_ADMIT:
		*path = row->of.admit.path;
		return true;
	case ROW_PROOF:
	case ROW_FAIL:
	case ROW_ADOPT:
		*path = row->of.outcome.path;
		return true;
	case ROW_DELETE:
		*path = row->of.delete.path;
		return true;
	default:
		return false;
	}
}
