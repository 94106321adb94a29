/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "pages.h"

#include "bounds.h"
#include "speed.h"

#include "crew.h"

/* A batch ends with this many bytes, so that what is done is soon on record. */
#define BATCH_BYTES (8 * 1024 * 1024)

/* --- How many ------------------------------------------------------------- */

static unsigned
jobs_wanted(const struct run *run, const struct plan_sums *sums)
{
	uint64_t jobs = speed_jobs(&run->store), things;

	/* One object that is sent in parts can keep any number busy. */
	things = sums->bytes_up > 0 &&
	    (uint64_t)sums->largest >= run->store.multipart_threshold ?
	    jobs : (uint64_t)plan_objects(sums);
	if (things < jobs)
		jobs = things;
	return (unsigned)jobs;
}

int
crew_open(struct crew *c, struct run *run, const struct window *window,
    const struct plan_sums *sums, struct err *e)
{
	unsigned jobs = jobs_wanted(run, sums);

	c->run = run;
	c->window = window;
	c->lanes.rate = run->line_rate;
	if (jobs < 2)
		return 0;
	pages_keep(run->view, sizeof(*run->view));
	return pool_open(&c->pool, &run->session->client,
	    &run->session->conf, jobs, e);
}

/* --- Places --------------------------------------------------------------- */

struct job *
crew_room(struct crew *c)
{
	struct crew_place *p = c->place;

	while (p->state != CREW_FREE)
		p++;
	BUG_ON(p == c->place + CREW_JOBS_MAX);
	c->making = p;
	return &p->job;
}

static void
vacate(struct crew *c, struct crew_place *p)
{
	c->waiting -= p->state == CREW_WAITING;
	c->active -= p->state == CREW_ACTIVE;
	p->state = CREW_FREE;
	job_free(&p->job);
	free(p->errand);
	p->errand = NULL;
}

void
crew_close(struct crew *c)
{
	pool_close(c->pool);
	c->pool = NULL;
	for (size_t i = 0; i < CREW_JOBS_MAX; i++)
		if (c->place[i].state == CREW_WAITING)
			vacate(c, &c->place[i]);
	/* One whose making failed has not been added. */
	if (c->making != NULL)
		job_free(&c->making->job);
}

/* Is that key being worked at? */
static bool
is_taken(const struct crew *c, struct span key)
{
	for (size_t i = 0; i < CREW_JOBS_MAX; i++)
		if (c->place[i].state == CREW_ACTIVE &&
		    span_eq(c->place[i].job.key, key))
			return true;
	return false;
}

/* The next to be begun; NULL: none can be now. */
static struct crew_place *
next_waiting(struct crew *c)
{
	struct crew_place *best = NULL;

	for (size_t i = 0; i < CREW_JOBS_MAX; i++) {
		struct crew_place *p = &c->place[i];

		if (p->state == CREW_WAITING &&
		    (best == NULL || p->order < best->order) &&
		    !is_taken(c, p->job.key))
			best = p;
	}
	return best;
}

/* --- Ending --------------------------------------------------------------- */

/* A task that no worker gets: what came of it is why not. */
static void
refuse(struct crew_task *t, const struct err *why)
{
	struct task_result r = { .why = *why, .outcome = UPLOAD_FAILED,
	    .verdict = PROOF_UNTOLD };

	errand_take(t->place->errand, &t->task, &r);
	t->place = NULL;
}

/* Nothing more is begun; what is under way is waited for. */
static void
stop(struct crew *c, const struct err *why)
{
	struct err rest = *why;

	if (c->why.code != ERR_NONE)
		return;
	c->why = *why;
	if (why->code != ERR_INTERRUPTED)
		err_set(&rest, ERR_SUSPENDED, "the run ended meanwhile");
	if (c->held != NULL)
		refuse(c->held, &rest);
	c->held = NULL;
	for (size_t i = 0; i < CREW_JOBS_MAX; i++) {
		struct crew_place *p = &c->place[i];

		if (p->state == CREW_ACTIVE)
			errand_stop(p->errand, &rest);
		if (p->state == CREW_WAITING)
			vacate(c, p);
	}
}

static int
flush(struct crew *c, struct err *e)
{
	c->recorded = 0;
	c->recorded_bytes = 0;
	return history_flush(&c->run->history, e);
}

/* Bytes that it has to move, most probably. */
static int64_t
bytes_of(const struct job *job)
{
	return job->look || job->op == S3_HEAD ? 0 : job->size;
}

