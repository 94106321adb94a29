/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anchor.h"
#include "carrier_row.h"
#include "custody.h"
#include "form.h"
#include "ledger.h"
#include "row.h"

#include "carrier.h"

_Static_assert(CARRIER_CHAIN_LEN == CHAIN_LEN, "the chain's length");

#define STOP_EVERY 1024	/* rows */
/* Large. */
struct reading {
	const struct carrier_ask *ask;
	struct carrier *c;
	struct span source;		/* the origin's, without a commit */
	char inode[24];
	struct carrier_head head;	/* how the next row begins */
	struct ledger_scan scan;
	struct chain_row raw;
	struct buf scratch;
	char scratch_bytes[RECORD_SIZE_MAX];
	char again[LEDGER_ROW_MAX + 1];	/* see parse_null() */
};

static void
copy(char *to, size_t size, struct span text)
{
	BUG_ON(text.len >= size);
	memcpy(to, text.p, text.len);
	to[text.len] = '\0';
}

/* ARCHIVE-ID/SOURCE of an origin. */
static struct span
source_of(struct span origin)
{
	struct span source;

	span_cut(origin, '@', &source);
	return source;
}

static bool
is_of(struct span origin, struct span source)
{
	return source.len > 0 && span_eq(source_of(origin), source);
}

static bool
is_number(struct span text, int64_t n)
{
	char digits[24];
	struct buf b;

	buf_fixed(&b, digits, sizeof(digits));
	buf_printf(&b, "%" PRId64, n);
	return span_eq(text, buf_as_span(&b));
}

/* --- Admissions ----------------------------------------------------------- */

struct admitted {
	struct span canonical_path, canonicalization_version, origin;
	struct span object_id;		/* none: null */
	int64_t inode;			/* (?) */
	int64_t supersedes;		/* (?) */
};

static const struct form_field admitted_fields[] = {
	FORM_NEED(admitted, canonical_path, FORM_PATH),
	FORM_NEED(admitted, canonicalization_version, FORM_WORD),
	FORM_NEED(admitted, origin, FORM_WORD),
	FORM_MAY(admitted, inode, FORM_NUMBER),
	FORM_MAY(admitted, supersedes, FORM_COUNT),
	{ .name = NULL }
};

/* An object id that is absent or empty is a row without one, and no damage. */
static int
read_admitted(struct reading *r, struct admitted *a, struct err *e)
{
	const struct form_source from = { &r->raw.fields, &r->scratch, 0 };
	const struct record_field *id = record_find(&r->raw.fields,
	    "object_id");

	if (form_read(a, admitted_fields, &from, e) != 0)
		return -1;
	a->object_id = (struct span){ NULL, 0 };
	if (id == NULL || (id->kind == RECORD_STR && id->text.len == 0))
		return 0;
	if (record_check(id, "object_id", RECORD_STR, e) != 0 ||
	    record_text(id, &r->scratch, &a->object_id, e) != 0)
		return -1;
	return form_fits(FORM_OBJECT, a->object_id) ? 0 :
	    err_set(e, ERR_LEDGER_BROKEN, "an object_id that is not one");
}

static bool
asks_of_inode(const struct reading *r, struct span origin, bool same_inode)
{
	const struct carrier_ask *ask = r->ask;

	return ask->is_same != NULL && (ask->many_links || same_inode) &&
	    is_of(origin, r->source);
}

/* Out of force, where a row of another path or source names it. */
static void
supersede(struct carrier_admit *old, int64_t seq)
{
	if (old->there && old->seq == seq)
		old->there = false;
}

static void
put_in_force(struct carrier_admit *to, const struct reading *r,
    const struct admitted *a)
{
	bool twice = to->there && (to->twice || a->supersedes != to->seq);

	*to = (struct carrier_admit){ .there = true, .twice = twice,
	    .seq = r->raw.seq, .null = a->object_id.p == NULL };
	memcpy(to->chain, r->raw.chain, CHAIN_LEN);
	copy(to->origin, sizeof(to->origin), a->origin);
	if (!to->null)
		copy(to->object_id, sizeof(to->object_id), a->object_id);
}

