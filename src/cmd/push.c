/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "job.h"
#include "lookup.h"
#include "origin.h"
#include "orphans.h"
#include "packs.h"
#include "probe.h"
#include "prove_probe.h"
#include "report.h"
#include "run.h"
#include "tier.h"
#include "window.h"

#include "push.h"

struct push {
	struct app *app;
	struct archive archive;
	struct run run;
	struct plan_sums sums;
	char digest[SHA256_HEX_LEN + 1];	/* of a saved plan, or "" */
	struct lookup lookup;
	struct orphans orphans;
	struct window window;
	bool doubtful;			/* those of which a run could not tell
					   come first, and by themselves */
	struct crew crew;
};

/* --- What there is to do -------------------------------------------------- */

/* The items are walked once to count, perhaps to compare, and to act. */
enum pass {
	PASS_COUNT,
	PASS_LOOK,
	PASS_ACT
};

/* A stream of all items, over a view of its own. */
struct stream {
	struct view *view;
	struct items *items;
};

static int
stream_open(struct stream *s, struct push *p, enum pass pass, struct err *e)
{
	struct run *run = &p->run;
	struct items_rules rules = { .archive = &p->archive,
	    .store = &run->store, .provider = run->provider,
	    .endpoint_url = run->endpoint_url, .region = run->region,
	    .select = &p->app->opt->selection,
	    .now = p->app->clock->wall_s(p->app->clock),
	    .hash = pass == PASS_ACT, .progress = p->app->progress,
	    .check_plan = pass == PASS_COUNT };

	*s = (struct stream){ NULL, NULL };
	if (run_view(run, &s->view, e) != 0)
		return -1;
	rules.view = s->view;
	return items_open(&s->items, &rules, e);
}

static void
stream_close(struct stream *s)
{
	items_close(s->items);
	if (s->view != NULL)
		view_close(s->view);
	free(s->view);
	*s = (struct stream){ NULL, NULL };
}

static int
say_left_out(struct push *p, const struct item *item, struct err *e)
{
	char storage[8192];
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	items_say(item, &b);
	return out_note(p->app->out, e, "%.*s", (int)b.len, b.data);
}

/* The probe comes first where this store has proven nothing. */
static void
count_probe(struct push *p)
{
	struct plan_requests *r = &p->sums.requests;
	uint64_t n[PRICE__COUNT] = {0};

	if (p->run.tier != TIER_NONE || plan_objects(&p->sums) == 0)
		return;
	probe_cost(p->run.provider, n);
	r->a += (int64_t)n[PRICE_A];
	r->b += (int64_t)n[PRICE_B];
	r->free += (int64_t)n[PRICE_FREE];
}

/* Count everything, for the gates; nothing is read but names. */
static int
count(struct push *p, struct err *e)
{
	struct stream s;
	struct item item;
	int rc = stream_open(&s, p, PASS_COUNT, e);

	while (rc == 0 && (rc = items_next(s.items, &item, e)) == 1) {
		rc = item.plan.verdict == PLAN_LEFT_OUT &&
		    item.kind != WALK_UNREADABLE ?
		    say_left_out(p, &item, e) : 0;
	}
	if (rc == 0)
		rc = items_finish(s.items, e);
	if (rc == 0) {
		p->sums = *items_sums(s.items);
		count_probe(p);
		packs_count(&p->run, &p->sums);
		if (p->app->opt->selection.plan_from != NULL)
			memcpy(p->digest, items_plan_digest(s.items),
			    sizeof(p->digest));
	}
	stream_close(&s);
	return rc;
}

/* --- Doing it ------------------------------------------------------------- */

static int
add_job(struct push *p, const struct item *item, const struct object *seen,
    struct err *e)
{
	struct job *job = crew_room(&p->crew);

	if (job_make(job, &p->run, item,
	    p->app->opt->selection.force_reupload, e) != 0 ||
	    orphans_replace(&p->orphans, job, e) != 0)
		return -1;
	orphans_wanted(&p->orphans, item);
	if (seen != NULL) {
		job->seen = *seen;
		job->was_seen = true;
	}
	return crew_add(&p->crew, e);
}

/* The next item: left out, unreadable, current by the listing, or a job. */
static int
take(struct push *p, const struct item *item, struct err *e)
{
	struct object seen;

	orphans_seen(&p->orphans, item);
	if (item->plan.verdict == PLAN_BLOCKED ||
	    (item->why.code != ERR_NONE &&
	    p->app->opt->selection.only.n == 0))
		return history_fail(&p->run.history, item->path, &item->why,
		    e);
	if (item->plan.verdict != PLAN_UPLOAD &&
	    item->plan.verdict != PLAN_LOOK)
		return 0;
	switch (lookup_find(&p->lookup, item, &seen, e)) {
	case LOOKUP_CURRENT:
		history_current(&p->run.history, item->path, item->id.size);
		return item->cached ? 0 : job_admit(&p->run, item, e);
	case LOOKUP_SEEN:
		return add_job(p, item, &seen, e);
	case LOOKUP_UNKNOWN:
		return add_job(p, item, NULL, e);
	default:
		return -1;
	}
}

