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
#include "ledger.h"
#include "object.h"
#include "row.h"
#include "session.h"
#include "store_conf.h"
#include "view.h"

/*
 * A run of a command that is approved, on one store of an archive: from the
 * first gate to the row "end".
 *
 *  1. run_open(): the store's settings, the gates that need no plan, with
 *     --approve the lock; what the ledger proves of the store is in facts.
 *     Nothing is written, no secret is read.
 *  2. The command finds out what it would do, and run_gate() judges that.
 *     With --dry-run it ends here (run_is_dry()).
 *  3. run_begin(): state folder, lock, credentials, the rows "genesis" and
 *     "begin", synced.  What a killed probe left in the store is removed.
 *  4. For each object or batch of them: run_admit() what is new,
 *     run_reserve() what it may cost, which syncs; then requests may be sent
 *     with session.client; run_record() what came of each object; and
 *     run_flush(), after which that is durable and said.
 *  5. run_end(), in every case after run_begin().
 *  6. run_close(), on every path.
 *
 * History is written by this file alone; order: receipts, rows, manifest.
 */
#define RUN_BATCH 100		/* objects between two run_flush() */

struct run {
	/* For reading. */
	struct app *app;
	struct archive *archive;
	const char *command;		/* as rows call it */
	struct store_conf store;
	const struct provider *provider;
	struct endpoint endpoint;
	char endpoint_url[ENDPOINT_HOSTPORT_MAX + 16];
	const char *region;
	struct facts facts;		/* of the store, own rows included */
	int tier;			/* of the store as it is configured
					   now: a changed one has lapsed */
	bool same_key;			/* after run_begin(): the access key
					   is the one that was probed */
	struct view *view;		/* as of run_open(), or NULL */
	struct session *session;	/* after run_begin() */
	int64_t begin_seq;
	uint64_t max_puts;		/* after run_gate() */

	/* For the row "end"; counted by run_record() but for current. */
	int64_t uploaded, current, remote_same, failed;

	/* Why objects failed: the code, ERR_OBJECTS_FAILED if several. */
	struct err failure;

	/* Private. */
	bool begun, locked;
	char key_ref[17];
	struct ledger ledger;
	struct run_queue *queue;
	uint64_t reserved[PRICE__COUNT];
};

/* What a command would do at most, for the gates. */
struct run_cost {
	int64_t objects;
	uint64_t requests[PRICE__COUNT];
	uint64_t bytes_up, bytes_down;
};

int run_open(struct run *run, struct app *app, const char *command,
    struct archive *archive, struct err *e);

bool run_is_dry(const struct run *run);

/*
 * All gates, in their order: *facts is filled in by the command for what
 * only it knows (see gate.h), the rest here.  Says every gate's verdict with
 * --dry-run.  The first that stops is the error.
 */
int run_gate(struct run *run, struct gate_facts *facts, struct err *e);

/* plan_digest: of a saved plan that is followed, or without pointer. */
int run_begin(struct run *run, struct span plan_digest, struct err *e);

/*
 * Reserve in the ledger, by the store's month, and sync all rows so far.
 * What a request needs beyond it is reserved by itself before it is sent.
 * ERR_SUSPENDED, or ERR_PUT_CEILING_EXCEEDED before anything was done, for
 * the month's ceiling.
 */
int run_reserve(struct run *run, const struct run_cost *cost, struct err *e);

/* Write a row (not synced), and apply it to facts. */
int run_append(struct run *run, struct row *row, struct err *e);
int run_sync(struct run *run, struct err *e);

/* What came of one object. */
struct run_outcome {
	const char *operation;		/* "upload_object" */
	struct span path;		/* escaped */
	const char *hex;		/* of the object id; "": not known,
					   then there is no receipt */
	int64_t size;
	struct span key;		/* raw */
	const struct object *object;	/* its generation; NULL: not known */
	const char *result_status;	/* "uploaded" */
	const char *proof;		/* "rehash" */
	const char *from, *to;		/* availability before and after */
	const struct client_counts *before;	/* of the client, when begun */
	int64_t started_at;
	int64_t bytes_verified;
	unsigned attempts;
	int64_t part_count, part_size;	/* FORM_NONE: one PUT */
	bool forced;
	const struct err *failure;	/* NULL: it is proven */
};

/*
 * Queue a receipt, and a row "proof" or "fail".  A failure is said in a line
 * when it is flushed, and makes run.failure.
 */
int run_record(struct run *run, const struct run_outcome *o, struct err *e);

int run_flush(struct run *run, struct err *e);

/*
 * The row "end" with what e says (ERR_NONE: run.failure decides), and the
 * manifest.  On return e is the run's result: it is set where the run itself
 * went well but objects failed.
 */
int run_end(struct run *run, struct err *e);

void run_close(struct run *run);	/* a zeroed one, too */

#endif