static int
take_admit(struct reading *r, struct err *e)
{
	struct carrier *c = r->c;
	struct carrier_admit *to = NULL;
	struct admitted a;

	if (read_admitted(r, &a, e) != 0)
		return -1;
	if (span_eq(a.canonical_path, r->ask->canonical) &&
	    span_is(a.canonicalization_version, ROW_CANONICALIZATION)) {
		to = is_of(a.origin, r->source) ? &c->admit : &c->other;
		/* Of several other sources the newest counts. */
		if (to == &c->other &&
		    !is_of(a.origin, source_of(span_of(to->origin))))
			to->there = false;
	} else if (asks_of_inode(r, a.origin, a.inode == r->ask->inode)) {
		c->alias |= r->ask->is_same(r->ask->context,
		    a.canonical_path);
	}
	if (to != &c->admit)
		supersede(&c->admit, a.supersedes);
	if (to != &c->other)
		supersede(&c->other, a.supersedes);
	if (to != NULL)
		put_in_force(to, r, &a);
	return 0;
}

/* --- Other rows ----------------------------------------------------------- */

/* Verdicts that say what the store has instead. */
static bool
refutes(const struct row_outcome *o)
{
	return span_is(o->result_status, "failed_verification") ||
	    span_is(o->result_status, "replaced_by_other") ||
	    span_is(o->result_status, "remote_conflict_different_bytes");
}

static void
take_outcome(struct carrier *c, const struct row *row)
{
	const struct row_outcome *o = &row->of.outcome;

	if (row->kind == ROW_FAIL)
		c->proof.refuted |= refutes(o);
	else if (span_is(o->proof, "rehash") || span_is(o->proof, "ranges"))
		c->proof = (struct carrier_proof){ .there = true,
		    .seq = row->seq, .time = row->time };
}

static void
take_checkpoint(struct reading *r, const struct row *row,
    const uint8_t previous[CHAIN_LEN])
{
	const struct row_checkpoint *cp = &row->of.checkpoint;
	struct carrier *c = r->c;
	struct carrier_seal *const behind[] = { &c->admit.by, &c->other.by,
	    &c->proof.by };
	const bool there[] = { c->admit.there, c->other.there,
	    c->proof.there };

	c->last = (struct carrier_seal){ .there = true, .seq = row->seq,
	    .time = row->time };
	copy(c->last.writer, sizeof(c->last.writer), cp->writer);
	copy(c->last.sig, sizeof(c->last.sig), cp->sig);
	memcpy(c->last.previous, previous, CHAIN_LEN);
	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++)
		if (there[i] && !behind[i]->there)
			*behind[i] = c->last;
	for (size_t i = 0; i < r->ask->nanchors; i++)
		c->anchor[i].by_writer |= span_is(cp->writer,
		    r->ask->anchor[i]->by.writer);
}

static int
take_other(struct reading *r, const uint8_t previous[CHAIN_LEN],
    struct err *e)
{
	struct row row;

	if (row_read(&row, &r->raw, &r->scratch, e) != 0)
		return -1;
	switch (row.kind) {
	case ROW_GENESIS:
		copy(r->c->archive_id, sizeof(r->c->archive_id),
		    row.of.genesis.archive_id);
		return 0;
	case ROW_PROOF:
	case ROW_FAIL:
		if (span_eq(row.of.outcome.object_id, r->ask->object_id))
			take_outcome(r->c, &row);
		return 0;
	case ROW_CHECKPOINT:
		take_checkpoint(r, &row, previous);
		return 0;
	default:
		return 0;
	}
}

/* --- Reading -------------------------------------------------------------- */

/* Records know no null: such an object_id is read as one that is empty. */
static int
parse_null(struct reading *r, struct span line, struct err *e)
{
	static const char null[] = ",\"object_id\":null,";
	struct buf b;

	buf_fixed(&b, r->again, sizeof(r->again));
	for (size_t i = 0; i + sizeof(null) - 1 <= line.len; i++)
		if (memcmp(line.p + i, null, sizeof(null) - 1) == 0) {
			buf_put(&b, line.p, i);
			buf_puts(&b, ",\"object_id\":\"\",");
			i += sizeof(null) - 1;
			buf_put(&b, line.p + i, line.len - i);
			break;
		}
	if (b.len == 0 || !buf_ok(&b))
		return -1;
	err_clear(e);
	return chain_parse_alone(&r->raw, buf_as_span(&b), e);
}

