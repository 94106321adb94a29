/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "clock_sys.h"
#include "hex.h"
#include "pages.h"
#include "record.h"
#include "sha256.h"
#include "tier.h"

#include "anchoring.h"
#include "packs.h"
#include "prove_probe.h"
#include "speed.h"

#include "run.h"

static int64_t
now_of(const struct run *run)
{
	return run->app->clock->wall_s(run->app->clock);
}

bool
run_is_dry(const struct run *run)
{
	return run->terms.plans || run->app->opt->approval.dry_run;
}

/* --- Before the first byte is written ------------------------------------- */

int
run_view(const struct run *run, struct view **view, struct err *e)
{
	const struct view_args args = { .manifest = run->archive->manifest,
	    .ledger = run->archive->ledger, .rng = run->app->rng,
	    .beside = run->archive->manifest };

	*view = calloc(1, sizeof(**view));
	if (*view == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the manifest");
	return view_open(*view, &args, e) < 0 ? -1 : 0;
}

/* What the ledger proves of the store; a changed store has proven nothing. */
static void
find_facts(struct run *run)
{
	const struct facts *f = view_facts(run->view,
	    span_of(run->store.store_ref));

	run->history.facts = f;
	run->tier = TIER_NONE;
	if (f != NULL && f->probed_at != FORM_NONE &&
	    strcmp(f->endpoint, run->endpoint_url) == 0 &&
	    strcmp(f->bucket, run->store.bucket) == 0 &&
	    strcmp(f->region, run->region) == 0) {
		run->tier = (int)f->tier;
		run->line_rate = f->line_rate > 0 ? f->line_rate : 0;
	}
}

static int
choose_store(struct run *run, struct err *e)
{
	if (archive_store(&run->store, run->archive, run->app, &run->endpoint,
	    e) != 0 ||
	    (run->provider = session_provider(&run->store, e)) == NULL ||
	    (run->region = session_region(&run->store, run->provider,
	    e)) == NULL)
		return -1;
	endpoint_url(run->endpoint_url, &run->endpoint);
	return 0;
}

/* The gates that nothing needs to be read for. */
static int
check_words(const struct run *run, struct err *e)
{
	const struct approval_options *a = &run->app->opt->approval;
	const struct gate_facts facts = { .dry_run = a->dry_run,
	    .approve = a->approve, .reviewed_by = a->reviewed_by };

	if (!run->terms.approval)
		return 0;
	if (gate_check(GATE_MODE, &facts, e) != 0)
		return -1;
	return gate_check(GATE_REVIEWER, &facts, e);
}

static int
lock(struct run *run, struct err *e)
{
	if (archive_lock(run->archive, run->app,
	    run->app->opt->approval.wait, e) != 0)
		return -1;
	run->locked = true;
	return 0;
}

int
run_open(struct run *run, struct app *app, struct archive *archive,
    struct run_terms terms, struct err *e)
{
	*run = (struct run){ .app = app, .archive = archive, .terms = terms };
	if (check_words(run, e) != 0 || choose_store(run, e) != 0)
		return -1;
	/* Where there is no state folder yet, there is nothing to lock. */
	if (!run_is_dry(run) && archive->has_state && lock(run, e) != 0)
		return -1;
	if (run_view(run, &run->view, e) != 0)
		return -1;
	find_facts(run);
	if (run->line_rate > 0 && speed_recall(&run->store, run->line_rate,
	    archive->conf.window, e) != 0)
		return -1;
	run->history.app = app;
	run->history.archive = archive;
	run->history.command = terms.command;
	run->history.store_ref = run->store.store_ref;
	run->history.provider_kind = run->store.provider_kind;
	run->history.view = run->view;
	run->history.max_puts_month = archive->conf.max_puts_month;
	run->history.pack_max = packs_size_max(run);
	return 0;
}

static int
say_gate(struct run *run, enum gate gate, const struct err *why,
    struct err *e)
{
	bool stops = why->code != ERR_NONE;
	char storage[1024];
	struct buf b;

	if (!run->app->opt->global.json)
		return stops ? out_result(run->app->out, e,
		    "gate %-12s STOP  %s: %s; %s", gate_name(gate),
		    err_word(why->code), why->msg, err_advice(why)) :
		    out_result(run->app->out, e, "gate %-12s PASS",
		    gate_name(gate));
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "gate", span_of(gate_name(gate)));
	record_str(&b, "verdict", span_of(stops ? "STOP" : "PASS"));
	if (stops) {
		record_str(&b, "code", span_of(err_word(why->code)));
		record_str(&b, "message", span_of(why->msg));
	}
	record_end(&b);
	return out_bytes(run->app->out, buf_as_span(&b), e);
}

/* Each by itself, said where nothing else will happen. */
static int
check_gates(struct run *run, const struct gate_facts *facts, struct err *e)
{
	struct err first = {0};

	for (enum gate g = run->terms.approval ? GATE_MODE : GATE_CREDENTIALS;
	    g < GATE__COUNT; g++) {
		struct err why = {0};
		bool stops = gate_check(g, facts, &why) != 0;

		if (stops && first.code == ERR_NONE)
			first = why;
		if (run_is_dry(run) && say_gate(run, g, &why, e) != 0)
			return -1;
		if (stops && !run_is_dry(run))
			break;
	}
	if (first.code == ERR_NONE || run->terms.plans)
		return 0;
	*e = first;
	return -1;
}

