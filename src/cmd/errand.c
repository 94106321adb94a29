/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "errand.h"

/* What the session's own client has done since then is the errand's. */
static void
count_own(struct errand *d, const struct client_counts *then)
{
	const struct client_counts *now = &d->run->session->client.counts;
	struct client_counts *c = &d->counts;

	for (int i = 0; i < PRICE__COUNT; i++)
		c->requests[i] += now->requests[i] - then->requests[i];
	c->bytes_up += now->bytes_up - then->bytes_up;
	c->bytes_down += now->bytes_down - then->bytes_down;
	c->retries += now->retries - then->retries;
	c->backoff_ms += now->backoff_ms - then->backoff_ms;
}

/* --- Doing ---------------------------------------------------------------- */

void
errand_begin(struct errand *d, struct job *job, struct run *run)
{
	struct client_counts then = run->session->client.counts;

	*d = (struct errand){ .job = job, .run = run,
	    .started_at = run->app->clock->wall_s(run->app->clock) };
	progress_phase(run->app->progress, PROGRESS_LOOK, job->path);
	if (!job->parts.multipart)
		return;
	if (file_open(&d->file, job->os_path, 0, &d->why) == 0 &&
	    in_parts_open(&d->in_parts, &d->parts,
	    (struct in_parts_of){ job, run, &d->file }, &d->why) == 0)
		parts_start(&d->parts);
	count_own(d, &then);
}

static bool
next_whole(struct errand *d, struct task *task)
{
	const struct facts *f = d->run->history.facts;
	const struct job *job = d->job;

	if (d->handed || d->why.code != ERR_NONE)
		return false;
	d->handed = true;
	if (job->held != NULL) {
		held_task(task, job->held, job->op, &job->held->known);
		return true;
	}
	*task = (struct task){ .kind = TASK_WHOLE, .key = job->key,
	    .digest = job->digest, .path = job->os_path,
	    .size = job->size,
	    .known = job->look ? &job->known : NULL,
	    .seen = job->was_seen ? &job->seen : NULL, .force = job->force,
	    .put_if_none_match = f->put_if_none_match,
	    .delete_if_match = f->delete_if_match,
	    .versioned = f->versioned };
	return true;
}

bool
errand_next(struct errand *d, struct task *task)
{
	bool any = !d->job->parts.multipart ? next_whole(d, task) :
	    d->why.code == ERR_NONE && parts_next(&d->parts, task);

	d->at_work += any;
	if (any && d->job->parts.multipart)
		progress_part(d->run->app->progress, d->job->path,
		    task->offset / d->parts.part_size + 1, d->parts.count);
	return any;
}

struct pool_need
errand_need(const struct errand *d, const struct task *t)
{
	const struct provider *p = d->run->provider;
	struct history_cost cost = { .objects = 0 };
	struct pool_need need = { .bytes_up = 0 };

	if (t->kind == TASK_PART) {
		need.requests[provider_class(p, S3_PART)] = 1;
		need.bytes_up = (uint64_t)t->size;
	} else if (t->kind == TASK_RANGE) {
		need.requests[provider_class(p, S3_GET)] = 1;
		need.bytes_down = (uint64_t)t->size;
	} else {
		job_cost(d->job, d->run, &cost);
		memcpy(need.requests, cost.requests, sizeof(need.requests));
		need.bytes_up = (uint64_t)cost.bytes_up;
		need.bytes_down = (uint64_t)cost.bytes_down;
	}
	return need;
}

static void
add_counts(struct client_counts *to, const struct client_counts *n)
{
	for (int i = 0; i < PRICE__COUNT; i++)
		to->requests[i] += n->requests[i];
	to->bytes_up += n->bytes_up;
	to->bytes_down += n->bytes_down;
	to->retries += n->retries;
	to->backoff_ms += n->backoff_ms;
}

void
errand_take(struct errand *d, const struct task *task,
    const struct task_result *r)
{
	struct client_counts then = d->run->session->client.counts;

	d->at_work--;
	add_counts(&d->counts, &r->counts);
	if (d->job->parts.multipart) {
		parts_take(&d->parts, task, r);
	} else {
		d->whole = *r;
		d->why = r->why;
	}
	count_own(d, &then);
}