/* One look at the whole store where that is cheaper than one an object. */
static int
look_around(struct push *p, struct err *e)
{
	struct stream s;
	int rc;

	if (p->app->opt->selection.force_reupload ||
	    !lookup_pays(&p->lookup, &p->run, &p->sums))
		return 0;
	rc = stream_open(&s, p, PASS_LOOK, e);
	if (rc == 0)
		rc = lookup_make(&p->lookup, &p->run, s.items, e);
	stream_close(&s);
	return rc;
}

static int
walk(struct push *p, struct err *e)
{
	struct stream s;
	struct item item;
	int rc;

	rc = stream_open(&s, p, PASS_ACT, e);
	while (rc == 0 && (rc = items_next(s.items, &item, e)) == 1)
		rc = p->sums.doubtful > 0 && p->doubtful !=
		    (item.plan.reason == PLAN_DOUBTFUL) ? 0 :
		    take(p, &item, e);
	if (crew_finish(&p->crew, e) != 0)
		rc = -1;
	stream_close(&s);
	return rc;
}

static int
act(struct push *p, struct err *e)
{
	if (orphans_open(&p->orphans, &p->run, e) != 0 ||
	    crew_open(&p->crew, &p->run, &p->window, &p->sums, e) != 0)
		return -1;
	p->doubtful = p->sums.doubtful > 0;
	if (p->doubtful && walk(p, e) != 0)
		return -1;
	p->doubtful = false;
	if (look_around(p, e) != 0 || walk(p, e) != 0)
		return -1;
	return orphans_end(&p->orphans, e);
}

/* Nothing may be sent before this very store was probed with this key. */
static int
probe_first(struct push *p, struct err *e)
{
	if (p->run.probed)
		return 0;
	if (p->run.tier != TIER_NONE && plan_objects(&p->sums) > 1) {
		err_set(e, ERR_TIERED_GATE_UNMET,
		    "this access key is not the one that was probed");
		return err_advise(e, "run 'consign prove --tier 0' with it");
	}
	return prove_probe(&p->run, e);
}

/* --force-reupload that sent nothing has not done what was asked for. */
static int
check_forced(const struct push *p, struct err *e)
{
	if (!p->app->opt->selection.force_reupload ||
	    p->run.history.uploaded > 0 || p->run.history.failed > 0)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "nothing was sent again");
}

static int
run_live(struct push *p, struct err *e)
{
	struct span digest = { p->digest, strlen(p->digest) };
	struct err said = {0};
	int rc = run_begin(&p->run, digest.len > 0 ? digest :
	    (struct span){ NULL, 0 }, e);

	if (rc == 0)
		progress_begin(p->app->progress, &(struct progress_plan){
		    .client = &p->run.session->client,
		    .objects = plan_objects(&p->sums),
		    .bytes_up = p->sums.bytes_up,
		    .bytes_down = p->sums.bytes_down });
	if (rc == 0 && plan_objects(&p->sums) > 0)
		rc = probe_first(p, e);
	if (rc == 0)
		rc = act(p, e);
	if (rc == 0)
		check_forced(p, e);
	run_end(&p->run, e);
	progress_end(p->app->progress);
	if (p->run.history.client != NULL &&
	    report_end(p->app, &p->run.history, &said) != 0 &&
	    e->code == ERR_NONE)
		*e = said;
	return e->code == ERR_NONE ? 0 : -1;
}

int
push_run(struct app *app, struct err *e)
{
	const struct run_terms terms = { .command = "push",
	    .approval = true };
	const struct selection_options *select = &app->opt->selection;
	struct push *p = calloc(1, sizeof(*p));
	const char *window;
	int rc = -1;

	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a push");
	p->app = app;
	if (origin_check(select, e) != 0 ||
	    archive_open(&p->archive, app, e) != 0 ||
	    run_open(&p->run, app, &p->archive, terms, e) != 0 ||
	    count(p, e) != 0)
		goto done;
	window = p->archive.conf.window;
	if ((window != NULL &&
	    window_parse(&p->window, span_of(window), e) != 0) ||
	    run_gate(&p->run, &(struct run_plan){ .sums = &p->sums,
	    .named = select->only.n > 0,
	    .skip_uploaded = select->skip_uploaded }, e) != 0)
		goto done;
	rc = run_is_dry(&p->run) ? 0 : run_live(p, e);
done:
	crew_close(&p->crew);
	orphans_close(&p->orphans);
	lookup_free(&p->lookup);
	run_close(&p->run);
	archive_close(&p->archive);
	free(p);
	return rc;
}
