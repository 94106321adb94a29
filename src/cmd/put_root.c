/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "hash.h"
#include "hex.h"
#include "in_parts.h"
#include "job.h"
#include "orphans.h"
#include "prove_probe.h"
#include "report.h"
#include "run.h"
#include "text.h"

#include "put_root.h"

/* What such objects are called in paths: put/KEY.  No source has the name. */
#define SOURCE "put"

struct put {
	struct app *app;
	struct archive archive;
	struct run run;
	struct view *view;		/* holds the line of the path */
	struct manifest_line line;
	struct file file;
	struct item item;
	struct plan_sums sums;
	struct job job;
	char path[sizeof(SOURCE) + 3 * REPORT_KEY_MAX + 1];
	char canonical[3 * PATH_MAX + 1];
};

/* consign-path-1: where the file really is, escaped. */
static int
name_file(struct put *p, struct err *e)
{
	char real[PATH_MAX];
	struct buf b;

	if (file_real(real, p->app->arg[0], e) != 0)
		return -1;
	buf_fixed(&b, p->canonical, sizeof(p->canonical));
	text_escape(&b, span_of(real));
	p->item.canonical = buf_as_span(&b);
	buf_fixed(&b, p->path, sizeof(p->path));
	buf_puts(&b, SOURCE "/");
	text_escape(&b, p->item.key);
	p->item.path = buf_as_span(&b);
	return 0;
}

/* What history says of the path, if anything. */
static int
find_line(struct put *p, struct err *e)
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

/* Is it recorded with these very bytes, and in this state? */
static void
recall(struct put *p)
{
	const struct manifest_line *l = p->item.line;
	struct row_admit now;

	if (l == NULL || !span_is(l->object_id, p->item.object_id))
		return;
	row_identify(&now, &p->item.id);
	p->item.cached = now.inode == l->inode &&
	    now.mtime_ns == l->mtime_ns && now.ctime_ns == l->ctime_ns;
	for (size_t i = 0; i < l->nplaces; i++)
		if (span_is(l->place[i].store, p->run.store.store_ref))
			p->item.place = &l->place[i];
}

static int
identify(struct put *p, struct err *e)
{
	uint8_t digest[SHA256_LEN];

	if (hash_file(&p->file, digest, e) != 0)
		return -1;
	p->item.id = p->file.id;
	memcpy(p->item.object_id, "sha256:", 7);
	hex_encode(p->item.object_id + 7, digest, SHA256_LEN);
	if (find_line(p, e) != 0)
		return -1;
	recall(p);
	return 0;
}

/* As a plan of one object; whether it is there already is not known yet. */
static void
count(struct put *p)
{
	struct job job = { .size = p->file.id.size };
	struct plan_decision *d = &p->item.plan;
	struct history_cost cost = { .objects = 0 };
	struct err unfit = {0};

	*d = (struct plan_decision){ .verdict = PLAN_UPLOAD,
	    .reason = p->item.line != NULL ? PLAN_CHANGED : PLAN_NEW };
	if (in_parts_plan(&job.parts, p->run.provider, &p->run.store,
	    job.size, &unfit) != 0) {
		d->verdict = PLAN_BLOCKED;
	} else {
		job_cost(&job, &p->run, &cost);
		d->requests = (struct plan_requests){
		    (int64_t)cost.requests[PRICE_A],
		    (int64_t)cost.requests[PRICE_B],
		    (int64_t)cost.requests[PRICE_FREE] };
		d->bytes_up = cost.bytes_up;
		d->bytes_down = cost.bytes_down;
		d->step = job.parts.part_size;
	}
	plan_add(&p->sums, d, job.size, &unfit);
}

/* An earlier upload of other bytes of this name ends first. */
static int
end_earlier(struct put *p, struct err *e)
{
	struct orphans orphans;
	int rc = orphans_open(&orphans, &p->run, e);

	if (rc == 0)
		rc = orphans_replace(&orphans, &p->job, e);
	orphans_close(&orphans);
	return rc;
}

static int
send(struct put *p, struct err *e)
{
	struct history_cost cost = { .objects = 0 };

	if (job_make(&p->job, &p->run, &p->item, false, e) != 0 ||
	    end_earlier(p, e) != 0)
		return -1;
	p->job.strategy = "given";
	job_cost(&p->job, &p->run, &cost);
	if (history_reserve(&p->run.history, &cost, e) != 0)
		return -1;
	return job_do(&p->job, &p->run, e);
}

static int
run_live(struct put *p, struct err *e)
{
	struct err said = {0};
	int rc = run_begin(&p->run, (struct span){ NULL, 0 }, e);

	if (rc == 0 && !p->run.probed)
		rc = prove_probe(&p->run, e);
	if (rc == 0)
		rc = send(p, e);
	run_end(&p->run, e);
	if (p->run.history.client != NULL &&
	    report_end(p->app, &p->run.history, &said) != 0 &&
	    e->code == ERR_NONE)
		*e = said;
	return e->code == ERR_NONE ? 0 : -1;
}

static int
prepare(struct put *p, struct err *e)
{
	const struct run_terms terms = { .command = "put",
	    .approval = true };
	struct app *app = p->app;

	p->item = (struct item){ .kind = WALK_FILE, .os_path = app->arg[0],
	    .source = SOURCE, .key = span_of(app->arg[1]) };
	if (archive_open(&p->archive, app, e) != 0 ||
	    run_open(&p->run, app, &p->archive, terms, e) != 0 ||
	    file_open(&p->file, app->arg[0], 0, e) != 0 ||
	    name_file(p, e) != 0 || identify(p, e) != 0)
		return -1;
	count(p);
	return run_gate(&p->run, &(struct run_plan){ .sums = &p->sums,
	    .named = true }, e);
}

int
put_root(struct app *app, struct err *e)
{
	struct put *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a put");
	p->app = app;
	rc = prepare(p, e);
	if (rc == 0 && !run_is_dry(&p->run))
		rc = run_live(p, e);
	job_free(&p->job);
	file_close(&p->file);
	if (p->view != NULL)
		view_close(p->view);
	free(p->view);
	run_close(&p->run);
	archive_close(&p->archive);
	free(p);
	return rc;
}
