/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "hex.h"

#include "manifest.h"
#include "manifest_apply.h"
#include "row.h"
#include "sink.h"
#include "sorter.h"

#include "manifest_update.h"

#define MANIFEST_MODE 0644	/* everybody may read history */

/* A line of the manifest while rows are applied to it. */
struct state {
	struct manifest_line line;
	size_t now;			/* which of text line points into */
	struct buf text[2];
	struct buf scratch[2];
	char text_bytes[2][MANIFEST_LINE_MAX + 2];
	char scratch_bytes[2][RECORD_SIZE_MAX];
};

/* All that an update needs, allocated once. */
struct work {
	const struct manifest_update *args;
	struct manifest old;
	bool have_old;
	char archive_id[256 + 1];	/* as long as a FORM_WORD */
	int64_t last_end_at;
	struct sorter sorter;
	struct state state;
	struct sink sink;
	struct file_tmp tmp;
	struct buf scratch;
	char scratch_bytes[RECORD_SIZE_MAX];
};

/* --- Reading the tail ----------------------------------------------------- */

static int
note_row(struct work *w, const struct chain_row *from, int64_t at,
    struct err *e)
{
	struct row row;
	struct span path;

	if (row_read(&row, from, &w->scratch, e) != 0)
		return -1;
	if ((row.seq == 0) != (row.kind == ROW_GENESIS))
		return err_set(e, ERR_LEDGER_BROKEN,
		    "ledger row %lld: genesis is row 0, and no other",
		    (long long)row.seq);
	if (row.kind == ROW_GENESIS) {
		memcpy(w->archive_id, row.of.genesis.archive_id.p,
		    row.of.genesis.archive_id.len);
		w->archive_id[row.of.genesis.archive_id.len] = '\0';
	}
	if (row.kind == ROW_END)
		w->last_end_at = at;
	if (!manifest_apply_path(&row, &path))
		return 0;
	return sorter_add(&w->sorter, path, from->line, e);
}

/* Read all rows behind the mark of the old manifest. */
static int
read_tail(struct work *w, struct ledger_scan *scan, struct err *e)
{
	const struct ledger_mark *mark = w->have_old ? &w->old.mark : NULL;
	struct chain_row row;
	int64_t at;
	int rc;

	if (ledger_scan_open(scan, w->args->ledger, mark, e) != 0)
		return -1;
	for (;;) {
		at = scan->mark.at;
		rc = ledger_scan_next(scan, &row, e);
		if (rc != 1)
			break;
		if (note_row(w, &row, at, e) != 0) {
			rc = -1;
			break;
		}
	}
	ledger_scan_close(scan);
	return rc;
}

/* --- Merging -------------------------------------------------------------- */

static void
state_init(struct state *s)
{
	for (size_t i = 0; i < 2; i++) {
		buf_fixed(&s->text[i], s->text_bytes[i],
		    sizeof(s->text_bytes[i]));
		buf_fixed(&s->scratch[i], s->scratch_bytes[i],
		    sizeof(s->scratch_bytes[i]));
	}
}

/*
 * Apply one row, and make the line independent of it: written to the buffers
 * that are free, and read back from there.
 */
static int
state_apply(struct state *s, const struct row *row, struct err *e)
{
	size_t to = 1 - s->now;
	struct span raw;

	if (manifest_apply(&s->line, row, e) != 0)
		return -1;
	if (s->line.object_id.p == NULL)
		return 0;
	buf_reset(&s->text[to]);
	if (manifest_write(&s->text[to], &s->line, e) != 0)
		return -1;
	raw = buf_as_span(&s->text[to]);
	raw.len--;	/* its line feed */
	s->now = to;
	return manifest_parse(&s->line, raw, &s->scratch[to], e);
}

/* Begin with the old line, or with none. */
static int
state_begin(struct state *s, const struct span *raw, struct err *e)
{
	s->now = 0;
	s->line = (struct manifest_line){ .nplaces = 0 };
	if (raw == NULL)
		return 0;
	buf_reset(&s->text[0]);
	buf_span(&s->text[0], *raw);
	buf_putc(&s->text[0], '\n');
	return manifest_parse(&s->line, (struct span){ s->text[0].data,
	    raw->len }, &s->scratch[0], e);
}

/* One of the two streams that are merged: its next, if rc is 1. */
struct head {
	int rc;
	struct span path, text;
};

/* Apply all rows of the path that rows is at, to the old line if any. */
static int
merge_path(struct work *w, struct head *rows, const struct span *old,
    struct err *e)
{
	char path[SORTER_KEY_MAX];
	struct span now = { path, rows->path.len };
	struct chain_row from;
	struct row row;

