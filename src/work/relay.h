/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RELAY_H
#define RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "client.h"
#include "err.h"
#include "file.h"
#include "object.h"
#include "rng.h"
#include "sha256.h"
#include "span.h"

/*
 * One generation to a stream, of which nothing can be taken back: so where the
 * digest is known, no byte is passed on before it is known to be right.
 *
 *	spool	the bytes wait in a file without a name until all are there
 *		and have the digest; then they are passed on
 *	twice	without a folder for that: one read for the digest, which also
 *		tells the digest of each block; then a second one, of which
 *		each block is compared before it is passed on.  An object of
 *		one block waits in memory, and is read once
 *
 * Where the digest is not known there is nothing to compare with, and bytes
 * are passed on as they come.
 */
struct relay {
	struct object_sink sink;	/* private */

	/* Filled in by the caller. */
	struct client *client;
	struct span key;
	const uint8_t *digest;		/* NULL: not known */
	const char *spool;		/* a path in the folder for it; NULL:
					   none */
	struct rng *rng;
	int (*pass)(struct relay *, const void *p, size_t n, struct err *);

	/* As in restore.h. */
	struct object object;

	/* Results. */
	uint8_t got[SHA256_LEN];	/* the digest of what was passed on */
	unsigned reads;

	/* Private. */
	enum relay_way {
		RELAY_STRAIGHT,
		RELAY_SPOOL,
		RELAY_MEASURE,
		RELAY_COMPARE
	} way;
	struct sha256 hash, block_hash;
	struct file_tmp file;
	int64_t at;			/* bytes of this read */
	int64_t passed;			/* bytes that are out */
	uint8_t *block;
	size_t block_size, in_block;
	struct buf digests;		/* of each block */
};

/*
 * Errors as restore_run()'s; and ERR_INDETERMINATE where a read without a
 * digest broke so that it would have to begin again.
 */
int relay_run(struct relay *r, struct err *e);

#endif
