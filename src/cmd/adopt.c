/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "claim.h"
#include "keymap.h"
#include "report.h"
#include "run.h"
#include "seek.h"

#include "adopt.h"

/* A batch ends with this many bytes, so that what is done is soon on record. */
#define BATCH_BYTES (8 * 1024 * 1024)

#define AT(member) offsetof(struct adopt_options, member)

const struct field adopt_fields[] = {
	{ .name = "key_map", .type = FIELD_TEXT, .offset = AT(key_map),
	  .value = "FILE", .what = "which object is at which key" },
	{ .name = "content_hash_verify", .type = FIELD_FLAG,
	  .offset = AT(content_hash_verify),
	  .what = "read the objects, and prove them" },
	{ .name = NULL }
};

struct adopt {
	struct app *app;
	struct archive archive;
	struct run run;
	struct window window;
	struct keymap map;		/* n 0: keys by the strategy */
	struct seek seek;

	/* How many were declared, and how many not even looked for, why. */
	int64_t declared, absent, proven_before, unmapped;

	size_t n;
	int64_t batch_bytes;
	struct claim claim[OUTCOME_QUEUE];
};

/* --- Doing it ------------------------------------------------------------- */

static void
free_batch(struct adopt *a)
{
	for (size_t i = 0; i < a->n; i++)
		job_free(&a->claim[i].job);
	a->n = 0;
	a->batch_bytes = 0;
}

static int
do_claim(struct adopt *a, struct claim *claim, struct err *e)
{
	struct history_cost next = { .objects = 0 };

	claim_cost(claim, &a->run, &next);
	if (bounds_check(&a->run, &a->window, &next, e) != 0 ||
	    claim_do(claim, &a->run, e) != 0)
		return -1;
	a->declared += claim->declared;
	a->absent += claim->absent;
	return 0;
}

/* Only what is durable is said. */
static int
keep(struct adopt *a, struct err *e)
{
	if (history_flush(&a->run.history, e) != 0)
		return -1;
	for (size_t i = 0; i < a->n; i++)
		if (claim_say(&a->claim[i], &a->run, e) != 0)
			return -1;
	return 0;
}

static int
do_batch(struct adopt *a, struct err *e)
{
	struct history_cost cost = { .objects = 0 };
	struct err last = {0};
	int rc;

	if (a->n == 0)
		return 0;
	for (size_t i = 0; i < a->n; i++)
		claim_cost(&a->claim[i], &a->run, &cost);
	rc = history_reserve(&a->run.history, &cost, e);
	for (size_t i = 0; i < a->n && rc == 0; i++)
		rc = do_claim(a, &a->claim[i], e);
	if (keep(a, &last) != 0) {
		*e = last;
		rc = -1;
	}
	free_batch(a);
	return rc;
}

static int
add(struct adopt *a, const struct item *item, struct err *e)
{
	struct claim *claim = &a->claim[a->n];

	*claim = (struct claim){ .reads = a->seek.reads,
	    .expected = a->map.n > 0 || a->app->opt->selection.only.n > 0 };
	a->n++;
	if (job_make(&claim->job, &a->run, item, false, e) != 0)
		return -1;
	if (a->map.n > 0)
		claim->job.strategy = "given";
	a->batch_bytes += a->seek.reads ? item->id.size : 0;
	if (a->n == OUTCOME_QUEUE || a->batch_bytes >= BATCH_BYTES)
		return do_batch(a, e);
	return 0;
}

static int
take(struct adopt *a, const struct item *item, enum seek_fate fate,
    struct err *e)
{
	switch (fate) {
	case SEEK_UNREADABLE:
		if (a->app->opt->selection.only.n > 0)
			return 0;
		return history_fail(&a->run.history, item->path, &item->why,
		    e);
	case SEEK_BLOCKED:
		return history_fail(&a->run.history, item->path, &item->why,
		    e);
	case SEEK_PROVEN:
		a->proven_before++;
		return 0;
	case SEEK_UNMAPPED:
		a->unmapped++;
		return 0;
	case SEEK_SOUGHT:
		return add(a, item, e);
	default:
		return 0;
	}
}

static int
act(struct adopt *a, struct err *e)
{
	enum seek_fate fate;
	struct item item;
	int rc = seek_open(&a->seek, e);

	while (rc == 0 && (rc = seek_next(&a->seek, &item, &fate, e)) == 1)
		rc = take(a, &item, fate, e);
	if (rc == 0)
		rc = do_batch(a, e);
	free_batch(a);
	seek_close(&a->seek);
	return rc;
}

