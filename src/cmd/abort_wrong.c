/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "rows.h"
#include "text.h"

#include "abort_wrong.h"

/* --- Finding -------------------------------------------------------------- */

/* A name of a generation, as a record has it; "" for none. */
static int
copy_name(char *to, size_t size, struct span from)
{
	to[0] = '\0';
	if (from.p == NULL)
		return 0;
	if (from.len >= size)
		return -1;
	memcpy(to, from.p, from.len);
	to[from.len] = '\0';
	return 0;
}

static struct span
keep(char **to, struct span text)
{
	char *at = *to;

	memcpy(at, text.p, text.len);
	*to += text.len + 1;
	return (struct span){ at, text.len };
}

static int
add(struct abort_wrong *w, const struct row *row, struct err *e)
{
	const struct row_outcome *r = &row->of.outcome;
	struct abort_wrong_one one = { .failed_at = row->time,
	    .generation = { .exists = true, .size = r->size_bytes } };
	struct object *g = &one.generation;
	char *to;

	/* Without a name, or with one that no store gave, nothing is safe. */
	if (copy_name(g->etag, sizeof(g->etag), r->etag) != 0 ||
	    copy_name(g->version_id, sizeof(g->version_id),
	    r->version_id) != 0 || !object_is_named(g))
		return 0;
	if (w->n == ABORT_WRONG_MAX)
		return err_set(e, ERR_PLAN_UNFIT, "more than %d objects are "
		    "wrong", ABORT_WRONG_MAX);
	if (w->one == NULL)
		w->one = calloc(ABORT_WRONG_MAX, sizeof(w->one[0]));
	one.text = to = calloc(1, r->path.len + r->object_id.len +
	    r->remote_key.len + 3);
	if (w->one == NULL || to == NULL) {
		free(to);
		return err_set(e, ERR_NO_MEMORY, "no memory for objects");
	}
	one.path = keep(&to, r->path);
	one.object_id = keep(&to, r->object_id);
	one.key = keep(&to, r->remote_key);
	w->one[w->n++] = one;
	return 0;
}

static void
drop(struct abort_wrong *w, size_t i)
{
	free(w->one[i].text);
	w->n--;
	memmove(&w->one[i], &w->one[i + 1],
	    (w->n - i) * sizeof(w->one[0]));
}

/* Is it the generation that a row names? */
static bool
is_of(const struct abort_wrong_one *one, struct span etag,
    struct span version_id)
{
	const struct object *g = &one->generation;

	return g->version_id[0] != '\0' ?
	    span_is(version_id, g->version_id) : span_is(etag, g->etag);
}

/* It was removed, or another write took its place, or it was not wrong. */
static void
forget(struct abort_wrong *w, struct span key, struct span etag,
    struct span version_id, bool replaces)
{
	for (size_t i = w->n; i-- > 0;)
		if (span_eq(w->one[i].key, key) &&
		    (is_of(&w->one[i], etag, version_id) || (replaces &&
		    w->one[i].generation.version_id[0] == '\0')))
			drop(w, i);
}

/* What is read, and how far it has come. */
struct search {
	struct abort_wrong *found;
	const struct unfinished_place *there;
	struct facts_table facts;
	bool sends;		/* the run at hand writes objects of ours */
};

/* Was the store where it is now? */
static bool
was_there(const struct search *s)
{
	const struct facts *f = facts_find(&s->facts,
	    span_of(s->there->store_ref));

	return f != NULL && strcmp(f->endpoint, s->there->endpoint) == 0 &&
	    strcmp(f->bucket, s->there->bucket) == 0;
}

static int
take(struct search *s, const struct row *row, struct err *e)
{
	const struct row_outcome *r = &row->of.outcome;
	const struct row_delete *d = &row->of.delete;

	switch (row->kind) {
	case ROW_FAIL:
		if (!s->sends || !was_there(s) ||
		    !span_is(r->result_status, "failed_verification"))
			return 0;
		forget(s->found, r->remote_key, r->etag, r->version_id,
		    false);
		return add(s->found, row, e);
	case ROW_PROOF:
		forget(s->found, r->remote_key, r->etag, r->version_id,
		    true);
		return 0;
	case ROW_DELETE:
		forget(s->found, d->remote_key, d->etag, d->version_id,
		    false);
		return 0;
	default:
		return 0;
	}
}