static int
parse_row(struct reading *r, struct span line,
    const uint8_t previous[CHAIN_LEN], struct err *e)
{
	int64_t seq = r->scan.mark.rows - 1;

	buf_reset(&r->scratch);
	if (chain_parse_alone(&r->raw, line, e) != 0 &&
	    parse_null(r, line, e) != 0)
		goto broken;
	if (r->raw.seq != seq || (seq == 0) !=
	    span_is(r->raw.kind, "genesis")) {
		err_set(e, ERR_LEDGER_BROKEN, "its number is %" PRId64
		    ", and row 0 is genesis, and no other", r->raw.seq);
		goto broken;
	}
	if (!span_is(r->raw.kind, "admit"))
		return take_other(r, previous, e);
	if (take_admit(r, e) == 0)
		return 0;
broken:
	return err_ctx(e, "ledger row %" PRId64, seq);
}

/* Does this admit row change anything? */
static bool
matters(const struct reading *r, const struct span field[CARRIER__FIELDS])
{
	const struct carrier_admit *a = &r->c->admit, *b = &r->c->other;
	struct span old = field[CARRIER_SUPERSEDES];

	return span_eq(field[CARRIER_CANONICAL], r->ask->canonical) ||
	    (old.p != NULL && ((a->there && is_number(old, a->seq)) ||
	    (b->there && is_number(old, b->seq)))) ||
	    asks_of_inode(r, field[CARRIER_ORIGIN],
	    span_is(field[CARRIER_INODE], r->inode));
}

static int
take_row(struct reading *r, struct span line,
    const uint8_t previous[CHAIN_LEN], struct err *e)
{
	struct span body = { line.p, line.len - CHAIN_TAIL_LEN };
	struct span field[CARRIER__FIELDS];
	bool needed = true, first = r->scan.mark.rows == 1;

	switch (carrier_row_glance(&r->head, body, field)) {
	case CARRIER_ADMIT:
		needed = matters(r, field);
		break;
	case CARRIER_OUTCOME:
		needed = span_eq(field[CARRIER_OBJECT], r->ask->object_id);
		break;
	case CARRIER_NONE:
		needed = false;
		break;
	case CARRIER_PARSE:
		break;
	}
	carrier_row_step(&r->head);
	return needed || first ? parse_row(r, line, previous, e) : 0;
}

static void
meet_anchors(struct reading *r)
{
	for (size_t i = 0; i < r->ask->nanchors; i++) {
		struct carrier_anchor *a = &r->c->anchor[i];
		enum anchor_fit fit = anchor_meet(r->ask->anchor[i],
		    &r->scan.mark);

		a->ahead = fit == ANCHOR_AHEAD;
		a->differs |= fit == ANCHOR_DIFFERS;
	}
}

static int
read_rows(struct reading *r, struct err *e)
{
	const struct carrier_ask *ask = r->ask;
	uint8_t previous[CHAIN_LEN] = {0};
	struct span line;
	int rc;

	while ((rc = ledger_scan_line(&r->scan, &line, e)) == 1) {
		if (take_row(r, line, previous, e) != 0)
			return -1;
		memcpy(previous, r->scan.mark.chain, CHAIN_LEN);
		meet_anchors(r);
		if (r->scan.mark.rows % STOP_EVERY == 0 && ask->stop != NULL &&
		    ask->stop(ask->context))
			return err_set(e, ERR_INTERRUPTED, "ended while the "
			    "ledger was read");
	}
	r->c->rows = r->scan.mark.rows;
	return rc;
}

static int
read_ledger(struct reading *r, struct err *e)
{
	struct buf b;
	int rc = ledger_scan_open(&r->scan, r->ask->ledger, NULL, e);

	buf_fixed(&b, r->inode, sizeof(r->inode));
	buf_printf(&b, "%" PRId64, r->ask->inode);
	buf_fixed(&r->scratch, r->scratch_bytes, sizeof(r->scratch_bytes));
	r->source = source_of(r->ask->origin);
	carrier_row_init(&r->head);
	if (rc == 0)
		rc = custody_owner(&r->scan.file, &r->c->producer, e);
	if (rc == 0)
		rc = read_rows(r, e);
	ledger_scan_close(&r->scan);
	return rc == 0 ? r->c->rows > 0 : -1;
}

int
carrier_read(struct carrier *c, const struct carrier_ask *ask, struct err *e)
{
	struct reading *r;
	int rc;

	BUG_ON(ask->nanchors > CARRIER_ANCHORS);
	*c = (struct carrier){ .rows = 0 };
	for (size_t i = 0; i < ask->nanchors; i++)
		c->anchor[i].ahead = true;
	if (!file_exists(ask->ledger))
		return 0;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the ledger");
	r->ask = ask;
	r->c = c;
	rc = read_ledger(r, e);
	free(r);
	return rc;
}
