/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "checkpoint.h"

#include "resolve_seals.h"

static void
check(const struct writers *w, const struct carrier_seal *by,
    struct resolve_signature *s)
{
	if (!by->there)
		return;
	s->writer = writers_find(w, span_of(by->writer));
	s->right = s->writer != NULL && checkpoint_verify(span_of(by->sig),
	    s->writer->point, by->previous);
}

/* One checkpoint often covers several of the rows, and is the last, too. */
void
resolve_seals_check(struct resolve_facts *f, const struct writers *w)
{
	const struct carrier *c = f->carrier;
	const struct carrier_admit *a = resolve_rules_admit(c);

	if (a == NULL)
		return;
	check(w, &a->by, &f->admit);
	if (c->proof.by.seq == a->by.seq)
		f->proof = f->admit;
	else
		check(w, &c->proof.by, &f->proof);
	if (c->last.seq == a->by.seq)
		f->last = f->admit;
	else if (c->last.seq == c->proof.by.seq)
		f->last = f->proof;
	else
		check(w, &c->last, &f->last);
}
