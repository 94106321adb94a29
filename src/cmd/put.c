/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "file.h"
#include "put_pipe_alone.h"
#include "put_pipe_root.h"
#include "put_root.h"
#include "report.h"
#include "session.h"
#include "std.h"
#include "upload.h"

#include "put.h"

#define AT(member) offsetof(struct options, member)

const struct field put_fields[] = {
	{ .name = "expect_size", .type = FIELD_SIZE,
	  .offset = AT(put.expect_size), .max = INT64_MAX, .value = "SIZE",
	  .what = "of -: about so many bytes will come" },
	{ .name = "expect_exit", .type = FIELD_COUNT,
	  .offset = AT(put.expect_exit), .min = 3, .max = 65535, .value = "FD",
	  .what = "of -: its producer's exit status comes there" },
	{ .name = "git_commit", .type = FIELD_TEXT,
	  .offset = AT(selection.git_commit), .value = "HEX",
	  .what = "FILE is of this commit" },
	{ .name = NULL }
};

/* Times of the phases, for -v. */
struct stopwatch {
	struct app *app;
	struct err *e;
	int rc;			/* -1: the guard refused a line */
	bool running;
	enum upload_phase phase;
	int64_t wall_ms, cpu_ms;
};

static void
stop_phase(struct stopwatch *w)
{
	struct clock *clock = w->app->clock;
	int64_t wall = clock->mono_ms(clock) - w->wall_ms;
	int64_t cpu = std_cpu_ms() - w->cpu_ms;

	if (!w->running)
		return;
	w->running = false;
	w->rc |= out_debug(w->app->out, w->e,
	    "%s: %lld.%03lld s, cpu %lld.%03lld s",
	    upload_phase_name(w->phase),
	    (long long)(wall / 1000), (long long)(wall % 1000),
	    (long long)(cpu / 1000), (long long)(cpu % 1000));
}

static void
start_phase(struct upload *u, enum upload_phase phase)
{
	struct stopwatch *w = u->context;

	stop_phase(w);
	progress_phase(w->app->progress, progress_of_upload(phase),
	    (struct span){ NULL, 0 });
	w->running = true;
	w->phase = phase;
	w->wall_ms = w->app->clock->mono_ms(w->app->clock);
	w->cpu_ms = std_cpu_ms();
}

/* What became of it: in every case as a row, for people where it is well. */
static int
report(struct app *app, const struct upload *u, enum err_code failure,
    struct err *e)
{
	struct report_object r = { .operation = "upload_object",
	    .key = u->key, .hex = u->hex[0] != '\0' ? u->hex : NULL,
	    .size = u->size, .attempts = u->attempts,
	    .bytes_verified = u->bytes_verified };
	const struct stopwatch *w = u->context;

	/* It was, or may have been, stored: who may not read cannot tell. */
	if (failure == ERR_PERMISSION_DENIED && w->phase == UPLOAD_PROVE)
		failure = ERR_INDETERMINATE;
	if (failure != ERR_NONE) {
		r.result_status = report_failure(failure);
		r.proof = "none";
	} else {
		r.result_status = u->outcome == UPLOAD_UPLOADED ?
		    "uploaded" : "skipped_remote_same";
		r.object = &u->object;
		r.proof = "rehash";
	}
	progress_ended(app->progress, u->key, r.result_status, u->size);
	if ((failure == ERR_NONE || app->opt->global.json) &&
	    report_object(app, &r, e) != 0)
		return -1;
	return report_counts(app, &u->client->counts, e);
}

