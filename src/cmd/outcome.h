/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef OUTCOME_H
#define OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "object.h"
#include "receipt.h"
#include "row.h"
#include "span.h"

/*
 * What came of objects, on its way into history: a receipt each, and a row
 * "proof" (of adopt_object: "adopt") or "fail" that names it.  Kept until both
 * are durable; only then may anybody be told (run.h).
 */
#define OUTCOME_QUEUE 100

struct outcome {
	const char *operation;		/* "upload_object" */
	struct span path;		/* escaped */
	const char *hex;		/* of the object id */
	int64_t size;
	struct span key;		/* raw */
	const char *strategy;		/* that made the key */
	const struct object *object;	/* its generation; NULL: not known */
	const char *status;		/* "uploaded" */
	const char *proof;		/* "rehash" */
	const char *from, *to;		/* availability before and after */
	struct client_counts before;	/* of the client, when it was begun */
	int64_t started_at;
	int64_t bytes_verified;
	unsigned attempts;
	int64_t part_count, part_size;	/* FORM_NONE: one PUT */
	bool forced;
	const struct err *failure;	/* NULL: it is proven */
};

/* What all outcomes of a run have in common. */
struct outcome_run {
	const char *archive_id, *provider_kind, *store_ref;
	const char *reviewed_by;	/* NULL: nobody */
	bool approved, unproven_live;
	int64_t begin_seq;
	const struct client *client;
	struct receipt_place place;
	int64_t now;
};

/* One that is kept; all texts are its own. */
struct outcome_kept {
	struct row row;			/* proof, adopt or fail */
	bool failed;
	struct err failure;
	char *text;
};

struct outcome_queue {
	struct receipt_batch receipts;
	size_t n;
	struct outcome_kept kept[OUTCOME_QUEUE];
};

/*
 * Write the receipt (not durable yet) and keep the row.  Errors are those of
 * receipt_batch_add(), and ERR_NO_MEMORY.
 */
int outcome_keep(struct outcome_queue *q, const struct outcome_run *run,
    const struct outcome *o, struct err *e);

/* Forget those that are kept; receipts that are not durable go, too. */
void outcome_clear(struct outcome_queue *q);

#endif
