/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "text.h"

#include "report_past.h"

/* At most size - 1 bytes, ended by a NUL, and no half of a character. */
static void
keep(char *to, size_t size, struct span text)
{
	size_t n = 0, c;

	while (n < text.len) {
		c = text_char_len((struct span){ text.p + n, text.len - n });
		if (c == 0)
			c = 1;
		if (n + c >= size)
			break;
		memcpy(to + n, text.p + n, c);
		n += c;
	}
	to[n] = '\0';
}

#define KEEP(to, text) keep(to, sizeof(to), text)

static void
take_begin(struct report_past *p, const struct row *row)
{
	const struct row_begin *b = &row->of.begin;
	struct report_run *r;

	p->runs++;
	if (p->nruns == REPORT_RUNS)
		memmove(p->run, p->run + 1,
		    --p->nruns * sizeof(p->run[0]));
	r = &p->run[p->nruns++];
	*r = (struct report_run){ .seq = row->seq, .begun_at = row->time,
	    .ended_at = FORM_NONE };
	KEEP(r->command, b->command);
	KEEP(r->store_ref, b->store_ref);
	KEEP(r->reviewed_by, b->reviewed_by);
}

static void
take_end(struct report_past *p, const struct row *row)
{
	const struct row_end *end = &row->of.end;

	for (size_t i = p->nruns; i-- > 0;) {
		struct report_run *r = &p->run[i];

		if (r->seq != end->begin_seq)
			continue;
		r->ended_at = row->time;
		KEEP(r->result, end->result);
		r->uploaded = end->uploaded;
		r->current = end->current;
		r->remote_same = end->remote_same;
		r->failed = end->failed;
		r->class_a = end->class_a_requests;
		r->class_b = end->class_b_requests;
		r->free = end->free_requests;
		r->bytes_up = end->bytes_up;
		r->bytes_down = end->bytes_down;
		r->retries = end->retries;
		return;
	}
}

/* An outcome takes the place of what failed before it at that path there. */
static void
take_outcome(struct report_past *p, const struct row *row)
{
	const struct row_outcome *o = &row->of.outcome;
	struct report_failure new = { .seq = row->seq, .time = row->time };

	KEEP(new.path, o->path);
	KEEP(new.store_ref, o->store_ref);
	for (size_t i = 0; i < p->nfailures; i++) {
		struct report_failure *f = &p->failure[i];

		if (strcmp(f->path, new.path) != 0 ||
		    strcmp(f->store_ref, new.store_ref) != 0)
			continue;
		p->nfailures--;
		memmove(f, f + 1, (p->nfailures - i) * sizeof(*f));
		break;
	}
	if (row->kind != ROW_FAIL)
		return;
	KEEP(new.result_status, o->result_status);
	KEEP(new.receipt, o->receipt);
	if (p->nfailures == REPORT_FAILURES) {
		p->more = true;
		memmove(p->failure, p->failure + 1,
		    --p->nfailures * sizeof(p->failure[0]));
	}
	p->failure[p->nfailures++] = new;
}

static void
take(struct report_past *p, const struct row *row)
{
	switch (row->kind) {
	case ROW_BEGIN:
		take_begin(p, row);
		break;
	case ROW_END:
		take_end(p, row);
		break;
	case ROW_PROOF:
	case ROW_FAIL:
		take_outcome(p, row);
		break;
	case ROW_CHECKPOINT:
		p->checkpoint = row->seq;
		KEEP(p->writer, row->of.checkpoint.writer);
		break;
	case ROW_ANCHOR:
		p->anchor = row->seq;
		p->anchored_seq = row->of.anchor.anchored_seq;
		break;
	default:
		break;
	}
}

int
report_past_read(struct report_past *p, struct reader *reader, struct err *e)
{
	struct chain_row raw;
	struct buf scratch;
	struct row row;
	int rc;

	p->checkpoint = p->anchor = FORM_NONE;
	while ((rc = reader_next_row(reader, &raw, e)) == 1) {
		buf_fixed(&scratch, p->scratch, sizeof(p->scratch));
		if (row_read(&row, &raw, &scratch, e) != 0)
			return -1;
		take(p, &row);
	}
	return rc;
}
