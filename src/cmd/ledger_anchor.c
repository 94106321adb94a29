/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "tier.h"

#include "anchor_bundle.h"
#include "report.h"
#include "run.h"

#include "ledger_anchor.h"

/* Large. */
struct anchoring_now {
	struct archive archive;
	struct run run;
};

static int
check(struct run *run, struct err *e)
{
	if (!run->archive->has_ledger) {
		err_set(e, ERR_NOT_FOUND, "there is no history to anchor");
		return err_advise(e, "the first approved command begins one");
	}
	if (run->tier < 1)
		return tier_refuse(run->tier, 1, "an anchor",
		    run->app->opt->selection.store, e);
	return run_gate(run, &(struct run_plan){ .sums = NULL }, e);
}

static int
act(struct run *run, struct err *e)
{
	struct err said = {0};

	if (run_begin(run, (struct span){ NULL, 0 }, e) == 0 &&
	    !run->probed) {
		err_set(e, ERR_TIERED_GATE_UNMET,
		    "this access key is not the one that was probed");
		err_advise(e, "run 'consign prove --tier 0' with it");
	}
	run_end(run, e);
	if (run->history.client != NULL &&
	    report_end(run->app, &run->history, &said) != 0 &&
	    e->code == ERR_NONE)
		*e = said;
	return e->code == ERR_NONE ? 0 : -1;
}

static bool
retain(struct archive_conf *conf, const struct ledger_options *opt)
{
	if (opt->anchor_retention != OPTIONS_NONE)
		conf->anchor_retention = opt->anchor_retention;
	return true;
}

int
ledger_anchor_run(struct app *app, struct err *e)
{
	const struct run_terms terms = { .command = "ledger-anchor",
	    .approval = true, .anchors = true };
	const struct ledger_options *opt = &app->opt->ledger;
	struct anchoring_now *a;
	int rc = -1;

	if ((opt->bundle == NULL) != (opt->key == NULL))
		return err_set(e, ERR_USAGE, "--bundle goes with --key");
	if (opt->bundle != NULL)
		return anchor_bundle_run(app, e);
	a = calloc(1, sizeof(*a));
	if (a == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a run");
	if (archive_open(&a->archive, app, e) == 0 &&
	    retain(&a->archive.conf, opt) &&
	    run_open(&a->run, app, &a->archive, terms, e) == 0 &&
	    check(&a->run, e) == 0)
		rc = run_is_dry(&a->run) ? 0 : act(&a->run, e);
	run_close(&a->run);
	archive_close(&a->archive);
	free(a);
	return rc;
}
