/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "carrier.h"
#include "origin.h"
#include "orphans.h"
#include "packs.h"
#include "prove_probe.h"
#include "text.h"

#include "put_object.h"

int
put_object_open(struct put_object *p, struct app *app, struct err *e)
{
	const struct run_terms terms = { .command = "put",
	    .approval = true };
	struct buf b;

	p->app = app;
	p->item = (struct item){ .kind = WALK_FILE, .os_path = app->arg[0],
	    .source = PUT_OBJECT_SOURCE, .key = span_of(app->arg[1]) };
	buf_fixed(&b, p->path, sizeof(p->path));
	buf_puts(&b, PUT_OBJECT_SOURCE "/");
	text_escape(&b, p->item.key);
	p->item.path = buf_as_span(&b);
	if (origin_check(&app->opt->selection, e) != 0 ||
	    archive_open(&p->archive, app, e) != 0)
		return -1;
	return run_open(&p->run, app, &p->archive, terms, e);
}

void
put_object_from(struct put_object *p, const char *real)
{
	struct buf b;

	buf_fixed(&b, p->canonical, sizeof(p->canonical));
	text_escape(&b, span_of(real));
	p->item.canonical = buf_as_span(&b);
}

/* Its line of the manifest, if it has one. */
static int
find_line(struct put_object *p, struct err *e)
{
	int rc, c;

	if (run_view(&p->run, &p->view, e) != 0)
		return -1;
	while ((rc = view_next(p->view, &p->line, e)) == 1) {
		c = span_compare(p->line.path, p->item.path);
		if (c == 0)
			p->item.line = &p->line;
		if (c >= 0)
			return 0;
	}
	return rc;
}

/*
 * The same file may have been put at another key: its path has one row in
 * force, which the next one names.
 */
static int
find_binding(struct put_object *p, struct err *e)
{
	char origin[ORIGIN_MAX + 1];
	struct carrier_ask ask = { .ledger = p->archive.ledger,
	    .canonical = p->item.canonical,
	    .origin = origin_make(origin, p->archive.id, p->item.source,
	    &p->app->opt->selection) };
	struct carrier *c = malloc(sizeof(*c));
	int rc = -1;

	if (c == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for history");
	if (carrier_read(c, &ask, e) >= 0) {
		if (c->admit.there)
			p->item.supersedes = c->admit.seq;
		rc = 0;
	}
	free(c);
	return rc;
}

int
put_object_recall(struct put_object *p, struct err *e)
{
	const struct selection_options *select = &p->app->opt->selection;
	char origin[ORIGIN_MAX + 1];
	const struct manifest_line *l;
	struct row_admit now;

	if (find_line(p, e) != 0)
		return -1;
	/* What comes by a pipe is no file, and has no path to be bound. */
	if (p->item.id.inode != 0 && find_binding(p, e) != 0)
		return -1;
	l = p->item.line;
	/* Is it recorded with these very bytes, and in this state? */
	if (l == NULL || !span_is(l->object_id, p->item.object_id))
		return 0;
	row_identify(&now, &p->item.id);
	p->item.cached = now.inode == l->inode &&
	    now.mtime_ns == l->mtime_ns && now.ctime_ns == l->ctime_ns &&
	    (select->git_commit == NULL || span_eq(l->origin,
	    origin_make(origin, p->archive.id, p->item.source, select)));
	for (size_t i = 0; i < l->nplaces; i++)
		if (span_is(l->place[i].store, p->run.store.store_ref))
			p->item.place = &l->place[i];
	return 0;
}

void
put_object_count(struct put_object *p, const struct parts_plan *parts,
    int64_t size, const struct err *unfit)
{
	struct job job = { .size = size };
	struct plan_decision *d = &p->item.plan;
	struct history_cost cost = { .objects = 0 };

	*d = (struct plan_decision){ .verdict = PLAN_BLOCKED,
	    .reason = p->item.line != NULL ? PLAN_CHANGED : PLAN_NEW };
	if (parts != NULL) {
		d->verdict = PLAN_UPLOAD;
		job.parts = *parts;
		job_cost(&job, &p->run, &cost);
		d->requests = (struct plan_requests){
		    (int64_t)cost.requests[PRICE_A],
		    (int64_t)cost.requests[PRICE_B],
		    (int64_t)cost.requests[PRICE_FREE] };
		d->bytes_up = cost.bytes_up;
		d->bytes_down = cost.bytes_down;
		d->step = parts->part_size;
	}
	plan_add(&p->sums, d, size, unfit);
	packs_count(&p->run, &p->sums);
}

int
put_object_end_earlier(struct put_object *p, struct err *e)
{
	struct orphans orphans;
	int rc = orphans_open(&orphans, &p->run, e);

	if (rc == 0)
		rc = orphans_replace(&orphans, &p->job, e);
	orphans_close(&orphans);
	return rc;
}

int
put_object_live(struct put_object *p,
    int (*send)(struct put_object *, struct err *), struct err *e)
{
	struct err said = {0};
	int rc = run_begin(&p->run, (struct span){ NULL, 0 }, e);

	if (rc == 0)
		progress_begin(p->app->progress, &(struct progress_plan){
		    .client = &p->run.session->client, .objects = 1,
		    .bytes_up = p->endless ? PROGRESS_UNKNOWN :
		    p->sums.bytes_up,
		    .bytes_down = p->endless ? PROGRESS_UNKNOWN :
		    p->sums.bytes_down });
	progress_phase(p->app->progress, PROGRESS_LOOK, p->item.path);
	if (rc == 0 && !p->run.probed)
		rc = prove_probe(&p->run, e);
	if (rc == 0)
		send(p, e);
	run_end(&p->run, e);
	progress_end(p->app->progress);
	if (p->run.history.client != NULL &&
	    report_end(p->app, &p->run.history, &said) != 0 &&
	    e->code == ERR_NONE)
		*e = said;
	return e->code == ERR_NONE ? 0 : -1;
}

void
put_object_close(struct put_object *p)
{
	job_free(&p->job);
	if (p->view != NULL)
		view_close(p->view);
	free(p->view);
	run_close(&p->run);
	archive_close(&p->archive);
}
