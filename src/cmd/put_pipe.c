/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "feed.h"
#include "producer.h"
#include "record.h"
#include "std.h"

#include "put_pipe.h"

#define WHAT "standard input"

int
put_pipe_check(const struct app *app, struct err *e)
{
	uint64_t fd = app->opt->put.expect_exit;

	if (feed_check(STD_IN, WHAT, e) != 0)
		return -1;
	if (std_is_terminal(STD_IN)) {
		err_set(e, ERR_USAGE, WHAT " is a terminal");
		return err_advise(e, "pipe something into it: "
		    "tar c DIR | consign put - KEY");
	}
	return fd != OPTIONS_NONE ? producer_check(fd, e) : 0;
}

/* --- The plan ------------------------------------------------------------- */

static int64_t
smaller(int64_t a, uint64_t b)
{
	return b < (uint64_t)a ? (int64_t)b : a;
}

/*
 * What cannot be finished is not begun: of what may be sent, two requests are
 * for Create and Complete.
 */
static void
keep_bounds(struct stream_plan *plan, const struct put_pipe_terms *t)
{
	uint64_t parts = t->class_a > 2 ? t->class_a - 2 : 0;

	if (provider_class(t->provider, S3_PART) == PRICE_A &&
	    parts < plan->parts_max)
		plan->parts_max = (unsigned)parts;
	plan->reach = smaller(plan->reach, (uint64_t)stream_plan_offset(plan,
	    (plan->parts_max < 1 ? 1 : plan->parts_max) + 1));
	plan->reach = smaller(plan->reach, t->store->max_bytes_up);
	plan->reach = smaller(plan->reach, t->store->max_bytes_down);
}

int
put_pipe_plan(struct put_pipe *p, const struct put_pipe_terms *t,
    struct err *e)
{
	const struct provider *pr = t->provider;
	uint64_t expect = t->app->opt->put.expect_size;
	const struct parts_limits limits = { .put_max = pr->put_max,
	    .part_min = pr->part_min, .part_max = pr->part_max,
	    .object_max = pr->object_max, .parts_max = pr->parts_max,
	    .expiry_days = pr->expiry_days };
	const struct stream_wish wish = {
	    .expect = expect != OPTIONS_NONE ? (int64_t)expect :
	    STREAM_PLAN_UNKNOWN,
	    .threshold = t->store->multipart_threshold,
	    .part_size = t->store->multipart_part_size,
	    .allow_tiny = t->store->allow_tiny_parts,
	    .speed = t->store->speed,
	    .day_bytes = t->store->day_bytes, .equal = pr->equal_parts,
	    .room = t->room };

	p->app = t->app;
	p->stream.room = smaller(INT64_MAX, t->room);
	if (stream_plan(&p->plan, &limits, &wish, e) != 0)
		return -1;
	keep_bounds(&p->plan, t);
	if (wish.expect <= p->plan.reach)
		return 0;
	return err_set(e, ERR_PLAN_UNFIT, "%lld bytes are %lld more than the "
	    "parts and the ceilings reach", (long long)wish.expect,
	    (long long)(wish.expect - p->plan.reach));
}

int
put_pipe_say(const struct put_pipe *p, struct err *e)
{
	const struct stream_plan *plan = &p->plan;
	char storage[256];
	struct buf b;

	if (!p->app->opt->global.json)
		return out_result(p->app->out, e, WHAT ": parts of %lld "
		    "bytes, growing to %lld; up to %lld bytes",
		    (long long)plan->first, (long long)plan->most,
		    (long long)plan->reach);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_int(&b, "part_size_bytes", plan->first);
	record_int(&b, "part_size_max_bytes", plan->most);
	record_int(&b, "reach_bytes", plan->reach);
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(p->app->out, buf_as_span(&b), e);
}

/* --- Sending -------------------------------------------------------------- */

static struct put_pipe *
of_stream(struct parts_stream *s)
{
	return (struct put_pipe *)((char *)s -
	    offsetof(struct put_pipe, stream));
}

static int64_t
offset(const struct parts *parts, unsigned number)
{
	const struct put_pipe *p = (const struct put_pipe *)
	    ((const char *)parts - offsetof(struct put_pipe, stream.parts));

	return stream_plan_offset(&p->plan, number);
}

static int
wait_for_input(struct parts_stream *s, int ms, struct err *e)
{
	(void)s;
	return feed_wait(STD_IN, ms, WHAT, e);
}

static ssize_t
read_input(struct parts_stream *s, void *p, size_t n, struct err *e)
{
	(void)s;
	return feed_read(STD_IN, p, n, WHAT, e);
}

static int
ended(struct parts_stream *s, struct err *e)
{
	struct put_pipe *p = of_stream(s);
	uint64_t fd = p->app->opt->put.expect_exit;

	if (fd != OPTIONS_NONE && producer_ask(fd, e) != 0)
		return -1;
	p->is_known = true;
	return p->known != NULL ? p->known(p, e) : 0;
}

int
put_pipe_send(struct put_pipe *p, struct err *e)
{
	static const struct parts_stream_source source = {
	    wait_for_input, read_input, ended };
	struct parts_stream *s = &p->stream;

	s->source = &source;
	s->spool = p->spools.spool;
	s->nspools = p->spools.n;
	s->reach = p->plan.reach;
	s->parts_max = p->plan.parts_max < 1 ? 1 : p->plan.parts_max;
	s->parts.offset = offset;
	s->parts.context = p;
	if (parts_stream_run(s, e) == 0)
		return 0;
	if (e->code == ERR_SUSPENDED && !s->parts.completing &&
	    !(s->whole && s->stored))
		e->code = ERR_PUT_CEILING_EXCEEDED;
	return -1;
}

void
put_pipe_close(struct put_pipe *p)
{
	parts_stream_close(&p->stream);
	put_spools_close(&p->spools);
}