/* --- The command ---------------------------------------------------------- */

static int
check_options(const struct app *app, struct err *e)
{
	const struct selection_options *s = &app->opt->selection;

	if (s->plan_from != NULL)
		return err_set(e, ERR_USAGE,
		    "--plan-from is a plan of a push");
	if (s->force_reupload)
		return err_set(e, ERR_USAGE,
		    "--force-reupload sends, which adopt does not");
	return 0;
}

static int
prepare(struct adopt *a, struct err *e)
{
	const struct run_terms terms = { .command = "adopt",
	    .approval = true };
	const char *map = a->app->opt->adopt.key_map;

	a->seek.run = &a->run;
	a->seek.map = &a->map;
	a->seek.reads = a->app->opt->adopt.content_hash_verify;
	if (check_options(a->app, e) != 0 ||
	    archive_open(&a->archive, a->app, e) != 0 ||
	    run_open(&a->run, a->app, &a->archive, terms, e) != 0 ||
	    (map != NULL && keymap_load(&a->map, map, e) != 0) ||
	    seek_count(&a->seek, e) != 0)
		return -1;
	if (a->archive.conf.window != NULL && window_parse(&a->window,
	    span_of(a->archive.conf.window), e) != 0)
		return -1;
	return run_gate(&a->run, &(struct run_plan){ .sums = &a->seek.sums,
	    .named = a->app->opt->selection.only.n > 0, .reads = true }, e);
}

static int
say_counts(const struct adopt *a, struct err *e)
{
	char storage[512];
	struct buf b;

	if (!a->app->opt->global.json)
		return out_note(a->app->out, e, "%lld declared, %lld not "
		    "there, %lld proven before, %lld not in the key map",
		    (long long)a->declared, (long long)a->absent,
		    (long long)a->proven_before, (long long)a->unmapped);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "kind", span_of("adopt"));
	record_int(&b, "declared", a->declared);
	record_int(&b, "proven", a->run.history.remote_same);
	record_int(&b, "absent", a->absent);
	record_int(&b, "proven_before", a->proven_before);
	record_int(&b, "unmapped", a->unmapped);
	record_end(&b);
	return out_bytes(a->app->out, buf_as_span(&b), e);
}

/* Nothing that was looked for is there. */
static int
check_any(const struct adopt *a, struct err *e)
{
	const struct history *h = &a->run.history;

	if (a->declared + a->proven_before + h->remote_same + h->failed > 0)
		return 0;
	if (a->absent > 0)
		return err_set(e, ERR_NOT_FOUND, "none of %lld objects is in "
		    "the store", (long long)a->absent);
	if (a->unmapped > 0)
		return err_set(e, ERR_NOT_FOUND, "no object of the archive "
		    "is in %s", a->app->opt->adopt.key_map);
	return 0;
}

/* Only the key that was probed is known to see what is absent. */
static int
check_probed(const struct adopt *a, struct err *e)
{
	if (a->run.probed || plan_objects(&a->seek.sums) == 0)
		return 0;
	err_set(e, ERR_TIERED_GATE_UNMET,
	    "this access key is not the one that was probed");
	return err_advise(e, "run 'consign prove --tier 0' with it");
}

static int
run_live(struct adopt *a, struct err *e)
{
	struct err said = {0};
	int rc = run_begin(&a->run, (struct span){ NULL, 0 }, e);

	if (rc == 0)
		rc = check_probed(a, e);
	if (rc == 0)
		rc = act(a, e);
	if (rc == 0)
		check_any(a, e);
	run_end(&a->run, e);
	if (a->run.history.client != NULL &&
	    (say_counts(a, &said) != 0 ||
	    report_end(a->app, &a->run.history, &said) != 0) &&
	    e->code == ERR_NONE)
		*e = said;
	return e->code == ERR_NONE ? 0 : -1;
}

int
adopt_run(struct app *app, struct err *e)
{
	struct adopt *a = calloc(1, sizeof(*a));
	int rc;

	if (a == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory to adopt with");
	a->app = app;
	rc = prepare(a, e);
	if (rc == 0 && !run_is_dry(&a->run))
		rc = run_live(a, e);
	seek_close(&a->seek);
	keymap_free(&a->map);
	run_close(&a->run);
	archive_close(&a->archive);
	free(a);
	return rc;
}
