/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROOF_H
#define PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "object.h"
#include "sha256.h"
#include "span.h"

/*
 * The proof by rehash: one generation read back, all of it, and hashed.
 *
 * Bad memory and bad lines look like a bad store, so one read that gives
 * other bytes alleges nothing: it takes a second complete read that gives
 * the same ones.  What could not be read is never "other bytes".
 */
enum proof_verdict {
	PROOF_UNTOLD = -1,	/* see err: object_fetch()'s, or
				   ERR_INDETERMINATE for two reads that gave
				   different wrong bytes */
	PROOF_OTHER,		/* two complete reads: not those bytes */
	PROOF_EQUAL
};

struct proof {
	struct client *client;
	struct span key;
	const uint8_t *digest;	/* SHA256_LEN bytes: what it should hash to */

	int64_t bytes;		/* of complete reads: grows */
};

/* object names the generation, as object_fetch() takes and completes it. */
enum proof_verdict proof_rehash(struct proof *p, struct object *object,
    struct err *e);

/* The same of whatever can be read twice, as the first member of a struct. */
struct proof_read {
	/* One complete read of it. */
	int (*fetch)(struct proof_read *, struct object_sink *, struct err *);
	const uint8_t *digest;
	const char *what;	/* "generation" */
	bool long_one;		/* once it comes, little else is needed */
};

enum proof_verdict proof_twice(struct proof_read *r, struct err *e);

#endif
