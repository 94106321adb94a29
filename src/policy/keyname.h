/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef KEYNAME_H
#define KEYNAME_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"
#include "span.h"

/*
 * The key that an object gets in a store, by one of three strategies:
 *
 *	sha256	sha256/<first 2 of hex>/<hex>
 *	prefix	<prefix>/<hex>[.ext], ext being the file's, if wanted
 *	path	<prefix>/<source>/<relative path>
 *
 * The first two name the bytes, so equal objects share a key and different
 * ones cannot meet.  The third names the file, so two contents of one file
 * meet at one key: whoever uploads must look first, and never overwrite.
 */
enum keyname_strategy {
	KEYNAME_SHA256,
	KEYNAME_PREFIX,
	KEYNAME_PATH,
	KEYNAME__COUNT
};

/* "sha256", "prefix", "path". */
const char *keyname_strategy_name(enum keyname_strategy strategy);

/* What the provider's row says of keys. */
struct keyname_limits {
	size_t key_max;		/* bytes */
	size_t segment_max;	/* bytes between two '/'; 0: no limit */
	bool ascii_only;	/* it normalises names: two could become one */
};

struct keyname {
	enum keyname_strategy strategy;
	struct span prefix;	/* without '/' at its ends; {NULL, 0}: none */
	struct span hex;	/* of the object id */
	struct span path;	/* SOURCE/relative/path, raw bytes */
	bool extension;		/* of KEYNAME_PREFIX: the file's goes on it */
};

#define KEYNAME_OURS "consign/"	/* where our own records are in a bucket */

/*
 * Write the key.  ERR_PLAN_UNFIT for a path that a store would change or
 * lose: control bytes, "." and ".." segments, empty ones, bytes that are not
 * UTF-8, others than ASCII where ascii_only; for a key too long, and for one
 * that would be among our own records.
 */
int keyname_make(struct buf *out, const struct keyname *k,
    const struct keyname_limits *limits, struct err *e);

/* What binds a receipt to the digest, whatever the strategy: sha256/.../... */
void keyname_hint(struct buf *out, struct span hex);

#endif
