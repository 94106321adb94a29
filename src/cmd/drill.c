/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "plan.h"
#include "report.h"

#include "drill.h"

static int
check_gates(struct run *run, const struct held *held, struct err *e)
{
	enum price_class class = provider_class(run->provider, S3_GET);
	const struct plan_decision d = { .verdict = PLAN_LOOK,
	    .requests = { .a = class == PRICE_A, .b = class == PRICE_B,
	    .free = class == PRICE_FREE }, .bytes_down = held->size };
	struct plan_sums sums = {0};

	plan_add(&sums, &d, held->size, NULL);
	return run_gate(run, &(struct run_plan){ .sums = &sums, .named = true,
	    .reads = true }, e);
}

static int
reserve(struct run *run, const struct held *held, struct err *e)
{
	struct history_cost cost = { .objects = 1, .bytes_down = held->size };

	cost.requests[provider_class(run->provider, S3_GET)] = 1;
	return history_reserve(&run->history, &cost, e);
}

static int
fetch(struct run *run, const struct held *held, struct err *e)
{
	struct outcome o = { .operation = "restore_object",
	    .before = run->session->client.counts,
	    .started_at = run->app->clock->wall_s(run->app->clock) };
	struct task_result r;
	struct task task;

	held_task(&task, held, S3_GET, &held->known);
	task_do(&task, &run->session->client, &r);
	return held_settle(held, run, &r, &o, e);
}

int
drill_run(struct run *run, const struct held *held, struct err *e)
{
	struct progress *p = run->app->progress;
	struct err said = {0};

	if (check_gates(run, held, e) != 0)
		return -1;
	if (run_begin(run, (struct span){ NULL, 0 }, e) == 0) {
		progress_begin(p, &(struct progress_plan){
		    .client = &run->session->client, .objects = 1,
		    .bytes_down = held->size, .fetches = true });
		progress_phase(p, PROGRESS_LOOK, held->path);
		if (held_check_probed(run, e) == 0 &&
		    reserve(run, held, e) == 0)
			fetch(run, held, e);
	}
	run_end(run, e);
	progress_end(p);
	if (run->history.client != NULL &&
	    report_end(run->app, &run->history, &said) != 0 &&
	    e->code == ERR_NONE)
		*e = said;
	return e->code == ERR_NONE ? 0 : -1;
}
