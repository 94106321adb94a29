/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "checkpoint.h"
#include "grant.h"
#include "hex.h"

#include "recover_ledger.h"

#define MODE 0644

static bool
has_writer(const struct recover_ledger *l)
{
	const struct writers *w = &l->ring->writers;

	for (size_t i = 0; l->ring->has_writers && i < w->n; i++)
		if (strcmp(w->writer[i].archive, l->archive->id) == 0)
			return true;
	return false;
}

int
recover_ledger_open(struct recover_ledger *l, struct err *e)
{
	buf_fixed(&l->scratch, l->scratch_bytes, sizeof(l->scratch_bytes));
	l->judged = has_writer(l);
	l->fit = ANCHOR_AHEAD;
	if (file_tmp_create(&l->tmp, l->archive->ledger, false, l->app->rng,
	    e) != 0)
		return -1;
	sink_init(&l->sink, &l->tmp, l->app->guard);
	return 0;
}

/* --- Looking -------------------------------------------------------------- */

/* 1: signed by one who may; 0: by another; -1: not by whom it says. */
static int
judge(const struct recover_ledger *l, const uint8_t previous[CHAIN_LEN])
{
	const struct row_checkpoint *c = &l->row.of.checkpoint;
	const uint8_t *point = keyring_find(l->ring, c->writer);
	const struct grant_claim claim = { .archive = l->archive->id,
	    .time = l->row.time };

	if (point == NULL)
		return 0;
	if (!checkpoint_verify(c->sig, point, previous))
		return -1;
	return grant_judge(writers_find(&l->ring->writers, c->writer),
	    &claim) == GRANT_GIVEN;
}

static int
wrong(const char *what, struct err *e)
{
	return err_set(e, ERR_LEDGER_BROKEN, "%s", what);
}

static int
check_head(const struct recover_ledger *l, int64_t from, int64_t to,
    struct err *e)
{
	const struct pack_head *h = &l->rows.head;

	if (strcmp(h->archive_id, l->archive->id) != 0)
		return err_set(e, ERR_LEDGER_BROKEN,
		    "it is of another archive, '%s'", h->archive_id);
	if (h->from_seq != from || h->to_seq != to)
		return wrong("its name is that of other rows", e);
	return 0;
}

/* Where what is new begins, it has to go on from what is there. */
static int
check_link(const struct recover_ledger *l, struct err *e)
{
	if (l->rows.mark.rows == l->mark.rows &&
	    memcmp(l->rows.mark.chain, l->mark.chain, CHAIN_LEN) != 0)
		return err_set(e, ERR_LEDGER_BROKEN, "ledger row %" PRId64
		    ": it does not go on from the row before",
		    l->mark.rows);
	return 0;
}

static int
check_row(struct recover_ledger *l, const uint8_t previous[CHAIN_LEN],
    struct err *e)
{
	if (row_read(&l->row, &l->raw, &l->scratch, e) != 0)
		return -1;
	if ((l->row.seq == 0) != (l->row.kind == ROW_GENESIS) ||
	    (l->row.seq == 0 && !span_is(l->row.of.genesis.archive_id,
	    l->archive->id)))
		return err_set(e, ERR_LEDGER_BROKEN, "ledger row %" PRId64
		    ": genesis is row 0, and of this archive", l->row.seq);
	if (l->row.kind == ROW_CHECKPOINT && judge(l, previous) < 0)
		return err_set(e, ERR_LEDGER_BROKEN, "ledger row %" PRId64
		    ": its signature is not right", l->row.seq);
	return 0;
}

/* All of it, before anything is taken: 0 or -1. */
static int
look(struct recover_ledger *l, const struct file *file, int64_t from,
    int64_t to, struct err *e)
{
	uint8_t previous[CHAIN_LEN];
	int rc;

	if (pack_open(&l->rows, file, e) != 0 ||
	    check_head(l, from, to, e) != 0)
		return -1;
	do {
		if (check_link(l, e) != 0)
			return -1;
		memcpy(previous, l->rows.mark.chain, CHAIN_LEN);
		rc = pack_next_row(&l->rows, &l->raw, e);
		if (rc == 1 && check_row(l, previous, e) != 0)
			return -1;
	} while (rc == 1);
	return rc;
}

/* --- Taking --------------------------------------------------------------- */

