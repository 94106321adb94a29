/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "archive.h"
#include "checkpoint.h"
#include "client.h"
#include "facts.h"
#include "ledger.h"
#include "outcome.h"
#include "row.h"
#include "signer.h"
#include "view.h"

/*
 * The history that a run writes: rows, receipts, and the manifest at its end.
 * Nothing else in the program writes any.
 *
 *  1. history_open() the ledger, at the end that a view found; where there is
 *     none, it is made, with its row 0.
 *  2. history_begin(): the row "begin", synced.
 *  3. For each object or batch of them: history_append() rows of what is
 *     new; history_reserve() what it may cost, which syncs; then requests may
 *     be sent; history_record() what came of each object; history_flush(),
 *     after which that is durable, and said.
 *  4. history_end(): what is kept in the store of history itself (packs.h),
 *     after a checkpoint of its own; the rows "end" and, signing all of
 *     them, "checkpoint"; then the manifest.
 *  5. history_close(), on every path.
 */

/* Requests that nothing was reserved for are asked for so many at once. */
#define HISTORY_MORE 8

struct history {
	/* Filled in by history_open(). */
	struct app *app;
	struct archive *archive;
	const char *command;		/* as rows call it */
	const char *store_ref;		/* NULL: it is about no store */
	const char *provider_kind;
	struct view *view;		/* whose facts follow the rows */
	const struct facts *facts;	/* of the store, own rows included;
					   NULL: nothing is known of it */
	uint64_t max_puts_month;
	int64_t pack_max;		/* bytes of a history pack: packs.h */
	struct signer signer;		/* by history_open(), or before */

	/* After history_begin(). */
	int64_t begin_seq;
	struct client *client;		/* the caller's; NULL: none */

	/*
	 * For the row "end"; counted by history_record(), history_current()
	 * and history_fail().
	 */
	int64_t uploaded, current, remote_same, failed;
	int64_t line_rate;		/* bytes a second; 0: not known */
	struct err failure;		/* the first; ERR_OBJECTS_FAILED where
					   there were different ones */

	bool anchors;			/* the last checkpoint is to be stored
					   as an anchor, too: anchoring.h */
	struct history_seal {		/* the last checkpoint of this run */
		int64_t seq;		/* its row's; 0: there was none */
		int64_t time;
		uint8_t previous[CHAIN_LEN];	/* chain value that is signed */
		struct checkpoint by;
	} seal;

	/* Private. */
	struct history_allowance {
		struct client_allowance base;
		struct history *history;
	} allowance;
	uint64_t class_a;		/* of it, what is lent included */
	struct ledger ledger;
	struct outcome_queue *queue;
	int64_t said;			/* failures, so far */
	bool begun;
};

/*
 * h has app, archive, command, store_ref, provider_kind, view, facts and
 * max_puts_month.  Under the lock.
 */
int history_open(struct history *h, struct err *e);

/*
 * The rest of *begin is filled in here: command, store_ref, approval and
 * reviewer as the command line has them, tool_version.  client is watched from
 * here on: it sends nothing that is not reserved.
 */
int history_begin(struct history *h, struct row_begin begin,
    struct client *client, struct err *e);

/* Write a row (not synced) and apply it to facts; begin_seq is the caller's. */
int history_append(struct history *h, struct row *row, struct err *e);
int history_sync(struct history *h, struct err *e);

/* What is about to be sent, at most. */
struct history_cost {
	int64_t objects;
	uint64_t requests[PRICE__COUNT];
	int64_t bytes_up, bytes_down;
};

/*
 * Have so much reserved beyond what was sent, by the store's month, and sync
 * all rows so far.  A request that nothing is reserved for makes a row of its
 * own before it is sent; so does the first of another month, for all that is
 * left of the month before.  ERR_SUSPENDED for the month's ceiling;
 * ERR_PUT_CEILING_EXCEEDED where nothing was sent yet.
 */
int history_reserve(struct history *h, const struct history_cost *cost,
    struct err *e);

/*
 * Queue what came of one object: a receipt, and a row "proof" or "fail".  Up
 * to OUTCOME_QUEUE between two history_flush().
 */
int history_record(struct history *h, const struct outcome *o, struct err *e);
int history_flush(struct history *h, struct err *e);

/*
 * A cause that every other object would meet, a bound, or a signal: the run
 * is over, and ends with its line.  No object's line says it as well.
 */
bool history_ends_run(const struct err *why);

/* One that is current: nothing is recorded. */
void history_current(struct history *h, struct span path, int64_t size);

/* A failure that has no object id, and so no receipt: said and counted. */
int history_fail(struct history *h, struct span path, const struct err *why,
    struct err *e);

/*
 * e is how the run ended; where it is ERR_NONE but objects failed it is set to
 * that.  0 where it stays ERR_NONE.  Does nothing before history_begin().
 */
int history_end(struct history *h, struct err *e);

void history_close(struct history *h);	/* a zeroed one, twice too */

#endif
