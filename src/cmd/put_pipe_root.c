/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "pages.h"
#include "parts_journal.h"
#include "put_object.h"
#include "put_pipe.h"
#include "speed.h"
#include "text.h"
#include "tier.h"

#include "put_pipe_root.h"

#define MIB ((uint64_t)1 << 20)

/* Where such bytes come from, as paths go. */
#define CANONICAL "/dev/stdin"

struct piped {
	struct put_object object;
	struct put_pipe pipe;
	struct parts_journal journal;
	bool made;			/* the job is, with its object id */
};

static struct piped *
of_parts(const struct parts *p)
{
	return ((struct put_pipe *)p->context)->context;
}

/* --- Before --------------------------------------------------------------- */

/* What spools may take: not the last bytes, which the ledger needs. */
static int
find_room(const struct archive *a, uint64_t *room, struct err *e)
{
	if (file_room(a->has_state ? a->state : a->root, room, e) != 0)
		return -1;
	*room -= *room / 8;
	*room -= *room % MIB;
	return 0;
}

/* Class A requests that are left to this run. */
static uint64_t
class_a_left(const struct run *run)
{
	uint64_t month = run->archive->conf.max_puts_month, left;
	uint64_t spent = run->history.facts != NULL ?
	    (uint64_t)run->history.facts->month_class_a : 0;

	left = month > spent ? month - spent : 0;
	return left < run->store.max_puts ? left : run->store.max_puts;
}

/* As a plan: of what is expected, or else of one byte in one PUT. */
static void
count(struct piped *p, const struct err *unfit)
{
	uint64_t expect = p->object.app->opt->put.expect_size;
	struct parts_plan parts = { .part_size = 1, .count = 1 };
	int64_t size = (int64_t)p->object.run.store.multipart_threshold;

	if (expect != OPTIONS_NONE) {
		parts = p->pipe.plan.expected;
		size = (int64_t)expect;
	} else {
		p->object.endless = true;
	}
	put_object_count(&p->object, unfit->code == ERR_NONE ? &parts : NULL,
	    size, unfit);
}

static int
prepare(struct piped *p, struct app *app, struct err *e)
{
	struct put_object *o = &p->object;
	struct put_pipe_terms terms = { .app = app, .store = &o->run.store };
	struct err unfit = {0};

	if (put_pipe_check(app, e) != 0 || put_object_open(o, app, e) != 0 ||
	    find_room(&o->archive, &terms.room, e) != 0)
		return -1;
	put_object_from(o, CANONICAL);
	terms.provider = o->run.provider;
	terms.class_a = class_a_left(&o->run);
	put_pipe_plan(&p->pipe, &terms, &unfit);
	count(p, &unfit);
	if (run_is_dry(&o->run) && unfit.code == ERR_NONE &&
	    put_pipe_say(&p->pipe, e) != 0)
		return -1;
	return run_gate(&o->run, &(struct run_plan){ .sums = &o->sums,
	    .named = true }, e);
}

/* Nobody can plan so many parts: without a ceiling, all that may come. */
static void
raise_ceiling(struct piped *p)
{
	struct run *run = &p->object.run;
	uint64_t all = p->pipe.plan.parts_max + 3;

	all += all / 10 + 10;
	if (run->store.max_puts == (uint64_t)INT64_MAX &&
	    run->max_puts < all)
		run->max_puts = all;
}

/* Before tier 1 an object is below the threshold, however large parts are. */
static void
keep_small(struct piped *p)
{
	const struct run *run = &p->object.run;
	struct stream_plan *plan = &p->pipe.plan;
	int64_t most = (int64_t)run->store.multipart_threshold - 1;

	if (run->tier < 1 && plan->first > most)
		plan->first = most < 0 ? 0 : most;
}

/* --- What it leaves on the disk ------------------------------------------- */

static int
intend(struct parts *parts, struct err *e)
{
	struct piped *p = of_parts(parts);
	struct put_object *o = &p->object;
	char key[3 * REPORT_KEY_MAX + 1];
	struct buf b;

	if (o->run.tier < 1)
		return tier_refuse(o->run.tier, 1, "input that is longer "
		    "than expected", o->run.store.name, e);
	buf_fixed(&b, key, sizeof(key));
	text_escape(&b, parts->key);
	return parts_journal_intend(&p->journal, &(struct journal_intent){
		.remote_key = buf_as_span(&b),
		.size_bytes = FORM_NONE,
		.part_size_bytes = parts->part_size,
		.part_count = FORM_NONE,
	}, e);
}

static int
begun(struct parts *parts, struct err *e)
{
	return parts_journal_begun(&of_parts(parts)->journal, parts, e);
}

/* A pipe cannot be gone on with when the window opens again. */
static int
landed(struct parts *parts, unsigned number, struct err *e)
{
	struct parts_journal *j = &of_parts(parts)->journal;

	if (parts_journal_landed(j, parts, number, e) != 0)
		return -1;
	return parts_journal_window(j, ERR_OUTSIDE_WINDOW, e);
}

