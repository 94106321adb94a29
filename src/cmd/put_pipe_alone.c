/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "put_pipe.h"
#include "report.h"
#include "session.h"

#include "put_pipe_alone.h"

/* --- Nothing is kept ------------------------------------------------------ */

static int
keep_nothing(struct parts *p, struct err *e)
{
	(void)p;
	(void)e;
	return 0;
}

static int
keep_no_part(struct parts *p, unsigned number, struct err *e)
{
	(void)number;
	return keep_nothing(p, e);
}

static int
keep_no_end(struct parts *p, enum parts_end end, struct err *e)
{
	(void)end;
	return keep_nothing(p, e);
}

static const struct parts_hooks hooks = { .intend = keep_nothing,
    .begun = keep_nothing, .landed = keep_no_part,
    .completing = keep_nothing, .ended = keep_no_end };

/* --- All of it ------------------------------------------------------------ */

/* What became of it: in every case as a row, for people where it is well. */
static int
report(struct app *app, const struct put_pipe *p, const struct err *why,
    struct err *e)
{
	const struct parts *parts = &p->stream.parts;
	enum err_code failure = why->code;
	struct report_object r = { .operation = "upload_object",
	    .key = parts->key,
	    .hex = parts->hex[0] != '\0' ? parts->hex : NULL,
	    .size = parts->size, .attempts = parts->attempts,
	    .bytes_verified = parts->bytes_verified };

	/* It was, or may have been, stored: who may not read cannot tell. */
	if (failure == ERR_PERMISSION_DENIED && p->is_known &&
	    p->stream.stored)
		failure = ERR_INDETERMINATE;
	if (failure != ERR_NONE) {
		r.result_status = report_failure(failure);
		r.proof = "none";
	} else {
		r.result_status = parts->outcome == UPLOAD_UPLOADED ?
		    "uploaded" : "skipped_remote_same";
		r.object = &parts->object;
		r.proof = "rehash";
	}
	progress_ended(app->progress, r.key, r.result_status, r.size);
	if ((failure == ERR_NONE || app->opt->global.json) &&
	    report_object(app, &r, e) != 0)
		return -1;
	return report_counts(app, &parts->client->counts, e);
}

static int64_t
expected(const struct app *app)
{
	uint64_t size = app->opt->put.expect_size;

	return size == OPTIONS_NONE ? PROGRESS_UNKNOWN : (int64_t)size;
}

static int
send(struct put_pipe *p, struct session *s, struct err *e)
{
	struct app *app = p->app;
	struct err said = {0};

	if (put_spools_memory(&p->spools, app->rng, e) != 0)
		return -1;
	p->stream.put_if_none_match = !s->provider->no_new_only;
	p->stream.parts = (struct parts){ .client = &s->client,
	    .key = span_of(app->arg[1]), .hooks = &hooks,
	    .how = PARTS_REHASH };
	progress_begin(app->progress, &(struct progress_plan){
	    .client = &s->client, .objects = 1, .bytes_up = expected(app),
	    .bytes_down = expected(app) });
	progress_phase(app->progress, PROGRESS_SEND, span_of(app->arg[1]));
	if (put_pipe_send(p, e) != 0) {
		err_ctx(e, "put %s", app->arg[1]);
		if (p->stream.parts.upload_id[0] != '\0')
			err_advise(e, "its upload was begun, and could not be "
			    "ended: %.64s", p->stream.parts.upload_id);
	}
	/* A secret that was held back outranks whatever else was wrong. */
	if (report(app, p, e, &said) != 0 && (e->code == ERR_NONE ||
	    said.code == ERR_SECRET_GUARD))
		*e = said;
	progress_end(app->progress);
	return e->code == ERR_NONE ? 0 : -1;
}

int
put_pipe_alone(struct app *app, struct err *e)
{
	const struct store_conf *sc = &app->opt->store;
	struct put_pipe_terms terms = { .app = app, .store = sc,
	    .room = PUT_PIPE_MEMORY, .class_a = sc->max_puts };
	struct session *s = NULL;
	struct put_pipe *p = NULL;
	int rc = -1;

	if (put_pipe_check(app, e) != 0)
		return -1;
	s = calloc(1, sizeof(*s));
	p = calloc(1, sizeof(*p));
	if (s == NULL || p == NULL) {
		err_set(e, ERR_NO_MEMORY, "no memory for a session");
		goto done;
	}
	if (sc->max_puts < 1) {
		err_set(e, ERR_PUT_CEILING_EXCEEDED,
		    "the upload needs one class A request, the ceiling is 0");
		goto done;
	}
	if (session_open(s, app, sc,
	    (struct session_terms){ .widest = ADDR_LOOPBACK }, e) != 0 ||
	    guard_check(app->guard, NULL, span_of(app->arg[1]), e) != 0)
		goto done;
	terms.provider = s->provider;
	if (put_pipe_plan(p, &terms, e) != 0)
		goto done;
	rc = app->opt->approval.dry_run ? put_pipe_say(p, e) : send(p, s, e);
done:
	if (p != NULL)
		put_pipe_close(p);
	free(p);
	if (s != NULL)
		session_close(s);
	free(s);
	return rc;
}
