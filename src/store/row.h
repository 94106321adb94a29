/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ROW_H
#define ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "chain.h"
#include "err.h"
#include "file.h"
#include "form.h"
#include "ledger.h"
#include "span.h"

/*
 * The rows of a ledger as structs: one for each kind, written by row_append()
 * and read by row_read().  What each field means is said once, for us and for
 * users, in consign-ledger(5); the tables in row.c say which form it has.
 *
 * A member marked (?) is optional.  Absent, a span has no pointer, and a
 * number is FORM_NONE: to be set, as zero is a value.
 */
#define ROW_SCHEMA "consign.ledger.v1"

/* How the canonical_path of an admit row is made. */
#define ROW_CANONICALIZATION "consign-path-1"

enum row_kind {
	ROW_GENESIS,
	ROW_BEGIN,
	ROW_ADMIT,
	ROW_RESERVE,
	ROW_UPLOAD,
	ROW_PROOF,
	ROW_FAIL,
	ROW_ADOPT,
	ROW_APPROVE,
	ROW_PROBE,
	ROW_CONFIRM,
	ROW_ABORT,
	ROW_DELETE,
	ROW_TORN,
	ROW_CHECKPOINT,
	ROW_ANCHOR,
	ROW_PACK,
	ROW_END,

	ROW__COUNT
};

struct row_genesis {
	struct span schema, archive_id, tool_version;
};

struct row_begin {
	struct span command;
	struct span store_ref;		/* (?) */
	struct span plan_digest;	/* (?) */
	struct span reviewed_by;	/* (?) */
	bool approved;
	int64_t max_objects;		/* (?), and those that follow */
	int64_t max_puts, max_puts_month, max_bytes_up, max_bytes_down;
	struct span tool_version;
};

struct row_admit {
	int64_t begin_seq;
	struct span path, canonical_path, canonicalization_version, origin;
	struct span object_id;
	int64_t size_bytes, inode, mtime_ns, ctime_ns;	/* row_identify() */
	int64_t supersedes;		/* (?) */
};

struct row_reserve {
	int64_t begin_seq;
	struct span store_ref, month;
	int64_t objects;
	int64_t class_a_requests, class_b_requests, free_requests;
	int64_t bytes_up, bytes_down;
};

/* Of a stream object_id and part_count are absent: nobody knows them yet. */
struct row_upload {
	int64_t begin_seq;
	struct span store_ref;
	struct span object_id;		/* (?) */
	struct span path, remote_key, upload_id;
	int64_t part_size_bytes;	/* of the first */
	int64_t part_count;		/* (?) */
};

/* proof and fail, and adopt, whose receipt is optional. */
struct row_outcome {
	int64_t begin_seq;
	struct span store_ref, object_id, path, remote_key;
	struct span etag, version_id;	/* (?) */
	int64_t size_bytes;
	struct span result_status;	/* not of adopt */
	struct span proof, availability;
	struct span receipt, receipt_sha256;
};

struct row_approve {
	int64_t begin_seq;
	struct span store_ref;
	int64_t tier;
	struct span reviewed_by;
};

struct row_probe {
	int64_t begin_seq;
	struct span store_ref;
	int64_t tier;			/* what was probed for */
	struct span provider_kind, endpoint, bucket, region;
	struct span remote_key;		/* the prefix or key that it uses */
	struct span key_ref, scope;
	struct span tls_spki_sha256;	/* (?) */
	int64_t clock_skew_s;		/* the store's clock less ours */
	bool absence_visible, put_if_none_match, get_if_match;
	bool delete_if_match, versioned, list_allowed;
	struct span result;		/* "begun", "ok", or an err_word() */
};

struct row_confirm {
	int64_t begin_seq;
	struct span store_ref, provider_kind, receipt, receipt_sha256;
	struct span reviewed_by;
};

struct row_abort {
	int64_t begin_seq;
	struct span store_ref, remote_key, upload_id;
};

struct row_delete {
	int64_t begin_seq;
	struct span store_ref, object_id, path, remote_key;
	struct span etag, version_id;	/* (?) */
	struct span reason;
};

/* Written by ledger_open(). */
struct row_torn {
	int64_t bytes;
	struct span sha256;
};

struct row_checkpoint {
	struct span writer, sig;
};

struct row_anchor {
	int64_t begin_seq;
	struct span store_ref;
	int64_t anchored_seq;
	struct span remote_key;
	struct span etag, version_id;	/* (?) */
};

/* Rows of this ledger that are in the store, proven there: pack.h. */
struct row_pack {
	int64_t begin_seq;
	struct span store_ref;
	int64_t from_seq, to_seq;	/* the first, and the one behind */
	int64_t to_bytes;		/* where that begins in the ledger */
	int64_t size_bytes;
	struct span sha256;		/* of the object */
	struct span remote_key;
	struct span etag, version_id;	/* (?) */
};

struct row_end {
	int64_t begin_seq;
	struct span command;
	struct span store_ref;		/* (?) */
	int64_t uploaded, current, remote_same, failed;
	int64_t class_a_requests, class_b_requests, free_requests;
	int64_t bytes_up, bytes_down, retries;
	int64_t line_rate;		/* (?) */
	struct span result;		/* "ok", or an err_word() */
};

struct row {
	enum row_kind kind;

	/* Of a row that was read. */
	int64_t seq;
	int64_t time;			/* since 1970 */

	union {
		struct row_genesis genesis;
		struct row_begin begin;
		struct row_admit admit;
		struct row_reserve reserve;
		struct row_upload upload;
		struct row_outcome outcome;	/* proof, fail, adopt */
		struct row_approve approve;
		struct row_probe probe;
		struct row_confirm confirm;
		struct row_abort abort;
		struct row_delete delete;
		struct row_torn torn;
		struct row_checkpoint checkpoint;
		struct row_anchor anchor;
		struct row_pack pack;
		struct row_end end;
	} of;
};

const char *row_kind_name(enum row_kind kind);

/*
 * Write a row at the end of a ledger (not synced); its number and its chain
 * value are then those before l->mark.  Errors are those of form_write() and
 * ledger_append().
 */
int row_append(struct ledger *l, const struct row *row, int64_t now,
    struct err *e);

/*
 * Of a row that was read: all of its fields, valid as long as the row and
 * scratch are, a buf_fixed() that this call empties (RECORD_SIZE_MAX is
 * enough).  Fields that this program does not know are passed over; a kind
 * that it does not know, and any other fault, is ERR_LEDGER_BROKEN.
 */
int row_read(struct row *row, const struct chain_row *from,
    struct buf *scratch, struct err *e);

/* Does the row keep a receipt (a proof, a fail, an adopt that has one)? */
bool row_has_receipt(const struct row *row);

/* The kind alone; -1 for one that is not known. */
int row_kind_of(const struct chain_row *row);
int row_kind_named(struct span kind);

/*
 * Which state of which file, as rows and manifest keep it: times in
 * nanoseconds since 1970, held at the ends of int64_t (the years 1677 and
 * 2262); the inode's 64 bits as a signed number.
 */
void row_identify(struct row_admit *admit, const struct file_id *id);

#endif
