/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "reader.h"
#include "receipt.h"
#include "record.h"
#include "row.h"
#include "strays.h"
#include "text.h"

#include "receipts.h"

#define AT(member) offsetof(struct options, member)

const struct field receipts_fields[] = {
	{ .name = "all", .type = FIELD_FLAG, .offset = AT(receipts.all),
	  .what = "those that no row of the ledger names, too" },
	{ .name = "only", .type = FIELD_LIST, .offset = AT(selection.only),
	  .value = "sha256:HEX", .what = "of objects of this id; repeatable" },
	{ .name = NULL }
};

/* Large. */
struct receipts {
	struct app *app;
	struct reader *reader;
	const char *store;		/* store_ref that is meant, or NULL */
	bool any;			/* something was said */

	int64_t named, bad;		/* by rows; of these not whole */
	struct err first_bad;

	struct strays strays;		/* for --all */
	struct receipt_room room;
	char scratch[RECORD_SIZE_MAX];
	char text[RECEIPT_MAX + 2048];
};

/* What became of the file of a receipt. */
enum verdict {
	WHOLE,
	MISSING,
	CHANGED,
	UNREADABLE,
	UNNAMED
};

static const char *const verdict_words[] = {
	"whole", "missing", "changed", "unreadable", "unnamed"
};

/* One, as it is said. */
struct shown {
	enum verdict verdict;
	struct span name;		/* its id, or the file's */
	const struct receipt *receipt;	/* NULL: it can not be believed */
	const struct row *row;		/* that names it, or NULL */
	const char *why;
};

static bool
is_meant(const struct receipts *r, struct span store, struct span object_id)
{
	return (r->store == NULL || span_is(store, r->store)) &&
	    reader_means(r->reader, object_id);
}

/* --- Saying it ------------------------------------------------------------ */

static void
put_row(struct buf *b, const struct shown *s)
{
	const struct row_outcome *o;

	record_str(b, s->row != NULL ? "receipt_id" : "file", s->name);
	if (s->row != NULL) {
		o = &s->row->of.outcome;
		record_str(b, "object_id", o->object_id);
		record_str(b, "path", o->path);
		record_str(b, "store_ref", o->store_ref);
	}
	record_str(b, "message", span_of(s->why));
}

static int
say_row(struct receipts *r, const struct shown *s, struct err *e)
{
	struct buf b;

	buf_fixed(&b, r->text, sizeof(r->text));
	record_begin(&b);
	if (s->receipt == NULL)
		put_row(&b, s);
	else if (receipt_put(&b, s->receipt, e) != 0)
		return -1;
	if (s->row != NULL)
		record_int(&b, "named_by", s->row->seq);
	record_str(&b, "verdict", span_of(verdict_words[s->verdict]));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(r->app->out, buf_as_span(&b), e);
}

static void
put_line(struct buf *b, const struct shown *s)
{
	const struct receipt *r = s->receipt;

	buf_span(b, s->name);
	if (s->verdict != WHOLE)
		buf_printf(b, "  %s", verdict_words[s->verdict]);
	if (r == NULL) {
		buf_puts(b, ": ");
		text_clean(b, span_of(s->why));
		return;
	}
	buf_puts(b, "  ");
	buf_span(b, r->result_status);
	buf_puts(b, "  ");
	buf_span(b, r->proof);
	buf_puts(b, "  ");
	buf_span(b, r->store_ref);
	buf_puts(b, "  ");
	buf_span(b, r->path);
}

static int
say(struct receipts *r, const struct shown *s, struct err *e)
{
	struct buf b;

	r->any = true;
	if (r->app->opt->global.json)
		return say_row(r, s, e);
	buf_fixed(&b, r->text, sizeof(r->text));
	put_line(&b, s);
	buf_putc(&b, '\n');
	BUG_ON(!buf_ok(&b));
	return out_bytes(r->app->out, buf_as_span(&b), e);
}

/* --- Those that rows name ------------------------------------------------- */

/* Why one could not be read: the file's fault, or the machine's? */
static enum verdict
judge(const struct err *why)
{
	if (why->code != ERR_IO_ERROR || why->sys == 0 || why->sys == ELOOP)
		return CHANGED;
	return why->sys == ENOENT || why->sys == ENOTDIR ? MISSING :
	    UNREADABLE;
}

/* The first, but for that what is not whole comes before all else. */
static void
keep_bad(struct receipts *r, enum verdict verdict, const struct err *why)
{
	bool worse = verdict != UNREADABLE &&
	    r->first_bad.code == ERR_IO_ERROR;

	r->bad++;
	if (r->bad > 1 && !worse)
		return;
	r->first_bad = *why;
	if (verdict == UNREADABLE)
		return;
	r->first_bad.code = ERR_LEDGER_BROKEN;
	err_advise(&r->first_bad, "restore the state folder from a copy");
}

