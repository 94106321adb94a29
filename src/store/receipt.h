/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RECEIPT_H
#define RECEIPT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "file_batch.h"
#include "guard.h"
#include "sha256.h"
#include "span.h"

struct rng;

/*
 * Receipts: one immutable JSON file for one execution on one object, failures
 * included.  What each field means is in consign-ledger(5).
 *
 * A member marked (?) is optional: absent, a span has no pointer, and a
 * number is FORM_NONE.
 */
#define RECEIPT_SCHEMA "consign.receipt.v1"
#define RECEIPT_MAX 65536	/* bytes of one */

struct receipt {
	struct span schema;			/* set when written */
	struct span receipt_id, archive_id, operation;
	struct span object_id;
	int64_t size_bytes;
	struct span path;
	struct span provider_kind, store_ref, key_strategy, key_hint;
	struct span remote_key;
	struct span etag, version_id;		/* (?) */
	struct span result_status, proof;
	int64_t bytes_uploaded, bytes_verified;
	int64_t class_a_requests, class_b_requests, free_requests;
	int64_t part_count, part_size_bytes;	/* (?) */
	int64_t attempts, backoff_ms_total;
	struct span last_status_class;		/* (?) "2xx"; nothing came */
	int64_t started_at;
	int64_t proven_at;			/* (?) */
	struct span reviewed_by;		/* (?) */
	bool approved;
	struct span availability_from, availability_to;
	bool forced_reupload, unproven_against_live_provider;
	int64_t ledger_seq;			/* the row that began it */
	struct span tool_version;
};

/* YYYYMMDDthhmmssz-12 digits of the object id-16 random ones; [a-z0-9-]. */
#define RECEIPT_ID_LEN (16 + 1 + 12 + 1 + 16)
#define RECEIPT_RANDOM 8

/* object_id is sha256:...; random is the caller's, of a good source. */
void receipt_make_id(char id[RECEIPT_ID_LEN + 1], int64_t now,
    struct span object_id, const uint8_t random[RECEIPT_RANDOM]);

/* "receipts/YYYY-MM/ID.json", by the month that the id begins with. */
#define RECEIPT_NAME_MAX 128

/* -1: no such id. */
int receipt_name(char name[RECEIPT_NAME_MAX], struct span id);

/* Add its fields to the record in out.  ERR_CONFIG_INVALID: form_write(). */
int receipt_put(struct buf *out, const struct receipt *r, struct err *e);

/*
 * Write one below the state folder, where the folders are made as needed; it
 * is durable when this returns 0.  digest is that of the file's bytes, for
 * the ledger's row.  One that exists is never replaced.
 *
 * ERR_SECRET_GUARD, and nothing was written; ERR_CONFIG_INVALID for a value
 * that can not be recorded; else those of file.h.
 */
struct receipt_place {
	const char *state;		/* the state folder */
	const struct guard *guard;
	struct rng *rng;
};

int receipt_write(const struct receipt_place *place, const struct receipt *r,
    uint8_t digest[SHA256_LEN], struct err *e);

/*
 * Many at the cost of a few syncs.  What was added is durable, and under its
 * name, once receipt_batch_commit() has returned 0; until then it has a
 * temporary name, so that nothing half-written ever looks like a receipt.
 * Where the batch is full, or a month ends, adding commits what was added
 * before.  Errors are those of receipt_write().
 *
 *	struct receipt_batch *b = calloc(1, sizeof(*b));
 *	receipt_batch_add(b, place, &receipt, digest, e); ...
 *	receipt_batch_commit(b, e);
 *	receipt_batch_discard(b);	in every case: what is not committed
 */
struct receipt_batch {
	struct file_batch files;
	char folder[PATH_MAX];
};

int receipt_batch_add(struct receipt_batch *b,
    const struct receipt_place *place, const struct receipt *r,
    uint8_t digest[SHA256_LEN], struct err *e);
int receipt_batch_commit(struct receipt_batch *b, struct err *e);
void receipt_batch_discard(struct receipt_batch *b);

/*
 * The same of one that exists elsewhere: its bytes as they stand.  Where it is
 * there already, with these very bytes, nothing is done; with others it is
 * ERR_LEDGER_BROKEN.
 */
int receipt_batch_copy(struct receipt_batch *b,
    const struct receipt_place *place, struct span id, struct span text,
    struct err *e);

/* Where a receipt is read to; its spans live as long. */
struct receipt_room {
	char text[RECEIPT_MAX + 1];
	char scratch[RECEIPT_MAX];
};

/*
 * Read the receipt of that id, and the digest of its bytes.  ERR_IO_ERROR
 * (ENOENT in err.sys: there is none), ERR_LEDGER_BROKEN.
 */
int receipt_read(struct receipt *r, const char *state, struct span id,
    struct receipt_room *room, uint8_t digest[SHA256_LEN], struct err *e);

/* Its bytes as they stand, and their digest.  Errors are the same. */
int receipt_load(struct span *text, const char *state, struct span id,
    struct receipt_room *room, uint8_t digest[SHA256_LEN], struct err *e);

#endif