	memcpy(path, rows->path.p, rows->path.len);
	if (state_begin(&w->state, old, e) != 0)
		return -1;
	while (rows->rc == 1 && span_eq(rows->path, now)) {
		if (chain_parse_alone(&from, rows->text, e) != 0 ||
		    row_read(&row, &from, &w->scratch, e) != 0 ||
		    state_apply(&w->state, &row, e) != 0)
			return -1;
		rows->rc = sorter_next(&w->sorter, &rows->path, &rows->text,
		    e);
	}
	if (rows->rc < 0)
		return -1;
	if (w->state.line.object_id.p == NULL)
		return 0;
	return sink_put(&w->sink, buf_as_span(&w->state.text[w->state.now]),
	    e);
}

static int
copy_line(struct work *w, struct span raw, struct err *e)
{
	if (sink_put(&w->sink, raw, e) != 0)
		return -1;
	return sink_put(&w->sink, (struct span){ "\n", 1 }, e);
}

static void
next_old(struct work *w, struct head *old, struct err *e)
{
	old->rc = w->have_old ? manifest_next_raw(&w->old, &old->path,
	    &old->text, e) : 0;
}

static int
merge(struct work *w, struct err *e)
{
	struct head old, rows;

	next_old(w, &old, e);
	rows.rc = sorter_next(&w->sorter, &rows.path, &rows.text, e);
	while (old.rc == 1 || rows.rc == 1) {
		int c = old.rc != 1 ? 1 : rows.rc != 1 ? -1 :
		    span_compare(old.path, rows.path);

		if (old.rc < 0 || rows.rc < 0)
			return -1;
		if (c < 0 && copy_line(w, old.text, e) != 0)
			return -1;
		if (c >= 0 && merge_path(w, &rows, c == 0 ? &old.text : NULL,
		    e) != 0)
			return -1;
		if (c <= 0)
			next_old(w, &old, e);
	}
	return old.rc < 0 || rows.rc < 0 ? -1 : 0;
}

static int
write_head(struct work *w, const struct ledger_mark *mark, struct err *e)
{
	char hex[CHAIN_HEX_LEN + 1], storage[1024];
	struct manifest_head head = {
		.schema = span_of(MANIFEST_SCHEMA),
		.archive_id = span_of(w->archive_id),
		.ledger_rows = mark->rows,
		.ledger_at = mark->at,
		.ledger_chain = { hex, CHAIN_HEX_LEN },
		.last_end_at = w->last_end_at,
	};
	struct buf b;

	hex_encode(hex, mark->chain, CHAIN_LEN);
	buf_fixed(&b, storage, sizeof(storage));
	if (manifest_write_head(&b, &head, e) != 0)
		return -1;
	return sink_put(&w->sink, buf_as_span(&b), e);
}

/* --- All of it ------------------------------------------------------------ */

static int
replace(struct work *w, const struct ledger_mark *mark, struct err *e)
{
	const struct manifest_update *u = w->args;
	int rc = -1;

	if (sorter_begin(&w->sorter, e) != 0 ||
	    file_tmp_create(&w->tmp, u->manifest, true, u->rng, e) != 0)
		return -1;
	sink_init(&w->sink, &w->tmp, u->guard);
	if (write_head(w, mark, e) == 0 && merge(w, e) == 0 &&
	    sink_flush(&w->sink, e) == 0 &&
	    file_tmp_commit(&w->tmp, MANIFEST_MODE, e) == 0)
		rc = 0;
	file_tmp_discard(&w->tmp);
	return rc;
}

static int
open_old(struct work *w, struct err *e)
{
	int rc = w->args->anew ? 0 : manifest_open(&w->old,
	    w->args->manifest, e);

	if (rc <= 0)
		return rc;
	w->have_old = true;
	memcpy(w->archive_id, w->old.head.archive_id.p,
	    w->old.head.archive_id.len);
	w->last_end_at = w->old.head.last_end_at;
	return 0;
}

int
manifest_update(const struct manifest_update *u, struct ledger_scan *scan,
    struct err *e)
{
	struct work *w = calloc(1, sizeof(*w));
	int64_t before;
	int rc = -1;

	if (w == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the manifest");
	w->args = u;
	sorter_init(&w->sorter, u->manifest, u->rng);
	state_init(&w->state);
	buf_fixed(&w->scratch, w->scratch_bytes, sizeof(w->scratch_bytes));
	if (open_old(w, e) != 0)
		goto done;
	before = w->have_old ? w->old.mark.rows : 0;
	if (read_tail(w, scan, e) != 0)
		goto done;
	rc = scan->mark.rows > before ?
	    replace(w, &scan->mark, e) : 0;
done:
	manifest_close(&w->old);
	sorter_free(&w->sorter);
	free(w);
	return rc;
}