/* The ceilings are known to be met before anything is sent, or not at all. */
static int
check_ceilings(const struct store_conf *sc, int64_t size, struct err *e)
{
	if (sc->max_puts < 1)
		return err_set(e, ERR_PUT_CEILING_EXCEEDED,
		    "the upload needs one class A request, the ceiling is 0");
	if ((uint64_t)size > sc->max_bytes_up)
		return err_set(e, ERR_PUT_CEILING_EXCEEDED,
		    "%lld bytes up are above the ceiling of %llu",
		    (long long)size, (unsigned long long)sc->max_bytes_up);
	if ((uint64_t)size > sc->max_bytes_down)
		return err_set(e, ERR_PUT_CEILING_EXCEEDED,
		    "the proof reads %lld bytes, above the ceiling of %llu",
		    (long long)size, (unsigned long long)sc->max_bytes_down);
	return 0;
}

static int
upload(struct app *app, struct session *s, struct file *file, struct err *e)
{
	struct err said = {0};
	struct stopwatch watch = { .app = app, .e = &said };
	struct upload u = { .client = &s->client, .file = file,
	    .key = span_of(app->arg[1]), .phase = start_phase,
	    .context = &watch,
	    .put_if_none_match = !s->provider->no_new_only };

	progress_begin(app->progress, &(struct progress_plan){
	    .client = u.client, .objects = 1, .bytes_up = file->id.size,
	    .bytes_down = file->id.size });
	progress_phase(app->progress, PROGRESS_HASH, u.key);
	if (upload_run(&u, e) != 0)
		err_ctx(e, "put %s", app->arg[1]);
	stop_phase(&watch);
	if (watch.rc == 0)
		watch.rc = report(app, &u, e->code, &said);
	progress_end(app->progress);
	/* A secret that was held back outranks whatever else was wrong. */
	if (watch.rc != 0 && (e->code == ERR_NONE ||
	    said.code == ERR_SECRET_GUARD))
		*e = said;
	return e->code == ERR_NONE ? 0 : -1;
}

/* Without an archive there is no approval, but both words are one too many. */
static int
check_mode(const struct app *app, struct err *e)
{
	const struct approval_options *a = &app->opt->approval;

	if (!a->dry_run || !a->approve)
		return 0;
	return err_set(e, ERR_USAGE,
	    "both --dry-run and --approve are given");
}

static int
put_standard_input(struct app *app, struct err *e)
{
	if (archive_is_meant(app))
		return put_pipe_root(app, e);
	return check_mode(app, e) == 0 ? put_pipe_alone(app, e) : -1;
}

static int
refuse_pipe_options(const struct app *app, struct err *e)
{
	const struct put_options *o = &app->opt->put;

	if (o->expect_size == OPTIONS_NONE && o->expect_exit == OPTIONS_NONE)
		return 0;
	return err_set(e, ERR_USAGE, "--expect-size and --expect-exit are "
	    "for standard input: put - KEY");
}

int
put_run(struct app *app, struct err *e)
{
	struct session *s = NULL;
	struct file file = {0};
	int rc = -1;

	if (report_check_key(span_of(app->arg[1]), e) != 0)
		return -1;
	if (app->opt->selection.git_commit != NULL && !archive_is_meant(app))
		return err_set(e, ERR_ROOT_REQUIRED,
		    "--git-commit is for an archive's history");
	if (strcmp(app->arg[0], "-") == 0)
		return put_standard_input(app, e);
	if (refuse_pipe_options(app, e) != 0)
		return -1;
	if (archive_is_meant(app))
		return put_root(app, e);
	if (check_mode(app, e) != 0 ||
	    file_open(&file, app->arg[0], 0, e) != 0)
		return -1;
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		err_set(e, ERR_NO_MEMORY, "no memory for a session");
		goto done;
	}
	if (check_ceilings(&app->opt->store, file.id.size, e) != 0 ||
	    session_open(s, app, &app->opt->store,
	    (struct session_terms){ .widest = ADDR_LOOPBACK }, e) != 0 ||
	    guard_check(app->guard, NULL, span_of(app->arg[1]), e) != 0)
		goto done;
	rc = app->opt->approval.dry_run ? 0 : upload(app, s, &file, e);
done:
	if (s != NULL)
		session_close(s);
	free(s);
	file_close(&file);
	return rc;
}