int
run_gate(struct run *run, const struct run_plan *plan, struct err *e)
{
	const struct approval_options *a = &run->app->opt->approval;
	const struct store_conf *sc = &run->store;
	struct plan_sums sums = {0};
	const struct gate_facts facts = {
		.dry_run = a->dry_run,
		.approve = a->approve,
		.reviewed_by = a->reviewed_by,
		.ref = { sc->access_key_id_ref, sc->secret_access_key_ref,
		    sc->session_token_ref },
		.sums = &sums,
		.max_objects = run->archive->conf.max_objects,
		.max_puts = sc->max_puts,
		.max_puts_month = run->archive->conf.max_puts_month,
		.month_class_a = run->history.facts != NULL ?
		    run->history.facts->month_class_a : 0,
		.max_bytes_up = sc->max_bytes_up,
		.max_bytes_down = sc->max_bytes_down,
		.window = run->archive->conf.window,
		.minute = clock_sys_minute(now_of(run)),
		.tier = run->tier,
		.store = sc->name,
		.multipart_threshold = sc->multipart_threshold,
		.named = plan->named,
		.skip_uploaded = plan->skip_uploaded,
		.reads = plan->reads,
	};

	if (plan->sums != NULL)
		sums = *plan->sums;
	if (!run->terms.plans)
		anchoring_count(run, &sums);
	run->max_puts = sc->max_puts != (uint64_t)INT64_MAX ? sc->max_puts :
	    (uint64_t)plan_max_puts(&sums);
	return check_gates(run, &facts, e);
}

/* --- Beginning ------------------------------------------------------------ */

/* SHA-256(archive id | key id), its first 16 digits: contract, Credentials. */
static void
name_key(struct run *run)
{
	uint8_t digest[SHA256_LEN];
	struct sha256 h;

	sha256_init(&h);
	sha256_update(&h, run->archive->id, strlen(run->archive->id));
	sha256_update(&h, "|", 1);
	sha256_update(&h, run->session->creds.key_id,
	    strlen(run->session->creds.key_id));
	sha256_final(&h, digest);
	hex_encode(run->key_ref, digest, sizeof(run->key_ref) / 2);
}

static int
open_session(struct run *run, struct err *e)
{
	const struct session_terms terms = { .widest = ADDR_PUBLIC,
	    .files = run->tier >= 1 };

	run->session = calloc(1, sizeof(*run->session));
	if (run->session == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a session");
	if (session_open(run->session, run->app, &run->store, terms, e) != 0)
		return -1;
	if (run->max_puts != 0)
		run->session->conf.max_class_a = run->max_puts;
	if (bounds_end(&run->session->conf.ends_at, run->archive->conf.window,
	    now_of(run), e) != 0)
		return -1;
	name_key(run);
	run->probed = run->tier != TIER_NONE &&
	    strcmp(run->history.facts->key_ref, run->key_ref) == 0;
	return 0;
}

/* The lock of an archive that had nothing to lock when the run was opened. */
static int
lock_late(struct run *run, struct err *e)
{
	struct view *now;
	bool begun;

	if (archive_make_state(run->archive, e) != 0 || lock(run, e) != 0)
		return -1;
	if (run_view(run, &now, e) != 0) {
		view_close(now);
		free(now);
		return -1;
	}
	begun = now->end.mark.rows > 0;
	view_close(now);
	free(now);
	return begun ? err_set(e, ERR_LOCKED,
	    "another run began this archive meanwhile") : 0;
}

/* Did any run end without its row "end"? */
static bool
some_run_died(const struct facts_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->store[i].open_begin != FORM_NONE)
			return true;
	return false;
}

/* A ceiling as rows have it: absent where there is none. */
static int64_t
ceiling(uint64_t n)
{
	return n >= (uint64_t)INT64_MAX ? FORM_NONE : (int64_t)n;
}

int
run_begin(struct run *run, struct span plan_digest, struct err *e)
{
	const struct archive_conf *conf = &run->archive->conf;
	const struct store_conf *sc = &run->store;
	const struct row_begin begin = {
		.plan_digest = plan_digest,
		.max_objects = ceiling(conf->max_objects),
		.max_puts = ceiling(run->max_puts),
		.max_puts_month = ceiling(conf->max_puts_month),
		.max_bytes_up = ceiling(sc->max_bytes_up),
		.max_bytes_down = ceiling(sc->max_bytes_down),
	};
	bool died = some_run_died(&run->view->facts);

	BUG_ON(run_is_dry(run));
	if (signer_open(&run->history.signer, run->archive, run->app,
	    e) != 0 || anchoring_ready(run, e) != 0 ||
	    (!run->terms.offline && open_session(run, e) != 0))
		return -1;
	if (!run->locked && lock_late(run, e) != 0)
		return -1;
	if (archive_sweep(run->archive, died, e) != 0 ||
	    history_open(&run->history, e) != 0)
		return -1;
	/* What follows takes hours, and needs of it what is known of stores. */
	view_shed(run->view);
	pages_drop_program();
	if (history_begin(&run->history, begin, run->session != NULL ?
	    &run->session->client : NULL, e) != 0)
		return -1;
	if (run->terms.offline)
		return 0;
	return anchoring_check(run, e) == 0 ? prove_probe_clean_up(run, e) :
	    -1;
}

int
run_end(struct run *run, struct err *e)
{
	return history_end(&run->history, e);
}

void
run_close(struct run *run)
{
	history_close(&run->history);
	if (run->session != NULL)
		session_close(run->session);
	free(run->session);
	run->session = NULL;
	if (run->view != NULL)
		view_close(run->view);
	free(run->view);
	run->view = NULL;
}
