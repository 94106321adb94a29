/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "checkpoint.h"
#include "record.h"

#include "signatures.h"

void
signatures_begin(struct signatures *s, const struct keyring *ring)
{
	memset(s, 0, sizeof(*s));
	s->ring = ring;
	s->last = s->last_good = -1;
}

static struct signatures_writer *
find_writer(struct signatures *s, struct span id)
{
	size_t i = 0;

	while (i < s->n && !span_is(id, s->writer[i].id))
		i++;
	if (i == SIGNATURES_WRITERS)
		return &s->writer[i - 1];
	if (i == s->n) {
		BUG_ON(id.len >= sizeof(s->writer[i].id));
		memcpy(s->writer[i].id, id.p, id.len);
		s->n++;
	}
	return &s->writer[i];
}

/* May the key write what it covers?  Without writers.yaml, any may. */
static enum grant_verdict
judge(const struct signatures *s, const struct row *row)
{
	const struct grant_claim claim = { .archive = s->archive_id,
	    .grants = s->needs, .time = row->time };

	return !s->ring->has_writers ? GRANT_GIVEN : grant_judge(
	    writers_find(&s->ring->writers, row->of.checkpoint.writer),
	    &claim);
}

static int
take_checkpoint(struct signatures *s, const struct row *row,
    const uint8_t previous[CHAIN_LEN], struct err *e)
{
	const struct row_checkpoint *c = &row->of.checkpoint;
	const uint8_t *point = keyring_find(s->ring, c->writer);
	struct signatures_writer *w = find_writer(s, c->writer);
	int64_t covered = row->seq - s->last;
	enum grant_verdict verdict;

	if (point != NULL && !checkpoint_verify(c->sig, point, previous)) {
		err_set(e, ERR_LEDGER_BROKEN, "ledger row %" PRId64 ": its "
		    "signature is not that of the key %.*s over the rows "
		    "before", row->seq, (int)c->writer.len, c->writer.p);
		return err_advise(e, "restore the ledger from a copy");
	}
	verdict = judge(s, row);
	s->last = row->seq;
	s->last_writer = w;
	s->needs = 0;
	if (point != NULL && verdict == GRANT_GIVEN) {
		s->last_good = row->seq;
		s->good += covered;
		w->good += covered;
	} else {
		w->other += covered;
		w->why = verdict;
	}
	return 0;
}

int
signatures_take(struct signatures *s, const struct row *row,
    const uint8_t previous[CHAIN_LEN], struct err *e)
{
	struct span id = row->of.genesis.archive_id;

	s->rows = row->seq + 1;
	if (row->kind == ROW_CHECKPOINT)
		return take_checkpoint(s, row, previous, e);
	s->needs |= grant_of(span_of(row_kind_name(row->kind)));
	if (row->kind == ROW_GENESIS && id.len < sizeof(s->archive_id))
		memcpy(s->archive_id, id.p, id.len);
	return 0;
}

/* --- What was found ------------------------------------------------------- */

/* Why the rows of a writer that are not good are not. */
static const char *
why_not(const struct signatures *s, const struct signatures_writer *w)
{
	return !s->ring->has_writers ? "is not known here: not checked" :
	    grant_verdict_text(w->why);
}

static int
say_writer(const struct signatures *s, const struct signatures_writer *w,
    struct app *app, struct err *e)
{
	const char *name = keyring_name(s->ring, span_of(w->id));

	if (name == NULL)
		name = "nobody known";
	if (w->good > 0 && out_result(app->out, e, "%" PRId64 " rows are "
	    "signed by %s, with the key %s", w->good, name, w->id) != 0)
		return -1;
	if (w->other > 0 && out_result(app->out, e, "%" PRId64 " rows are "
	    "signed by %s, with the key %s, which %s", w->other, name, w->id,
	    why_not(s, w)) != 0)
		return -1;
	return 0;
}

static int
say_row(const struct signatures *s, const struct signatures_writer *w,
    struct app *app, struct err *e)
{
	const char *name = keyring_name(s->ring, span_of(w->id));
	char text[1024];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	record_begin(&b);
	record_str(&b, "writer", span_of(w->id));
	if (name != NULL)
		record_str(&b, "name", span_of(name));
	record_int(&b, "good_rows", w->good);
	record_int(&b, "other_rows", w->other);
	if (w->other > 0)
		record_str(&b, "why", span_of(why_not(s, w)));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(app->out, buf_as_span(&b), e);
}

/* For people: up to where that goes, and what nobody looked at. */
static int
say_end(const struct signatures *s, struct app *app, struct err *e)
{
	int64_t rest = s->rows - 1 - s->last_good;

	if (s->last_good < 0)
		return out_result(app->out, e, "no row is under a good "
		    "signature");
	if (rest > 0 && out_result(app->out, e, "the last good signature is "
	    "that of row %" PRId64 "; %" PRId64 " behind it are unproven",
	    s->last_good, rest) != 0)
		return -1;
	return s->ring->has_writers ? 0 : out_result(app->out, e,
	    "whether these may write was not judged: there is no '%s' here "
	    "(--writers FILE)", s->ring->path);
}

/* See signatures.h. */
int
signatures_say(const struct signatures *s, struct app *app, struct err *e)
{
	bool json = app->opt->global.json;

	for (size_t i = 0; i < s->n; i++)
		if ((json ? say_row : say_writer)(s, &s->writer[i], app,
		    e) != 0)
			return -1;
	return s->last < 0 || json ? 0 : say_end(s, app, e);
}

int
signatures_judge(const struct signatures *s, struct err *e)
{
	const struct signatures_writer *w = s->last_writer;

	if (w == NULL)
		err_set(e, ERR_VERIFICATION_FAILED, "no row of the ledger is "
		    "signed");
	else if (s->last != s->last_good)
		err_set(e, ERR_VERIFICATION_FAILED, "ledger row %" PRId64
		    ": the key %s %s", s->last, w->id, why_not(s, w));
	else
		return 0;
	return s->last_good < 0 ? err_advise(e, "trust none of its rows") :
	    err_advise(e, "trust no row behind row %" PRId64, s->last_good);
}
