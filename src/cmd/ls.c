/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "manifest.h"
#include "origin.h"
#include "plan.h"
#include "reader.h"
#include "record.h"
#include "row.h"
#include "sorter.h"
#include "utc.h"

#include "ls.h"

#define AT(member) offsetof(struct options, member)

const struct field ls_fields[] = {
	{ .name = "path", .type = FIELD_TEXT, .offset = AT(ls.path),
	  .value = "PREFIX", .what = "objects whose paths begin with this" },
	{ .name = "only", .type = FIELD_LIST, .offset = AT(selection.only),
	  .value = "sha256:HEX", .what = "objects of this id; repeatable" },
	{ .name = NULL }
};

/*
 * "SEQ:CHAIN", and behind blanks the object that the row admitted, and its
 * origin.
 */
#define REF_MAX (20 + 1 + CHAIN_HEX_LEN)
#define ADMITTED_MAX (REF_MAX + 1 + 7 + SHA256_HEX_LEN + 1 + ORIGIN_MAX)

/* A line of the manifest and a field; or the same for people. */
#define TEXT_SIZE (MANIFEST_LINE_MAX + 256)

/* Large. */
struct ls {
	struct app *app;
	struct reader *reader;
	const char *path;		/* what is asked for begins so */
	bool any;			/* it was met */

	/* Rows that admitted what is asked for, by path; for --json. */
	struct sorter sorter;
	int rc;				/* 1: at and ref are the next */
	struct span at, ref;

	char scratch[RECORD_SIZE_MAX];
	char text[TEXT_SIZE];
};

static bool
is_meant(const struct ls *l, struct span path, struct span object_id)
{
	return (l->path == NULL || span_starts(path, l->path)) &&
	    reader_means(l->reader, object_id);
}

/* --- Admission references ------------------------------------------------- */

static int
note_row(struct ls *l, const struct chain_row *raw, struct err *e)
{
	char text[ADMITTED_MAX + 1], hex[CHAIN_HEX_LEN + 1];
	struct span id;
	struct buf b;
	struct row row;

	if (row_kind_of(raw) != ROW_ADMIT)
		return 0;
	buf_fixed(&b, l->scratch, sizeof(l->scratch));
	if (row_read(&row, raw, &b, e) != 0)
		return -1;
	id = row.of.admit.object_id;
	if (!is_meant(l, row.of.admit.path, id))
		return 0;
	hex_encode(hex, raw->chain, CHAIN_LEN);
	buf_fixed(&b, text, sizeof(text));
	buf_printf(&b, "%" PRId64 ":%s ", row.seq, hex);
	buf_span(&b, id);
	buf_putc(&b, ' ');
	buf_span(&b, row.of.admit.origin);
	if (!buf_ok(&b))
		return err_set(e, ERR_LEDGER_BROKEN, "ledger row %" PRId64
		    ": its origin is too long", row.seq);
	return sorter_add(&l->sorter, row.of.admit.path, buf_as_span(&b), e);
}

/*
 * One pass over the whole ledger: its chain is checked, and so is what a
 * reference says.  What was admitted earlier at a path is sorted, too, for a
 * run at work may admit it anew while this reads.
 */
static int
read_references(struct ls *l, struct err *e)
{
	struct chain_row raw;
	int rc;

	sorter_init(&l->sorter, l->reader->archive.manifest, l->app->rng);
	while ((rc = reader_next_row(l->reader, &raw, e)) == 1)
		if (note_row(l, &raw, e) != 0)
			return -1;
	if (rc != 0 || sorter_begin(&l->sorter, e) != 0)
		return -1;
	l->rc = sorter_next(&l->sorter, &l->at, &l->ref, e);
	return l->rc < 0 ? -1 : 0;
}

/* Is the next one of the rows that which the line names? */
static bool
is_its_row(const struct ls *l, const struct manifest_line *line,
    struct span *ref, struct span *origin)
{
	char seq[32];
	struct span id, rest = span_cut(l->ref, ' ', ref);
	struct buf b;

	*origin = span_cut(rest, ' ', &id);

