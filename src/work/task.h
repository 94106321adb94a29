/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef TASK_H
#define TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "etag.h"
#include "file.h"
#include "object.h"
#include "packet.h"
#include "proof.h"
#include "sha256.h"
#include "span.h"
#include "upload.h"

/*
 * One piece of work with a store, which needs nothing but a client: so a
 * worker process can do it (pool.h), or whoever has it at hand.
 */
enum task_kind {
	TASK_WHOLE,		/* one file to one key, proven: upload.h */
	TASK_PART,		/* one part of an upload: part_send.h */
	TASK_RANGE,		/* the proof of one range: proof_ranges.h */
	TASK_FETCH,		/* one range into a file that is there */
	TASK_READ,		/* the proof by rehash: proof.h */
	TASK_LOOK,		/* HEAD */
	TASK_KIND__COUNT
};

struct task {
	enum task_kind kind;
	struct span key;		/* raw */
	const uint8_t *digest;		/* SHA256_LEN, of the bytes meant; not
					   for TASK_FETCH, TASK_LOOK */
	const struct file *file;	/* open, or NULL: ... */
	const char *path;		/* ... open this; for TASK_WHOLE,
					   TASK_PART, TASK_FETCH */
	int64_t offset, size;		/* the part, the range */

	/* TASK_WHOLE, as in upload.h; NULL: nothing. */
	const struct object *known, *seen;
	bool force, put_if_none_match, delete_if_match, versioned;

	bool again;			/* an earlier attempt may have done
					   anything; not told */

	/* TASK_PART, TASK_FETCH */
	struct file_id id;		/* the file that was hashed; that is
					   written to (file_part_join()) */

	/* TASK_PART */
	const char *upload_id;
	unsigned number;

	/* TASK_RANGE, TASK_FETCH, TASK_READ */
	const struct object *of;
};

struct task_result {
	struct err why;			/* ERR_NONE: done */
	struct client_counts counts;	/* what it cost */
	unsigned attempts;		/* PUTs or parts sent */
	int64_t bytes_verified;		/* TASK_FETCH: that came and are
					   written, failed or not, ... */
	uint8_t digest[SHA256_LEN];	/* ... and their digest */

	/* TASK_WHOLE, as in upload.h; object: what the others met, too */
	enum upload_outcome outcome;
	struct object object, wrong;
	bool deleted, left, stored;

	/* TASK_PART */
	char etag[ETAG_MAX + 1];
	bool lost;			/* the store knows the upload no more */

	/* TASK_RANGE, TASK_READ: PROOF_UNTOLD where why says so */
	enum proof_verdict verdict;

	/* TASK_FETCH */
	bool unranged;			/* 200: the store knows no ranges */
};

/* Do it.  Whatever happens is in *r, counts apart from these: see client. */
void task_do(const struct task *t, struct client *c, struct task_result *r);

/* Behind what is in p already; and back.  Texts then are within p. */
void task_put(struct packet *p, const struct task *t);
void task_put_result(struct packet *p, const struct task_result *r);

/* What a task points at, while it is done. */
struct task_memory {
	char path[4096 + 1];		/* PATH_MAX */
	char upload_id[1024 + 1];
	uint8_t digest[SHA256_LEN];
	struct object known, seen, of;
};

int task_take(struct packet *p, struct task *t, struct task_memory *m,
    struct err *e);
/* An error that was one; anything malformed fails the packet. */
void task_put_err(struct packet *p, const struct err *e);
void task_take_err(struct packet *p, struct err *e);

int task_take_result(struct packet *p, struct task_result *r,
    struct err *e);

#endif
