/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROVE_OBJECT_H
#define PROVE_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "file.h"
#include "probe.h"
#include "run.h"
#include "upload.h"

/*
 * A tiny object to prove a tier with: random bytes in a file without a name
 * in the state folder, and what became of them below a prefix in the store.
 *
 * Zeroed at first; prove_object_free() in every case.
 */
struct prove_object {
	char key[PROBE_PREFIX_MAX + 1 + 16];
	char path[4 + PROBE_PREFIX_MAX + 1 + 16];	/* "put/" and the key */
	struct file_tmp tmp;
	struct file file;
	uint8_t digest[SHA256_LEN];
	char hex[SHA256_HEX_LEN + 1];

	/* In the store. */
	bool stored;			/* something may be */
	struct object object;		/* its generation, once that is known */

	/* Of the latest upload. */
	enum upload_outcome outcome;
	unsigned attempts;		/* PUTs */
};

/* beside: a path in the state folder, which outlives the object. */
struct prove_object_kind {
	const char *prefix, *name, *beside;
	int64_t size;
};

int prove_object_make(struct prove_object *o, struct run *run,
    const struct prove_object_kind *kind, struct err *e);

/* One PUT and nothing behind it, as a run that is killed leaves it. */
int prove_object_send(struct prove_object *o, struct run *run,
    struct err *e);

/*
 * upload_run(), with a receipt and a row "proof" or "fail" but where it was
 * current; known: see upload.h.  After a failure these are flushed.
 */
int prove_object_upload(struct prove_object *o, struct run *run,
    const struct object *known, struct err *e);

/*
 * The same bytes' history as an upload's: filled in by whoever sent them
 * otherwise.
 */
struct prove_object_result {
	const struct object *object;
	const char *status, *proof;
	int64_t bytes_verified, part_count, part_size;
	unsigned attempts;
	struct client_counts before;
	int64_t started_at;
	const struct err *failure;	/* NULL: it is proven */
};

int prove_object_record(const struct prove_object *o, struct run *run,
    const struct prove_object_result *r, struct err *e);

/*
 * It failed for what e says: that is put on record and flushed, so that it is
 * there also where the run ends with it.  Returns -1, with e.
 */
int prove_object_fail(const struct prove_object *o, struct run *run,
    struct prove_object_result *r, struct err *e);

/*
 * By its version id, or else by its key, which is random and ours: not by its
 * ETag, for Swift 2.30 refuses that of an upload in parts (412).  An access
 * key that may not remove is no failure: *left is set then.
 */
int prove_object_remove(struct prove_object *o, struct run *run, bool *left,
    struct err *e);

void prove_object_free(struct prove_object *o);	/* a zeroed one, twice too */

#endif