void
errand_stop(struct errand *d, const struct err *why)
{
	if (d->job->parts.multipart && d->why.code == ERR_NONE)
		parts_stop(&d->parts, why);
}

bool
errand_is_over(const struct errand *d)
{
	if (d->why.code != ERR_NONE)
		return d->at_work == 0;
	return d->job->parts.multipart ? parts_is_over(&d->parts) :
	    d->handed && d->at_work == 0;
}

/* --- Its end -------------------------------------------------------------- */

static void
conclude(struct errand *d, struct job_result *r)
{
	const struct task_result *t = &d->whole;

	if (d->job->parts.multipart) {
		/* One that could not even be prepared was not begun. */
		if (d->why.code == ERR_NONE)
			parts_conclude(&d->parts, &d->why);
		job_take_parts(r, &d->parts);
		return;
	}
	r->outcome = t->outcome;
	r->object = t->object;
	r->wrong = t->wrong;
	r->deleted = t->deleted;
	r->left = t->left;
	r->stored = t->stored;
	r->attempts = t->attempts;
	r->bytes_verified = t->bytes_verified;
	r->proof = "rehash";
}

/* As if it alone had used the client: what it cost before what there is. */
static void
tell_counts(const struct errand *d, struct client_counts *before)
{
	for (int i = 0; i < PRICE__COUNT; i++)
		before->requests[i] -= d->counts.requests[i];
	before->bytes_up -= d->counts.bytes_up;
	before->bytes_down -= d->counts.bytes_down;
	before->retries -= d->counts.retries;
	before->backoff_ms -= d->counts.backoff_ms;
}

static int
end_held(const struct errand *d, struct err *e)
{
	struct outcome o = { .operation = "verify_object",
	    .before = d->run->session->client.counts,
	    .started_at = d->started_at };

	tell_counts(d, &o.before);
	return held_settle(d->job->held, d->run, &d->whole, &o, e);
}

int
errand_end(struct errand *d, struct err *e)
{
	struct client_counts then = d->run->session->client.counts;
	struct err why = {0};
	struct job_result r;
	int rc;

	if (d->job->held != NULL)
		return end_held(d, e);
	job_begin(&r, d->run);
	r.started_at = d->started_at;
	conclude(d, &r);
	count_own(d, &then);
	r.why = d->why;
	r.before = d->run->session->client.counts;
	tell_counts(d, &r.before);
	rc = job_settle(d->job, d->run, &r, e);
	if (in_parts_settle(d->in_parts, &why) != 0 && rc == 0) {
		*e = why;
		rc = -1;
	}
	parts_close(&d->parts);
	in_parts_close(d->in_parts);
	d->in_parts = NULL;
	file_close(&d->file);
	return rc;
}

void
errand_measure(struct run *run, struct lanes *lanes, unsigned under_way,
    const struct task *task, int64_t began_ms)
{
	struct clock *clock = run->app->clock;

	lanes_measure(lanes, under_way, task->size,
	    clock->mono_ms(clock) - began_ms);
	if (run->store.bwlimit == NULL &&
	    lanes->rate > run->history.line_rate)
		run->history.line_rate = lanes->rate;
}

int
errand_run(struct job *job, struct run *run, struct err *e)
{
	struct client *client = &run->session->client;
	struct errand *d = malloc(sizeof(*d));
	struct clock *clock = run->app->clock;
	struct lanes lanes = {0};
	struct task_result r;
	struct task task;
	int rc;

	if (d == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for an object");
	errand_begin(d, job, run);
	while (errand_next(d, &task)) {
		struct client_counts then = client->counts;
		int64_t began_ms = clock->mono_ms(clock);

		task_do(&task, client, &r);
		if (task.kind == TASK_PART && r.why.code == ERR_NONE)
			errand_measure(run, &lanes, 1, &task, began_ms);
		count_own(d, &then);
		errand_take(d, &task, &r);
	}
	rc = errand_end(d, e);
	free(d);
	return rc;
}