static int
completing(struct parts *parts, struct err *e)
{
	return parts_journal_note(&of_parts(parts)->journal,
	    JOURNAL_COMPLETING, e);
}

static int
ended(struct parts *parts, enum parts_end end, struct err *e)
{
	return parts_journal_ended(&of_parts(parts)->journal, parts, end, e);
}

/* The object id is known: admit it, before it can be in the store. */
static int
admit(struct put_pipe *pipe, struct err *e)
{
	struct piped *p = pipe->context;
	struct put_object *o = &p->object;

	o->item.id = (struct file_id){ .size = pipe->stream.parts.size };
	memcpy(o->item.object_id, "sha256:", 7);
	memcpy(o->item.object_id + 7, pipe->stream.parts.hex,
	    SHA256_HEX_LEN + 1);
	if (put_object_recall(o, e) != 0)
		return -1;
	o->item.cached = false;		/* what comes by a pipe never is */
	if (job_make(&o->job, &o->run, &o->item, false, e) != 0)
		return -1;
	o->job.strategy = "given";
	o->job.look = false;		/* it came to be read: so prove it */
	p->made = true;
	return history_sync(&o->run.history, e);
}

/* --- At work -------------------------------------------------------------- */

static int
settle(struct piped *p, struct job_result *r, struct err *e)
{
	const struct parts_stream *s = &p->pipe.stream;
	struct put_object *o = &p->object;

	if (s->parts.upload_id[0] != '\0' && r->why.code != ERR_NONE)
		err_advise(&r->why, "its unfinished upload is on record: see "
		    "'consign abort'");
	/* Without an object id there is nothing that a receipt could name. */
	if (!p->made)
		return history_fail(&o->run.history, o->item.path, &r->why, e);
	job_take_parts(r, &s->parts);
	if (s->whole) {
		r->stored = s->stored;
		r->proof = "rehash";
		r->part_count = r->part_size = FORM_NONE;
	}
	return job_settle(&o->job, &o->run, r, e);
}

/* A worker for each part that may be under way. */
static int
open_workers(struct piped *p, struct err *e)
{
	struct run *run = &p->object.run;
	unsigned jobs = speed_jobs(&run->store);
	bool known = p->object.app->opt->put.expect_size != OPTIONS_NONE;

	if (run->tier < 1)
		jobs = 1;		/* there will be none */
	else if (known && p->pipe.plan.expected.count < jobs)
		jobs = p->pipe.plan.expected.count > 0 ?
		    p->pipe.plan.expected.count : 1;
	if (put_spools_open(&p->pipe.spools, run->archive->state, jobs,
	    run->app->rng, e) != 0)
		return -1;
	if (jobs == 1)
		return 0;
	pages_keep(run->view, sizeof(*run->view));
	return pool_open(&p->pipe.stream.pool, &run->session->client,
	    &run->session->conf, jobs, e);
}

static int
send(struct put_object *o, struct err *e)
{
	static const struct parts_hooks hooks = { .intend = intend,
	    .begun = begun, .landed = landed, .completing = completing,
	    .ended = ended };
	struct piped *p = (struct piped *)o;
	const struct facts *f = o->run.history.facts;
	struct history_cost cost = { .objects = 1 };
	struct job_result r;

	o->job.path = o->item.path;
	o->job.key = o->item.key;
	cost.requests[PRICE_A] = (uint64_t)o->sums.requests.a;
	cost.requests[PRICE_B] = (uint64_t)o->sums.requests.b;
	cost.requests[PRICE_FREE] = (uint64_t)o->sums.requests.free;
	cost.bytes_up = o->sums.bytes_up;
	cost.bytes_down = o->sums.bytes_down;
	if (put_object_end_earlier(o, e) != 0 ||
	    history_reserve(&o->run.history, &cost, e) != 0 ||
	    open_workers(p, e) != 0)
		return -1;
	parts_journal_init(&p->journal, &o->run, o->item.path);
	p->pipe.stream.put_if_none_match = f->put_if_none_match;
	p->pipe.stream.parts = (struct parts){
		.client = &o->run.session->client,
		.key = o->item.key,
		.hooks = &hooks,
		.how = f->get_if_match ? PARTS_RANGES : PARTS_REHASH,
		.delete_if_match = f->delete_if_match,
		.versioned = f->versioned,
	};
	p->pipe.context = p;
	p->pipe.known = admit;
	job_begin(&r, &o->run);
	put_pipe_send(&p->pipe, &r.why);
	pool_close(p->pipe.stream.pool);
	p->pipe.stream.pool = NULL;
	return settle(p, &r, e);
}

int
put_pipe_root(struct app *app, struct err *e)
{
	struct piped *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a pipe");
	rc = prepare(p, app, e);
	if (rc == 0 && !run_is_dry(&p->object.run)) {
		raise_ceiling(p);
		keep_small(p);
		rc = put_object_live(&p->object, send, e);
	}
	journal_close(&p->journal.file);
	pool_close(p->pipe.stream.pool);
	put_pipe_close(&p->pipe);
	put_object_close(&p->object);
	free(p);
	return rc;
}
