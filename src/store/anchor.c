/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "hex.h"
#include "num.h"
#include "record.h"

#include "anchor.h"

#define SUFFIX_LEN 8

/* --- The document --------------------------------------------------------- */

/* As it stands there. */
struct document {
	struct span schema, archive_id;
	int64_t seq, time;
	struct span previous, writer, sig;
};

static const struct form_field fields[] = {
	FORM_NEED(document, schema, FORM_WORD),
	FORM_NEED(document, archive_id, FORM_WORD),
	FORM_NEED(document, seq, FORM_COUNT),
	FORM_NEED(document, time, FORM_TIME),
	FORM_NEED(document, previous, FORM_HEX64),
	FORM_NEED(document, writer, FORM_HEX16),
	FORM_NEED(document, sig, FORM_HEX128),
	{ .name = NULL }
};

void
anchor_write(struct buf *out, const struct anchor *a)
{
	char previous[CHAIN_HEX_LEN + 1];
	const struct document d = { .schema = span_of(ANCHOR_SCHEMA),
	    .archive_id = span_of(a->archive_id), .seq = a->seq,
	    .time = a->time, .previous = { previous, CHAIN_HEX_LEN },
	    .writer = span_of(a->by.writer), .sig = span_of(a->by.sig) };
	struct err never = {0};

	hex_encode(previous, a->previous, CHAIN_LEN);
	record_begin(out);
	BUG_ON(form_write(out, fields, &d, 0, &never) != 0);
	record_end(out);
}

static int
not_one(const char *why, struct err *e)
{
	return err_set(e, ERR_LEDGER_BROKEN, "an anchor %s", why);
}

static int
read_fields(struct anchor *a, const struct document *d, struct err *e)
{
	if (!span_is(d->schema, ANCHOR_SCHEMA))
		return not_one("of another schema", e);
	if (d->archive_id.len > ANCHOR_ID_MAX || d->seq < 1)
		return not_one("whose archive_id or seq is not one", e);
	*a = (struct anchor){ .seq = d->seq, .time = d->time };
	memcpy(a->archive_id, d->archive_id.p, d->archive_id.len);
	memcpy(a->by.writer, d->writer.p, SPKI_ID_LEN);
	memcpy(a->by.sig, d->sig.p, CHECKPOINT_SIG_HEX_LEN);
	BUG_ON(hex_decode(a->previous, CHAIN_LEN, d->previous) != 0);
	return 0;
}

/* Large. */
struct parser {
	struct record record;
	char scratch[ANCHOR_SIZE_MAX], again[ANCHOR_SIZE_MAX];
};

static int
parse(struct parser *p, struct anchor *a, struct span document,
    struct err *e)
{
	struct buf scratch, again;
	const struct form_source from = { &p->record, &scratch, 0 };
	struct document d;

	buf_fixed(&scratch, p->scratch, sizeof(p->scratch));
	buf_fixed(&again, p->again, sizeof(p->again));
	if (record_parse(&p->record, document, e) != 0 ||
	    form_read(&d, fields, &from, e) != 0 ||
	    read_fields(a, &d, e) != 0)
		return -1;
	/* One way to write it, so that no two documents say the same. */
	anchor_write(&again, a);
	return span_eq(buf_as_span(&again), document) ? 0 :
	    not_one("that is not written as one is", e);
}

int
anchor_parse(struct anchor *a, struct span document, struct err *e)
{
	struct parser *p;
	int rc;

	if (document.len >= ANCHOR_SIZE_MAX)
		return not_one("that is too long", e);
	p = malloc(sizeof(*p));
	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for an anchor");
	rc = parse(p, a, document, e);
	free(p);
	return rc;
}

bool
anchor_is_by(const struct anchor *a, const uint8_t point[ECDSA_POINT_LEN])
{
	return checkpoint_verify(span_of(a->by.sig), point, a->previous);
}

/* --- Its name ------------------------------------------------------------- */

int64_t
anchor_name_seq(struct span name, struct span *suffix)
{
	struct span digits, rest = span_cut(name, '-', &digits);
	uint8_t bytes[SUFFIX_LEN / 2];
	uint64_t seq;

	if (num_u64(digits, INT64_MAX, &seq) != 0 || seq == 0)
		return -1;
	if (rest.p != NULL && hex_decode(bytes, sizeof(bytes), rest) != 0)
		return -1;
	if (suffix != NULL)
		*suffix = rest.p != NULL ? rest : span_of("");
	return (int64_t)seq;
}

/* --- Against a ledger ----------------------------------------------------- */

enum anchor_fit
anchor_meet(const struct anchor *a, const struct ledger_mark *mark)
{
	if (mark->rows < a->seq)
		return ANCHOR_AHEAD;
	if (mark->rows > a->seq)
		return ANCHOR_PAST;
	return memcmp(mark->chain, a->previous, CHAIN_LEN) == 0 ?
	    ANCHOR_FITS : ANCHOR_DIFFERS;
}

int
anchor_refuse(const struct anchor *a, const struct ledger_mark *mark,
    struct err *e)
{
	if (mark->rows < a->seq)
		return err_set(e, ERR_LEDGER_ROLLED_BACK, "the ledger has %"
		    PRId64 " rows, and an anchor by %s knows %" PRId64,
		    mark->rows, a->by.writer, a->seq);
	return err_set(e, ERR_LEDGER_ROLLED_BACK, "ledger row %" PRId64
	    " is not the one that an anchor by %s knows", a->seq - 1,
	    a->by.writer);
}

int
anchor_compare(const struct anchor *a, const char *ledger, struct err *e)
{
	struct room {
		struct ledger_scan scan;
		struct chain_row row;
	} *r = calloc(1, sizeof(*r));
	bool fits = false, elsewhere = false;
	int rc = 1;

	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the ledger");
	if (!file_exists(ledger))
		rc = 0;
	else if (ledger_scan_open(&r->scan, ledger, NULL, e) != 0)
		rc = -1;
	while (rc == 1 && (rc = ledger_scan_next(&r->scan, &r->row, e)) == 1) {
		const struct ledger_mark *mark = &r->scan.mark;

		if (anchor_meet(a, mark) == ANCHOR_FITS)
			fits = true;
		else if (memcmp(mark->chain, a->previous, CHAIN_LEN) == 0)
			elsewhere = true;
	}
	if (rc == 0 && elsewhere)
		rc = 1;
	else if (rc == 0 && !fits)
		rc = anchor_refuse(a, &r->scan.mark, e);
	ledger_scan_close(&r->scan);
	free(r);
	return rc;
}
