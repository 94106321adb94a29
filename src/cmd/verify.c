/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "held.h"
#include "pick.h"
#include "report.h"

#include "verify.h"

#define AT(member) offsetof(struct verify_options, member)

enum proof_wanted {
	WANT_REHASH,
	WANT_RANGES,
	WANT_PRESENCE
};

static const char *const proofs[] = { "rehash", "ranges", "presence", NULL };

const struct field verify_fields[] = {
	{ .name = "proof", .type = FIELD_CHOICE, .offset = AT(proof),
	  .preset = "rehash", .choices = proofs,
	  .value = "rehash|ranges|presence",
	  .what = "read and hash everything, or only look" },
	{ .name = "sample", .type = FIELD_TEXT, .offset = AT(sample),
	  .value = "N|P%", .what = "only so many objects, chosen at random" },
	{ .name = "rolling", .type = FIELD_FLAG, .offset = AT(rolling),
	  .what = "those first whose proof is the oldest" },
	{ .name = NULL }
};

struct verify {
	struct app *app;
	struct archive archive;
	struct run run;
	struct pick pick;
	struct window window;
	enum s3_op op;			/* what each object takes */
	struct crew crew;
};

/* --- All of them ---------------------------------------------------------- */

static int
add(struct verify *v, const struct manifest_line *line,
    const struct manifest_place *place, struct err *e)
{
	struct held *held = malloc(sizeof(*held));

	if (held == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for an object");
	if (held_make(held, &v->run, line, place, e) != 0) {
		free(held);
		return -1;
	}
	job_hold(crew_room(&v->crew), held, v->op);
	return crew_add(&v->crew, e);
}

static int
act(struct verify *v, struct err *e)
{
	const struct manifest_line *line;
	const struct manifest_place *place;
	int rc;

	if (crew_open(&v->crew, &v->run, &v->window, &v->pick.sums, e) != 0)
		return -1;
	rc = pick_begin(&v->pick, e);
	while (rc == 0 && (rc = pick_next(&v->pick, &line, &place, e)) == 1)
		rc = add(v, line, place, e);
	pick_close(&v->pick);
	return crew_finish(&v->crew, e);
}

/* --- The command ---------------------------------------------------------- */

static int
check_options(const struct app *app, struct err *e)
{
	const struct selection_options *s = &app->opt->selection;
	const char *alien = s->plan_from != NULL ? "--plan-from" :
	    s->skip_uploaded ? "--skip-uploaded" :
	    s->force_reupload ? "--force-reupload" :
	    s->rehash ? "--rehash" : NULL;

	if (alien != NULL)
		return err_set(e, ERR_USAGE, "%s is about local files, which "
		    "verify does without", alien);
	if (app->opt->verify.sample != NULL && app->opt->verify.rolling)
		return err_set(e, ERR_USAGE,
		    "both --sample and --rolling are given");
	return 0;
}

/*
 * What rows call it: only a run that goes through everything, and reads it,
 * is one by which an archive is known to be complete (consign-ledger(5)).
 */
static const char *
command_of(const struct verify_options *opt)
{
	return opt->sample != NULL ? "verify-sample" :
	    opt->proof == WANT_PRESENCE ? "verify-presence" : "verify";
}

static int
prepare(struct verify *v, struct err *e)
{
	const struct verify_options *opt = &v->app->opt->verify;
	const struct run_terms terms = { .command = command_of(opt) };
	struct pick *p = &v->pick;
	enum price_class class;

	if (check_options(v->app, e) != 0 ||
	    (opt->sample != NULL && pick_parse(p, opt->sample, e) != 0) ||
	    archive_open(&v->archive, v->app, e) != 0 ||
	    run_open(&v->run, v->app, &v->archive, terms, e) != 0)
		return -1;
	v->op = opt->proof == WANT_PRESENCE ? S3_HEAD : S3_GET;
	class = provider_class(v->run.provider, v->op);
	p->run = &v->run;
	p->only = &v->app->opt->selection.only;
	p->rolling = opt->rolling;
	p->request = (struct plan_requests){ .a = class == PRICE_A,
	    .b = class == PRICE_B, .free = class == PRICE_FREE };
	p->reads = v->op == S3_GET;
	if (pick_count(p, e) != 0)
		return -1;
	if (v->archive.conf.window != NULL && window_parse(&v->window,
	    span_of(v->archive.conf.window), e) != 0)
		return -1;
	return run_gate(&v->run, &(struct run_plan){ .sums = &p->sums,
	    .named = p->only->n > 0, .reads = true }, e);
}

static int
say_sample(const struct verify *v, struct err *e)
{
	const struct pick *p = &v->pick;
	char storage[256];
	struct buf b;

	if (p->sample == PICK_ALL)
		return 0;
	if (!v->app->opt->global.json)
		return out_note(v->app->out, e, "a sample: %lld of the %lld "
		    "objects recorded here, chosen at random",
		    (long long)p->wanted, (long long)p->recorded);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "kind", span_of("sample"));
	record_int(&b, "sampled", p->wanted);
	record_int(&b, "recorded", p->recorded);
	record_end(&b);
	return out_bytes(v->app->out, buf_as_span(&b), e);
}

static int
run_live(struct verify *v, struct err *e)
{
	struct err said = {0};
	int rc = run_begin(&v->run, (struct span){ NULL, 0 }, e);

	if (rc == 0) {
		progress_begin(v->app->progress, &(struct progress_plan){
		    .client = &v->run.session->client,
		    .objects = v->pick.wanted,
		    .bytes_down = v->pick.sums.bytes_down });
		rc = held_check_probed(&v->run, e);
	}
	if (rc == 0)
		rc = say_sample(v, e);
	if (rc == 0)
		act(v, e);
	run_end(&v->run, e);
	progress_end(v->app->progress);
	if (v->run.history.client != NULL &&
	    report_end(v->app, &v->run.history, &said) != 0 &&
	    e->code == ERR_NONE)
		*e = said;
	return e->code == ERR_NONE ? 0 : -1;
}

/* Nothing is recorded here: no word about it goes into history. */
static int
say_nothing(const struct verify *v, struct err *e)
{
	static const struct client_counts none;

	if (out_note(v->app->out, e, "nothing is recorded in %s",
	    v->run.store.store_ref) != 0)
		return -1;
	return report_counts(v->app, &none, e);
}

int
verify_run(struct app *app, struct err *e)
{
	struct verify *v = calloc(1, sizeof(*v));
	int rc;

	if (v == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory to verify with");
	v->app = app;
	rc = prepare(v, e);
	if (rc == 0)
		rc = v->pick.wanted == 0 ? say_nothing(v, e) :
		    run_live(v, e);
	pick_close(&v->pick);
	crew_close(&v->crew);
	run_close(&v->run);
	archive_close(&v->archive);
	free(v);
	return rc;
}