	buf_fixed(&b, seq, sizeof(seq));
	buf_printf(&b, "%" PRId64 ":", line->admit_seq);
	return span_eq(l->at, line->path) && span_starts(*ref, seq) &&
	    span_eq(id, line->object_id);
}

/* Paths come in the same order here and there. */
static int
find_reference(struct ls *l, const struct manifest_line *line,
    struct span *ref, struct span *origin, struct err *e)
{
	while (l->rc == 1 && span_compare(l->at, line->path) <= 0) {
		if (is_its_row(l, line, ref, origin))
			return 0;
		l->rc = sorter_next(&l->sorter, &l->at, &l->ref, e);
	}
	if (l->rc < 0)
		return -1;
	err_set(e, ERR_LEDGER_BROKEN, "%.*s: ledger row %" PRId64 ", which "
	    "the manifest names, did not admit it", (int)line->path.len,
	    line->path.p, line->admit_seq);
	return err_advise(e, "make the manifest anew with 'consign ledger "
	    "rebuild'");
}

/* --- Saying it ------------------------------------------------------------ */

static void
put_place(struct buf *out, const struct manifest_place *p)
{
	char iso[UTC_ISO_LEN + 1];

	buf_puts(out, "  ");
	buf_span(out, p->store);
	if (!plan_is_proven(p->availability, p->proof)) {
		buf_puts(out, " ");
		buf_span(out, p->availability);
	} else if (p->proven_at >= 0) {
		utc_iso(iso, p->proven_at);
		buf_printf(out, " proven %s", iso);
	} else {
		buf_puts(out, " proven");
	}
}

static int
say_line(struct ls *l, struct manifest_line *line, struct err *e)
{
	struct buf b;

	buf_fixed(&b, l->text, sizeof(l->text));
	buf_span(&b, line->path);
	buf_printf(&b, "  %" PRId64 "  ", line->size_bytes);
	buf_span(&b, line->object_id);
	for (size_t i = 0; i < line->nplaces; i++)
		put_place(&b, &line->place[i]);
	if (line->nplaces == 0)
		buf_puts(&b, "  nowhere");
	buf_putc(&b, '\n');
	BUG_ON(!buf_ok(&b));
	return out_bytes(l->app->out, buf_as_span(&b), e);
}

/* The line as the manifest has it, and fields of the row behind it. */
static int
say_row(struct ls *l, struct manifest_line *line, struct err *e)
{
	struct span ref, origin;
	struct buf b;

	if (find_reference(l, line, &ref, &origin, e) != 0)
		return -1;
	line->origin = (struct span){ NULL, 0 };
	buf_fixed(&b, l->text, sizeof(l->text));
	if (manifest_write(&b, line, e) != 0)
		return -1;
	b.len -= strlen("}\n");
	record_str(&b, "origin", origin);
	record_str(&b, "admission_ref", ref);
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(l->app->out, buf_as_span(&b), e);
}

static int
list(struct ls *l, struct err *e)
{
	bool json = l->app->opt->global.json;
	struct manifest_line line;
	int rc;

	/* The view first: the rows that it knows are in the ledger then. */
	if (reader_open(&l->reader, l->app, e) != 0 ||
	    reader_view(l->reader, e) != 0 ||
	    (json && read_references(l, e) != 0))
		return -1;
	while ((rc = reader_next(l->reader, &line, e)) == 1) {
		if (!is_meant(l, line.path, line.object_id))
			continue;
		l->any = true;
		reader_met(l->reader, line.object_id);
		if ((json ? say_row : say_line)(l, &line, e) != 0)
			return -1;
	}
	if (rc != 0 || reader_finish(l->reader, e) != 0)
		return -1;
	if (l->path == NULL || l->any)
		return 0;
	err_set(e, ERR_NOT_FOUND, "no object's path begins with '%s'",
	    l->path);
	return err_advise(e, "give it as 'consign ls' prints it: "
	    "SOURCE/NAME");
}

int
ls_run(struct app *app, struct err *e)
{
	struct ls *l = calloc(1, sizeof(*l));
	int rc;

	if (l == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a list");
	l->app = app;
	l->path = app->opt->ls.path;
	rc = list(l, e);
	reader_close(l->reader);
	sorter_free(&l->sorter);
	free(l);
	return rc;
}