/* The receipt that the row names, if it is the next in the pack. */
static int
take_receipt(struct recover_ledger *l, bool *any, struct err *e)
{
	const struct receipt_place place = { l->archive->state,
	    l->app->guard, l->app->rng };
	const struct row_outcome *o = &l->row.of.outcome;
	char hex[SHA256_HEX_LEN + 1] = "";
	uint8_t digest[SHA256_LEN];
	struct err why = {0};
	struct span text;

	*any = *any && pack_next_receipt(&l->texts, &text, &why) == 1;
	if (l->row.seq < l->mark.rows)
		return 0;
	if (*any && text.p != NULL) {
		sha256_of(digest, text.p, text.len);
		hex_encode(hex, digest, SHA256_LEN);
	}
	if (!span_is(o->receipt_sha256, hex)) {
		l->lost++;
		return 0;
	}
	l->receipts++;
	return guard_check(l->app->guard, NULL, text, e) == 0 ?
	    receipt_batch_copy(&l->batch, &place, o->receipt, text, e) : -1;
}

static int
take_row(struct recover_ledger *l, const uint8_t previous[CHAIN_LEN],
    struct err *e)
{
	static const struct span feed = { "\n", 1 };
	enum anchor_fit now;

	if (l->row.seq < l->mark.rows)
		return 0;
	if (sink_put(&l->sink, l->raw.line, e) != 0 ||
	    sink_put(&l->sink, feed, e) != 0)
		return -1;
	l->mark.rows++;
	l->mark.at += (int64_t)l->raw.line.len + 1;
	memcpy(l->mark.chain, l->raw.chain, CHAIN_LEN);
	if (l->row.kind == ROW_CHECKPOINT && l->judged &&
	    judge(l, previous) == 1) {
		l->good_mark = l->mark;
		l->good = l->mark.rows;
	}
	now = l->anchor == NULL ? ANCHOR_PAST :
	    anchor_meet(l->anchor, &l->mark);
	if (now != ANCHOR_PAST)
		l->fit = now;
	return now == ANCHOR_DIFFERS ?
	    anchor_refuse(l->anchor, &l->mark, e) : 0;
}

static int
take(struct recover_ledger *l, const struct file *file, struct err *e)
{
	uint8_t previous[CHAIN_LEN];
	bool any = true;
	int rc;

	/* Those of look() stand where the receipts begin. */
	l->texts = l->rows;
	l->texts.lines.window = l->texts.window;
	if (pack_open(&l->rows, file, e) != 0)
		return -1;
	for (;;) {
		memcpy(previous, l->rows.mark.chain, CHAIN_LEN);
		rc = pack_next_row(&l->rows, &l->raw, e);
		if (rc != 1)
			break;
		if (row_read(&l->row, &l->raw, &l->scratch, e) != 0 ||
		    (row_has_receipt(&l->row) &&
		    take_receipt(l, &any, e) != 0) ||
		    take_row(l, previous, e) != 0)
			return -1;
	}
	l->packs++;
	return rc;
}

int
recover_ledger_take(struct recover_ledger *l, const struct file *file,
    int64_t from_seq, int64_t to_seq, struct err *e)
{
	if (look(l, file, from_seq, to_seq, e) != 0)
		return e->code == ERR_LEDGER_BROKEN ? 0 : -1;
	return take(l, file, e) == 0 ? 1 : -1;
}

/* --- The end -------------------------------------------------------------- */

int
recover_ledger_commit(struct recover_ledger *l, struct err *e)
{
	if (sink_flush(&l->sink, e) != 0)
		return -1;
	if (l->judged) {
		l->left_out = l->mark.rows - l->good_mark.rows;
		l->mark = l->good_mark;
		if (l->anchor != NULL && l->mark.rows < l->anchor->seq)
			l->fit = ANCHOR_AHEAD;
	}
	if (l->mark.rows == 0) {
		err_set(e, ERR_NOT_FOUND, "no row of '%s' is under a good "
		    "signature", l->archive->id);
		return err_advise(e, "name the right --writers");
	}
	return file_tmp_cut(&l->tmp, l->mark.at, e) == 0 &&
	    receipt_batch_commit(&l->batch, e) == 0 ?
	    file_tmp_commit(&l->tmp, MODE, e) : -1;
}

void
recover_ledger_close(struct recover_ledger *l)
{
	receipt_batch_discard(&l->batch);
	file_tmp_discard(&l->tmp);
}
