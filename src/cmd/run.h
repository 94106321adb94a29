/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "archive.h"
#include "facts.h"
#include "gate.h"
#include "history.h"
#include "session.h"
#include "store_conf.h"
#include "view.h"

/*
 * A command at work on one store of an archive, from its first gate to the
 * last row:
 *
 *  1. run_open(): the store's settings; the gates that need no plan; the
 *     lock, where there is something to lock.  Nothing is written, no secret
 *     is read.
 *  2. The command finds out what it would do, and run_gate() judges that.
 *     With --dry-run it ends here: run_is_dry().
 *  3. run_begin(): credentials, state folder, the rows "genesis" and "begin".
 *     What a killed probe left in the store is removed.
 *  4. Requests by session->client, history by history (history.h).
 *  5. run_end(), in every case after a run_begin() that was called.
 *  6. run_close(), on every path.
 */
struct run_terms {
	const char *command;		/* as rows call it */
	bool approval;			/* goes with --dry-run or --approve */
	bool offline;			/* no session: it talks to nobody */
	bool plans;			/* does nothing: no lock, and gates
					   are said but stop nothing */
	bool anchors;			/* history, whatever consign.yaml
					   says */
};

struct run {
	/* For reading. */
	struct app *app;
	struct archive *archive;
	struct run_terms terms;
	struct store_conf store;
	const struct provider *provider;
	struct endpoint endpoint;
	char endpoint_url[ENDPOINT_URL_MAX + 1];
	const char *region;
	int tier;			/* of the store as it is configured
					   now: a changed one has lapsed */
	int64_t line_rate;		/* as an earlier run saw it; 0: none */
	uint64_t max_puts;		/* after run_gate() */
	struct history history;		/* its facts already by run_open() */

	/* After run_begin(). */
	struct session *session;
	bool probed;			/* the store as it is configured, with
					   this access key */
	char key_ref[16 + 1];

	/* Private. */
	struct view *view;
	bool locked;
};

int run_open(struct run *run, struct app *app, struct archive *archive,
    struct run_terms terms, struct err *e);

bool run_is_dry(const struct run *run);

/* A view as of now, to be iterated, closed and freed by the caller. */
int run_view(const struct run *run, struct view **view, struct err *e);

/*
 * All gates, in their order; with --dry-run each is said.  sums may be NULL;
 * named and skip_uploaded: see tier.h; reads: see gate.h.
 */
struct run_plan {
	const struct plan_sums *sums;
	bool named, skip_uploaded, reads;
};

int run_gate(struct run *run, const struct run_plan *plan, struct err *e);

/* plan_digest: of a saved plan that is followed, or without pointer. */
int run_begin(struct run *run, struct span plan_digest, struct err *e);

/* history_end(): see there. */
int run_end(struct run *run, struct err *e);

void run_close(struct run *run);	/* a zeroed one, too */

#endif