static void
note_recorded(struct crew *c, const struct job *job)
{
	struct err e = {0};

	c->recorded++;
	c->recorded_bytes += bytes_of(job);
	if (c->recorded >= OUTCOME_QUEUE || c->recorded_bytes >= BATCH_BYTES)
		if (flush(c, &e) != 0)
			stop(c, &e);
}

/* Record those of which nothing is left to do. */
static void
end_errands(struct crew *c)
{
	for (size_t i = 0; i < CREW_JOBS_MAX; i++) {
		struct crew_place *p = &c->place[i];
		struct err e = {0};

		if (p->state != CREW_ACTIVE || !errand_is_over(p->errand))
			continue;
		if (errand_end(p->errand, &e) != 0)
			stop(c, &e);
		note_recorded(c, &p->job);
		vacate(c, p);
	}
}

/* --- Beginning ------------------------------------------------------------ */

/* Class A requests that errands under way may still send. */
static uint64_t
class_a_to_come(const struct crew *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < CREW_JOBS_MAX; i++) {
		const struct crew_place *p = &c->place[i];
		struct history_cost cost = { .objects = 0 };
		uint64_t done;

		if (p->state != CREW_ACTIVE)
			continue;
		job_cost(&p->job, c->run, &cost);
		done = p->errand->counts.requests[PRICE_A];
		if (cost.requests[PRICE_A] > done)
			sum += cost.requests[PRICE_A] - done;
	}
	return sum;
}

/* Is there a reason not to begin it? */
static int
check_bounds(const struct crew *c, const struct job *job, struct err *e)
{
	int64_t step = job->look ? 0 : job->parts.part_size;
	uint64_t to_come = class_a_to_come(c);
	uint64_t lent = c->pool != NULL ? pool_lent(c->pool, PRICE_A) : 0;
	struct history_cost next = { .objects = 0 };

	job_cost(job, c->run, &next);
	if (job->held == NULL)
		next.bytes_up = next.bytes_down = step;
	/* What is lent, the ceiling is without already. */
	if (to_come > lent)
		next.requests[PRICE_A] += to_come - lent;
	return bounds_check(c->run, c->window, &next, e);
}

/*
 * An object that was proven and is gone has to be sent again, which the
 * default ceiling did not count; one that was given is not touched.
 */
static uint64_t
allow_for_loss(struct crew *c, const struct job *job)
{
	uint64_t n = job->look &&
	    c->run->store.max_puts == (uint64_t)INT64_MAX;

	c->run->session->conf.max_class_a += n;
	return n;
}

/* --- By this process ------------------------------------------------------ */

static void
do_alone(struct crew *c)
{
	struct crew_place *p;
	struct err e = {0};

	while (c->why.code == ERR_NONE && (p = next_waiting(c)) != NULL) {
		allow_for_loss(c, &p->job);
		if (check_bounds(c, &p->job, &e) != 0) {
			stop(c, &e);
			return;
		}
		if (errand_run(&p->job, c->run, &e) != 0)
			stop(c, &e);
		note_recorded(c, &p->job);
		if (p->state == CREW_WAITING)
			vacate(c, p);
	}
}

/* --- By workers ----------------------------------------------------------- */

/* Begin one more: 1; 0: not now; -1: the run is over. */
static int
begin_errand(struct crew *c)
{
	struct crew_place *p = next_waiting(c);
	struct err e = {0};
	uint64_t allowed;

	if (p == NULL)
		return 0;
	allowed = allow_for_loss(c, &p->job);
	if (check_bounds(c, &p->job, &e) == 0 &&
	    (p->errand = malloc(sizeof(*p->errand))) == NULL)
		err_set(&e, ERR_NO_MEMORY, "no memory for an object");
	if (e.code != ERR_NONE) {
		c->run->session->conf.max_class_a -= allowed;
		/* Those under way may need less than was feared. */
		if (c->active > 0 && e.code != ERR_INTERRUPTED)
			return 0;
		stop(c, &e);
		return -1;
	}
	c->waiting--;
	c->active++;
	p->state = CREW_ACTIVE;
	errand_begin(p->errand, &p->job, c->run);
	return 1;
}

/* The next task of an errand under way, in a place of its own; or NULL. */
static struct crew_task *
next_task(struct crew *c)
{
	struct crew_task *t = c->task;

	if (c->held != NULL)
		return c->held;
	while (t->place != NULL)
		t++;
	BUG_ON(t == c->task + POOL_JOBS_MAX + 1);
	for (size_t i = 0; i < CREW_JOBS_MAX; i++) {
		struct crew_place *p = &c->place[i];

		if (p->state == CREW_ACTIVE &&
		    errand_next(p->errand, &t->task)) {
			t->place = p;
			return t;
		}
	}
	return NULL;
}

