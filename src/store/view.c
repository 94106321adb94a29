/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <string.h>

#include "file.h"
#include "pages.h"

#include "chain.h"
#include "manifest_apply.h"
#include "row.h"

#include "view.h"

/* --- Opening: the manifest's first line, and the ledger's tail ------------ */

static int
note_row(struct view *v, const struct chain_row *from, struct err *e)
{
	struct span path, id;
	struct row row;

	if (row_read(&row, from, &v->row_scratch, e) != 0)
		return -1;
	if ((row.seq == 0) != (row.kind == ROW_GENESIS))
		return err_set(e, ERR_LEDGER_BROKEN,
		    "ledger row %lld: genesis is row 0, and no other",
		    (long long)row.seq);
	if (row.kind == ROW_GENESIS) {
		id = row.of.genesis.archive_id;
		memcpy(v->archive_id, id.p, id.len);
		v->archive_id[id.len] = '\0';
	}
	facts_apply(&v->facts, &row);
	if (!manifest_apply_path(&row, &path))
		return 0;
	return sorter_add(&v->sorter, path, from->line, e);
}

/* A ledger that is not there: not yet, or lost? */
static int
no_ledger(const struct view *v, const struct view_args *args, struct err *e)
{
	if (e->sys != ENOENT)
		return -1;
	if (!v->has_old) {
		err_clear(e);
		return 0;
	}
	err_set(e, ERR_LEDGER_BROKEN, "there is a manifest, but no ledger "
	    "'%s'", args->ledger);
	return err_advise(e, "find the ledger that belongs to it");
}

/* Read all rows behind the mark of the manifest. */
static int
read_tail(struct view *v, const struct view_args *args, struct err *e)
{
	struct chain_row row;
	int rc;

	if (ledger_scan_open(&v->end, args->ledger,
	    v->has_old ? &v->old.mark : NULL, e) != 0)
		return no_ledger(v, args, e);
	v->has_ledger = true;
	while ((rc = ledger_scan_next(&v->end, &row, e)) == 1)
		if (note_row(v, &row, e) != 0)
			return -1;
	return rc < 0 ? -1 : v->end.mark.rows > 0;
}

static int
open_manifest(struct view *v, const struct view_args *args, struct err *e)
{
	int rc = args->anew ? 0 : manifest_open(&v->old, args->manifest, e);

	if (rc <= 0)
		return rc;
	v->has_old = true;
	v->manifest_rows = v->old.mark.rows;
	memcpy(v->archive_id, v->old.archive_id, sizeof(v->archive_id));
	facts_copy(&v->facts, &v->old.facts);
	return 0;
}

int
view_open(struct view *v, const struct view_args *args, struct err *e)
{
	int rc;

	sorter_init(&v->sorter, args->beside, args->rng);
	for (size_t i = 0; i < 2; i++) {
		buf_fixed(&v->text[i], v->text_bytes[i],
		    sizeof(v->text_bytes[i]));
		buf_fixed(&v->scratch[i], v->scratch_bytes[i],
		    sizeof(v->scratch_bytes[i]));
	}
	buf_fixed(&v->row_scratch, v->row_bytes, sizeof(v->row_bytes));
	if (open_manifest(v, args, e) != 0)
		return -1;
	rc = read_tail(v, args, e);
	if (rc == 1 && sorter_begin(&v->sorter, e) != 0)
		return -1;
	return rc;
}

const struct facts *
view_facts(const struct view *v, struct span store_ref)
{
	return facts_find(&v->facts, store_ref);
}

/* --- A line that rows are applied to -------------------------------------- */

/* Begin with the old line, or with none. */
static int
begin_line(struct view *v, const struct span *raw, struct err *e)
{
	v->now = 0;
	v->line = (struct manifest_line){ .nplaces = 0 };
	if (raw == NULL)
		return 0;
	buf_reset(&v->text[0]);
	buf_span(&v->text[0], *raw);
	buf_putc(&v->text[0], '\n');
	return manifest_parse(&v->line, (struct span){ v->text[0].data,
	    raw->len }, &v->scratch[0], e);
}