static int
show_named(struct receipts *r, const struct row *row, struct err *e)
{
	const struct row_outcome *o = &row->of.outcome;
	struct shown s = { .verdict = WHOLE, .name = o->receipt, .row = row };
	char hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct receipt receipt;
	struct err why = {0};

	r->named++;
	if (receipt_read(&receipt, r->reader->archive.state, o->receipt,
	    &r->room, digest, &why) == 0) {
		hex_encode(hex, digest, sizeof(digest));
		if (span_is(o->receipt_sha256, hex)) {
			s.receipt = &receipt;
			return say(r, &s, e);
		}
		err_set(&why, ERR_LEDGER_BROKEN, "receipt %.*s: its bytes are "
		    "not those that ledger row %" PRId64 " names",
		    (int)o->receipt.len, o->receipt.p, row->seq);
	}
	s.verdict = judge(&why);
	s.why = why.msg;
	keep_bad(r, s.verdict, &why);
	return say(r, &s, e);
}

static int
take_row(struct receipts *r, const struct chain_row *raw, struct err *e)
{
	const struct row_outcome *o;
	struct buf scratch;
	struct row row;
	int kind = row_kind_of(raw);

	if (kind != ROW_PROOF && kind != ROW_FAIL && kind != ROW_ADOPT)
		return 0;
	buf_fixed(&scratch, r->scratch, sizeof(r->scratch));
	if (row_read(&row, raw, &scratch, e) != 0)
		return -1;
	o = &row.of.outcome;
	if (o->receipt.p == NULL)
		return 0;
	if (r->app->opt->receipts.all &&
	    strays_named(&r->strays, o->receipt, e) != 0)
		return -1;
	if (!is_meant(r, o->store_ref, o->object_id))
		return 0;
	reader_met(r->reader, o->object_id);
	return show_named(r, &row, e);
}

static int
read_ledger(struct receipts *r, struct err *e)
{
	struct chain_row raw;
	int rc;

	while ((rc = reader_next_row(r->reader, &raw, e)) == 1)
		if (take_row(r, &raw, e) != 0)
			return -1;
	return rc;
}

/* --- Those that none names ------------------------------------------------ */

static int
show_unnamed(struct receipts *r, struct span file, struct err *e)
{
	struct shown s = { .verdict = UNNAMED, .name = file };
	uint8_t digest[SHA256_LEN];
	struct receipt receipt;
	struct err why = {0};
	struct span id;

	if (!strays_id(file, &id)) {
		s.why = "no receipt has such a name";
	} else if (receipt_read(&receipt, r->reader->archive.state, id,
	    &r->room, digest, &why) != 0) {
		s.why = why.msg;
	} else {
		s.name = id;
		s.receipt = &receipt;
		if (!is_meant(r, receipt.store_ref, receipt.object_id))
			return 0;
		reader_met(r->reader, receipt.object_id);
		return say(r, &s, e);
	}
	/* Whose it is cannot be told. */
	if (r->store != NULL || !reader_means(r->reader, span_of("")))
		return 0;
	return say(r, &s, e);
}

static int
show_strays(struct receipts *r, struct err *e)
{
	struct span file;
	int rc;

	while ((rc = strays_next(&r->strays, &file, e)) == 1)
		if (show_unnamed(r, file, e) != 0)
			return -1;
	return rc;
}

/* --- All of it ------------------------------------------------------------ */

static int
finish(struct receipts *r, struct err *e)
{
	if (r->bad > 0) {
		*e = r->first_bad;
		return r->bad == 1 ? -1 : err_ctx(e, "%" PRId64 " of %" PRId64
		    " receipts are not as they were written, the first",
		    r->bad, r->named);
	}
	if (reader_finish(r->reader, e) != 0)
		return -1;
	if (r->store == NULL || r->any)
		return 0;
	err_set(e, ERR_NOT_FOUND, "there is no receipt of store '%s'",
	    r->store);
	return err_advise(e, "see 'consign status' for the stores that there "
	    "are");
}

static int
run(struct receipts *r, struct err *e)
{
	const bool all = r->app->opt->receipts.all;

	if (reader_open(&r->reader, r->app, e) != 0)
		return -1;
	r->store = reader_store(r->reader);
	/* The folder first: what a run adds while this reads is named later. */
	if ((all && strays_open(&r->strays, &r->reader->archive, r->app->rng,
	    e) != 0) || read_ledger(r, e) != 0 ||
	    (all && show_strays(r, e) != 0))
		return -1;
	return finish(r, e);
}

int
receipts_run(struct app *app, struct err *e)
{
	struct receipts *r = calloc(1, sizeof(*r));
	int rc;

	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for receipts");
	r->app = app;
	rc = run(r, e);
	strays_close(&r->strays);
	reader_close(r->reader);
	free(r);
	return rc;
}
