/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>

#include "record.h"
#include "tier.h"

#include "prove.h"
#include "prove_probe.h"
#include "prove_tiers.h"

#define AT(member) offsetof(struct prove_options, member)

const struct field prove_fields[] = {
	{ .name = "tier", .type = FIELD_COUNT, .offset = AT(tier),
	  .max = PROVE_TIERS_LAST, .value = "N",
	  .what = "which tier: 0 to 4, one after the other" },
	{ .name = "keep", .type = FIELD_FLAG, .offset = AT(keep),
	  .what = "leave its objects in the store" },
	{ .name = NULL }
};

struct prove {
	struct archive archive;
	struct run run;
	struct prove_tiers tiers;
};

/* A tier comes after the one below it. */
static int
check_order(const struct run *run, int tier, struct err *e)
{
	if (tier - 1 <= run->tier)
		return 0;
	return tier_refuse(run->tier, tier - 1, "this proof",
	    run->app->opt->selection.store, e);
}

static int
check_gates(struct run *run, int tier, struct err *e)
{
	struct prove_tiers_cost cost;
	struct plan_sums sums = {0};
	struct run_plan plan = { .sums = &sums, .named = true };

	prove_tiers_cost(&cost, tier, run->provider);
	sums.count[PLAN_UPLOAD] = cost.objects;
	sums.bytes = cost.bytes;
	sums.largest = cost.objects > 0 ? cost.bytes / cost.objects : 0;
	sums.requests = (struct plan_requests){
		.a = (int64_t)cost.requests[PRICE_A],
		.b = (int64_t)cost.requests[PRICE_B],
		.free = (int64_t)cost.requests[PRICE_FREE] };
	sums.bytes_up = sums.bytes_down = cost.bytes;
	sums.any = true;
	sums.first.bytes_up = sums.first.bytes_down = cost.bytes;
	if (run_gate(run, &plan, e) != 0)
		return -1;
	if (!run_is_dry(run))
		return 0;
	return out_note(run->app->out, e, "tier %d, by %s: %" PRId64
	    " objects, %" PRId64 " class A and %" PRId64 " class B requests, "
	    "%" PRId64 " bytes up at most", tier, prove_tiers_what(tier),
	    cost.objects, sums.requests.a, sums.requests.b, sums.bytes_up);
}

static int
approve(struct run *run, int tier, struct err *e)
{
	struct row row = { .kind = ROW_APPROVE, .of.approve = {
		.begin_seq = run->history.begin_seq,
		.store_ref = span_of(run->history.store_ref),
		.tier = tier,
		.reviewed_by = span_of(run->app->opt->approval.reviewed_by),
	} };

	if (history_append(&run->history, &row, e) != 0)
		return -1;
	return history_sync(&run->history, e);
}

static int
prove_above(struct prove *p, int tier, struct err *e)
{
	struct run *run = &p->run;

	if (!run->probed) {
		err_set(e, ERR_TIERED_GATE_UNMET, "this store was not probed "
		    "with this access key");
		return err_advise(e, "first comes: consign prove --tier 0");
	}
	p->tiers.run = run;
	if (prove_tiers_run(&p->tiers, tier, e) != 0)
		return -1;
	if (!run->app->opt->prove.keep &&
	    prove_tiers_remove(&p->tiers, e) != 0)
		return -1;
	return approve(run, tier, e);
}

static int
say(const struct prove *p, int tier, struct err *e)
{
	const struct run *run = &p->run;
	const char *store = run->app->opt->selection.store;
	bool left = p->tiers.left || (tier > 0 && run->app->opt->prove.keep);
	int proven = (int)run->history.facts->tier;
	struct out *out = run->app->out;
	char storage[1024];
	struct buf b;

	if (run->app->opt->global.json) {
		buf_fixed(&b, storage, sizeof(storage));
		record_begin(&b);
		record_str(&b, "kind", span_of("tier"));
		record_str(&b, "store_ref", span_of(run->history.store_ref));
		record_int(&b, "tier", tier);
		if (left)
			record_str(&b, "left", span_of(p->tiers.prefix));
		record_end(&b);
		BUG_ON(!buf_ok(&b));
		return out_bytes(out, buf_as_span(&b), e);
	}
	if (left && out_note(out, e, "left in the store: %s/",
	    p->tiers.prefix) != 0)
		return -1;
	if (out_note(out, e, "tier %d is proven, by %s", tier,
	    prove_tiers_what(tier)) != 0)
		return -1;
	if (proven >= PROVE_TIERS_LAST)
		return 0;
	buf_fixed(&b, storage, sizeof(storage));
	tier_next(&b, proven, store);
	return out_note(out, e, "next comes: %s", b.data);
}

static int
prove(struct prove *p, int tier, struct err *e)
{
	struct run *run = &p->run;
	int rc;

	if (run_open(run, run->app, &p->archive, (struct run_terms){
	    .command = "prove", .approval = true }, e) != 0 ||
	    check_order(run, tier, e) != 0 || check_gates(run, tier, e) != 0)
		return -1;
	if (run_is_dry(run))
		return 0;
	rc = run_begin(run, (struct span){ NULL, 0 }, e);
	if (rc == 0)
		rc = tier == 0 ? prove_probe(run, e) : prove_above(p, tier, e);
	if (rc == 0)
		rc = say(p, tier, e);
	return run_end(run, e);
}

int
prove_run(struct app *app, struct err *e)
{
	uint64_t tier = app->opt->prove.tier;
	struct prove *p;
	int rc = -1;

	if (tier == OPTIONS_NONE)
		return err_set(e, ERR_USAGE, "prove needs --tier 0, 1, 2, 3 "
		    "or 4");
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a run");
	p->run.app = app;
	if (archive_open(&p->archive, app, e) == 0)
		rc = prove(p, (int)tier, e);
	prove_tiers_free(&p->tiers);
	run_close(&p->run);
	archive_close(&p->archive);
	free(p);
	return rc;
}