/*
 * Apply one row, and make the line independent of it: written to the buffers
 * that are free, and read back from there.
 */
static int
apply_row(struct view *v, const struct row *row, struct err *e)
{
	size_t to = 1 - v->now;

	if (manifest_apply(&v->line, row, e) != 0)
		return -1;
	if (v->line.object_id.p == NULL)
		return 0;
	buf_reset(&v->text[to]);
	if (manifest_write(&v->text[to], &v->line, e) != 0)
		return -1;
	v->now = to;
	return manifest_parse(&v->line, (struct span){ v->text[to].data,
	    v->text[to].len - 1 }, &v->scratch[to], e);
}

/*
 * Apply all rows of the path that rows are at, to the old line if there is
 * one.  1 where there is a line then.
 */
static int
apply_rows(struct view *v, const struct span *old, struct err *e)
{
	struct view_head *rows = &v->from_rows;
	char path[SORTER_KEY_MAX];
	struct span now = { path, rows->path.len };
	struct chain_row from;
	struct row row;

	memcpy(path, rows->path.p, rows->path.len);
	if (begin_line(v, old, e) != 0)
		return -1;
	while (rows->rc == 1 && span_eq(rows->path, now)) {
		if (chain_parse_alone(&from, rows->text, e) != 0 ||
		    row_read(&row, &from, &v->row_scratch, e) != 0 ||
		    apply_row(v, &row, e) != 0)
			return -1;
		rows->rc = sorter_next(&v->sorter, &rows->path, &rows->text,
		    e);
	}
	if (rows->rc < 0)
		return -1;
	return v->line.object_id.p != NULL;
}

/* --- Merging -------------------------------------------------------------- */

static int
next_old(struct view *v, struct err *e)
{
	struct view_head *old = &v->from_old;

	old->rc = v->has_old ? manifest_next_raw(&v->old, &old->path,
	    &old->text, e) : 0;
	v->given = false;
	return old->rc < 0 ? -1 : 0;
}

static int
begin(struct view *v, struct err *e)
{
	struct view_head *rows = &v->from_rows;

	if (next_old(v, e) != 0)
		return -1;
	rows->rc = sorter_next(&v->sorter, &rows->path, &rows->text, e);
	v->begun = true;
	return rows->rc < 0 ? -1 : 0;
}

int
view_next_raw(struct view *v, struct span *raw, struct err *e)
{
	const struct view_head *old = &v->from_old, *rows = &v->from_rows;
	int c, rc;

	if (!v->begun && begin(v, e) != 0)
		return -1;
	for (;;) {
		/* Not before: what was given was to stay until now. */
		if (v->given && next_old(v, e) != 0)
			return -1;
		if (old->rc != 1 && rows->rc != 1)
			return old->rc < 0 || rows->rc < 0 ? -1 : 0;
		c = old->rc != 1 ? 1 : rows->rc != 1 ? -1 :
		    span_compare(old->path, rows->path);
		v->given = c <= 0;
		if (c < 0) {
			*raw = old->text;
			return 1;
		}
		rc = apply_rows(v, c == 0 ? &old->text : NULL, e);
		if (rc < 0)
			return -1;
		*raw = (struct span){ v->text[v->now].data,
		    v->text[v->now].len - 1 };
		if (rc == 1)
			return 1;
	}
}

int
view_next(struct view *v, struct manifest_line *line, struct err *e)
{
	struct span raw;
	int rc = view_next_raw(v, &raw, e);

	if (rc != 1)
		return rc;
	return manifest_parse(line, raw, &v->row_scratch, e) == 0 ? 1 : -1;
}

void
view_close(struct view *v)
{
	manifest_close(&v->old);
	ledger_scan_close(&v->end);
	sorter_free(&v->sorter);
}

void
view_shed(struct view *v)
{
	view_close(v);
	pages_drop(&v->end, sizeof(*v) - offsetof(struct view, end));
}
