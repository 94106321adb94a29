/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "plan.h"
#include "report.h"
#include "text.h"
#include "view.h"

#include "whereis.h"

#define KEY_TEXT_MAX (3 * REPORT_KEY_MAX)	/* escaped */

/* A view that is read, and the key as places have it. */
struct search {
	const struct whereis *w;
	struct view *view;
	struct span key;
	char key_text[KEY_TEXT_MAX + 1];
};

static int
open_search(struct search *s, const struct archive *a, struct rng *rng,
    struct err *e)
{
	const struct view_args args = { .manifest = a->manifest,
	    .ledger = a->ledger, .rng = rng, .beside = a->manifest };
	struct buf b;

	if (s->w->key.p != NULL) {
		buf_fixed(&b, s->key_text, sizeof(s->key_text));
		text_escape(&b, s->w->key);
		BUG_ON(!buf_ok(&b));
		s->key = buf_as_span(&b);
	}
	s->view = calloc(1, sizeof(*s->view));
	if (s->view == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the manifest");
	return view_open(s->view, &args, e) < 0 ? -1 : 0;
}

static void
close_search(struct search *s)
{
	if (s->view != NULL)
		view_close(s->view);
	free(s->view);
}

/* 1 and the next line that could be meant: by a key, each could. */
static int
next_line(struct search *s, struct manifest_line *line, struct err *e)
{
	int rc;

	while ((rc = view_next(s->view, line, e)) == 1)
		if (s->key.p != NULL ||
		    (s->w->path.p != NULL && span_eq(line->path, s->w->path)) ||
		    (s->w->object_id.p != NULL &&
		    span_eq(line->object_id, s->w->object_id)))
			break;
	return rc;
}

static const struct manifest_place *
place_in(const struct search *s, const struct manifest_line *line,
    const char *store_ref)
{
	for (size_t i = 0; i < line->nplaces; i++) {
		const struct manifest_place *p = &line->place[i];

		if (span_is(p->store, store_ref) &&
		    (s->key.p == NULL || span_eq(p->remote_key, s->key)))
			return p;
	}
	return NULL;
}

/*
 * Better is lower: proven, declared, and one of which it could not be told
 * whether it is there at all.
 */
#define RANKS 3

static int
rank(const struct manifest_place *p)
{
	if (p == NULL)
		return RANKS;
	if (span_is(p->availability, "none"))
		return 2;
	return plan_is_proven(p->availability, p->proof) ? 0 : 1;
}

/* See whereis.h. */
int
whereis_store(const struct whereis *w, const struct archive *a,
    struct rng *rng, const char **name, struct err *e)
{
	const struct archive_conf *conf = &a->conf;
	struct search s = { .w = w };
	struct manifest_line line;
	size_t best = RANKS * conf->nstores;
	int rc = open_search(&s, a, rng, e);

	*name = NULL;
	while (rc == 0 && (rc = next_line(&s, &line, e)) == 1) {
		for (size_t i = 0; i < conf->nstores; i++) {
			size_t now = (size_t)rank(place_in(&s, &line,
			    conf->store[i].store_ref)) * conf->nstores + i;

			if (now < best) {
				best = now;
				*name = conf->store[i].name;
			}
		}
		rc = 0;
	}
	close_search(&s);
	return rc;
}

int
whereis_place(const struct whereis *w, const struct run *run,
    struct whereis_found *found, struct err *e)
{
	struct search s = { .w = w };
	struct manifest_line line;
	int best = RANKS, rc = open_search(&s, run->archive, run->app->rng, e);

	*found = (struct whereis_found){ .known = false };
	while (rc == 0 && (rc = next_line(&s, &line, e)) == 1) {
		const struct manifest_place *p = place_in(&s, &line,
		    run->store.store_ref);

		found->known |= s.key.p == NULL;
		rc = 0;
		if (rank(p) >= best)
			continue;
		best = rank(p);
		held_free(&found->held);
		rc = held_make(&found->held, run, &line, p, e);
		found->mtime_ns = line.mtime_ns;
	}
	close_search(&s);
	return rc != 0 ? -1 : best < RANKS;
}
