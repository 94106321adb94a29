/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "form.h"
#include "rows.h"

#include "unfinished.h"

/* An upload that only rows know; it has the ids of its store and its key. */
static bool
is_of(const struct unfinished_upload *u, struct span store, struct span key)
{
	return u->journal.p == NULL && span_eq(u->store_ref, store) &&
	    span_eq(u->key, key);
}

static bool
is_known(const struct unfinished *u, const struct row_upload *r)
{
	for (size_t i = 0; i < u->n; i++)
		if (span_eq(u->upload[i].store_ref, r->store_ref) &&
		    span_eq(u->upload[i].key, r->remote_key) &&
		    span_eq(u->upload[i].upload_id, r->upload_id))
			return true;
	return false;
}

static int
take_upload(struct unfinished *u, const struct facts_table *facts,
    const struct row *row, struct err *e)
{
	const struct row_upload *r = &row->of.upload;
	const struct facts *f = facts_find(facts, r->store_ref);
	struct unfinished_upload upload = { .store_ref = r->store_ref,
	    .path = r->path, .object_id = r->object_id, .key = r->remote_key,
	    .upload_id = r->upload_id, .since = row->time, .size = FORM_NONE,
	    .part_size = r->part_size_bytes, .part_count = r->part_count,
	    .landed = FORM_NONE, .landed_bytes = FORM_NONE };

	if (is_known(u, r))
		return 0;
	if (f != NULL && f->probed_at != FORM_NONE) {
		upload.endpoint = span_of(f->endpoint);
		upload.bucket = span_of(f->bucket);
	}
	return unfinished_add(u, &upload, e);
}

static void
take_abort(struct unfinished *u, const struct row_abort *r)
{
	for (size_t i = u->n; i-- > 0;)
		if (is_of(&u->upload[i], r->store_ref, r->remote_key) &&
		    span_eq(u->upload[i].upload_id, r->upload_id))
			unfinished_drop(u, i);
}

/* It became an object: the latest one of that key. */
static void
take_object(struct unfinished *u, const struct row_outcome *r)
{
	for (size_t i = u->n; i-- > 0;)
		if (is_of(&u->upload[i], r->store_ref, r->remote_key)) {
			unfinished_drop(u, i);
			return;
		}
}

/* What was below the prefix of a probe that is over was removed. */
static void
take_probe(struct unfinished *u, const struct row_probe *r)
{
	struct span head;

	for (size_t i = u->n; i-- > 0;) {
		struct unfinished_upload *at = &u->upload[i];

		head = (struct span){ at->key.p, r->remote_key.len };
		if (at->journal.p == NULL &&
		    span_eq(at->store_ref, r->store_ref) &&
		    at->key.len > head.len && at->key.p[head.len] == '/' &&
		    span_eq(head, r->remote_key))
			unfinished_drop(u, i);
	}
}

int
unfinished_ledger_row(struct unfinished *u, const struct facts_table *facts,
    const struct row *row, struct err *e)
{
	const struct row_outcome *o = &row->of.outcome;

	switch (row->kind) {
	case ROW_UPLOAD:
		return take_upload(u, facts, row, e);
	case ROW_ABORT:
		take_abort(u, &row->of.abort);
		break;
	case ROW_PROOF:
		if (span_is(o->result_status, "uploaded"))
			take_object(u, o);
		break;
	case ROW_FAIL:
		if (span_is(o->result_status, "failed_verification") &&
		    (o->etag.p != NULL || o->version_id.p != NULL))
			take_object(u, o);
		break;
	case ROW_PROBE:
		if (!span_is(row->of.probe.result, "begun"))
			take_probe(u, &row->of.probe);
		break;
	default:
		break;
	}
	return 0;
}

int
unfinished_ledger(struct unfinished *u, const char *ledger, struct err *e)
{
	struct facts_table *facts = calloc(1, sizeof(*facts));
	struct rows *rows = NULL;
	struct row row;
	int rc;

	if (facts == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for facts");
	rc = rows_open(&rows, ledger, e);
	while (rc == 0 && (rc = rows_next(rows, &row, e)) == 1) {
		rc = unfinished_ledger_row(u, facts, &row, e);
		facts_apply(facts, &row);
	}
	rows_close(rows);
	free(facts);
	return rc;
}