static int64_t
now_ms(const struct crew *c)
{
	struct clock *clock = c->run->app->clock;

	return clock->mono_ms(clock);
}

/* Large bodies that are on their way. */
static unsigned
bodies_under_way(const struct crew *c)
{
	unsigned n = 0;

	for (size_t i = 0; i <= POOL_JOBS_MAX; i++)
		n += c->task[i].given && c->task[i].bytes_up >= LANES_SMALL;
	return n;
}

/* Something for all idle workers, and the next task at hand, if there is. */
static void
hand_out(struct crew *c)
{
	struct err e = {0};

	while (pool_idle(c->pool) > 0) {
		struct crew_task *t = next_task(c);
		struct pool_need need;

		if (t == NULL) {
			end_errands(c);
			if (c->why.code != ERR_NONE || begin_errand(c) != 1)
				return;
			continue;
		}
		need = errand_need(t->place->errand, &t->task);
		t->bytes_up = (int64_t)need.bytes_up;
		if (!lanes_allow(&c->lanes, bodies_under_way(c),
		    t->bytes_up)) {
			c->held = t;
			return;
		}
		switch (pool_give(c->pool, &t->task, &need, t, &e)) {
		case 1:
			t->given = true;
			t->given_ms = now_ms(c);
			c->held = NULL;
			break;
		case 0:
			c->held = t;
			return;
		default:
			c->held = NULL;
			refuse(t, &e);
		}
	}
	c->held = next_task(c);
}

static void
wait_for_one(struct crew *c)
{
	struct pool_done done;
	struct crew_task *t;

	if (pool_wait(c->pool, &done) != 1)
		return;
	t = done.tag;
	if (done.result.why.code == ERR_NONE && t->task.kind == TASK_PART)
		errand_measure(c->run, &c->lanes, bodies_under_way(c),
		    &t->task, t->given_ms);
	t->given = false;
	errand_take(t->place->errand, &t->task, &done.result);
	t->place = NULL;
}

/* All workers are gone, and none can be had. */
static void
lose_workers(struct crew *c)
{
	struct err e = {0};

	err_set(&e, ERR_NO_MEMORY, "worker processes end as soon as they are "
	    "begun");
	err_advise(&e, "free memory, or run with --jobs 1");
	stop(c, &e);
}

/*
 * Until nothing waits, nor a task for a worker; with all, until nothing is
 * left.
 */
static void
do_by_workers(struct crew *c, bool all)
{
	for (;;) {
		hand_out(c);
		end_errands(c);
		if (c->active == 0 && c->waiting == 0)
			return;
		if (!all && c->why.code == ERR_NONE && c->waiting == 0 &&
		    c->held == NULL)
			return;
		if (pool_busy(c->pool) > 0)
			wait_for_one(c);
		else if (pool_idle(c->pool) == 0)
			lose_workers(c);
	}
}

/* --- Batches -------------------------------------------------------------- */

static int
reserve(struct crew *c, struct err *e)
{
	struct history_cost cost = { .objects = 0 };

	c->waiting_bytes = 0;
	if (c->waiting == 0)
		return 0;
	for (size_t i = 0; i < CREW_JOBS_MAX; i++)
		if (c->place[i].state == CREW_WAITING)
			job_cost(&c->place[i].job, c->run, &cost);
	return history_reserve(&c->run->history, &cost, e);
}

static int
work(struct crew *c, bool all, struct err *e)
{
	struct err why = {0};

	if (reserve(c, &why) != 0)
		stop(c, &why);
	if (c->pool == NULL)
		do_alone(c);
	else
		do_by_workers(c, all || c->why.code != ERR_NONE);
	err_clear(&why);
	if (flush(c, &why) != 0)
		stop(c, &why);
	if (c->why.code == ERR_NONE)
		return 0;
	/* What flush() could not keep was all that there was. */
	*e = why.code != ERR_NONE ? why : c->why;
	return -1;
}

int
crew_add(struct crew *c, struct err *e)
{
	struct crew_place *p = c->making;

	c->making = NULL;
	p->state = CREW_WAITING;
	p->order = c->order++;
	c->waiting++;
	c->waiting_bytes += bytes_of(&p->job);
	if (c->waiting < OUTCOME_QUEUE && c->waiting_bytes < BATCH_BYTES)
		return 0;
	return work(c, false, e);
}

int
crew_finish(struct crew *c, struct err *e)
{
	if (e->code != ERR_NONE)
		stop(c, e);
	return c->waiting + c->active + c->recorded == 0 &&
	    c->why.code == ERR_NONE ? 0 : work(c, true, e);
}