/* The store that a row is about; none for rows of other kinds. */
static struct span
store_of(const struct row *row)
{
	return row->kind == ROW_DELETE ? row->of.delete.store_ref :
	    row->kind == ROW_FAIL || row->kind == ROW_PROOF ?
	    row->of.outcome.store_ref : (struct span){ NULL, 0 };
}

static int
search(struct search *s, const char *ledger, struct err *e)
{
	struct rows *rows = NULL;
	struct row row;
	int rc = rows_open(&rows, ledger, e);

	while (rc == 0 && (rc = rows_next(rows, &row, e)) == 1) {
		rc = 0;
		if (row.kind == ROW_BEGIN)
			s->sends = span_is(row.of.begin.command, "push") ||
			    span_is(row.of.begin.command, "put");
		else if (span_is(store_of(&row), s->there->store_ref))
			rc = take(s, &row, e);
		facts_apply(&s->facts, &row);
	}
	rows_close(rows);
	return rc;
}

int
abort_wrong_find(struct abort_wrong *w, const char *ledger,
    const struct unfinished_place *there, struct err *e)
{
	struct search *s = calloc(1, sizeof(*s));
	int rc;

	if (s == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for facts");
	s->found = w;
	s->there = there;
	rc = search(s, ledger, e);
	free(s);
	return rc;
}

void
abort_wrong_free(struct abort_wrong *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->one[i].text);
	free(w->one);
	*w = (struct abort_wrong){ .n = 0 };
}

/* --- Removing ------------------------------------------------------------- */

int
abort_wrong_way(const struct run *run, const struct abort_wrong_one *one,
    enum object_way *way, struct err *e)
{
	const struct facts *f = run->history.facts;

	*way = OBJECT_BY_VERSION;
	if (one->generation.version_id[0] != '\0')
		return 0;
	*way = OBJECT_BY_ETAG;
	if (f != NULL && f->probed_at != FORM_NONE && f->delete_if_match &&
	    !f->versioned)
		return 0;
	err_set(e, ERR_PLAN_UNFIT, "this store removes whatever is at a key, "
	    "be it ours or not");
	return err_advise(e, "where the key is made of content: consign push "
	    "--only ID --force-reupload");
}

static int
put_on_record(struct run *run, const struct abort_wrong_one *one,
    struct err *e)
{
	const struct object *g = &one->generation;
	struct row row = { .kind = ROW_DELETE, .of.delete = {
		.begin_seq = run->history.begin_seq,
		.store_ref = span_of(run->store.store_ref),
		.object_id = one->object_id,
		.path = one->path,
		.remote_key = one->key,
		.reason = span_of("proven_wrong"),
	} };

	if (g->etag[0] != '\0')
		row.of.delete.etag = span_of(g->etag);
	if (g->version_id[0] != '\0')
		row.of.delete.version_id = span_of(g->version_id);
	if (history_append(&run->history, &row, e) != 0)
		return -1;
	return history_sync(&run->history, e);
}

int
abort_wrong_remove(struct run *run, const struct abort_wrong_one *one,
    struct err *e)
{
	struct history_cost cost = { .objects = 0 };
	char raw[REPORT_KEY_MAX + 1];
	enum object_way way;
	struct buf key;

	buf_fixed(&key, raw, sizeof(raw));
	if (text_unescape(&key, one->key) != 0 || !buf_ok(&key))
		return err_set(e, ERR_LEDGER_BROKEN, "no store can have such "
		    "a key");
	if (abort_wrong_way(run, one, &way, e) != 0)
		return -1;
	cost.requests[provider_class(run->provider, S3_DELETE)] = 1;
	if (history_reserve(&run->history, &cost, e) != 0 ||
	    object_delete(&run->session->client, buf_as_span(&key),
	    &one->generation, way, e) != 0)
		return -1;
	return put_on_record(run, one, e);
}
