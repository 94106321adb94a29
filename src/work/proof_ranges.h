/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROOF_RANGES_H
#define PROOF_RANGES_H

#include <stdint.h>

#include "client.h"
#include "err.h"
#include "object.h"
#include "proof.h"
#include "sha256.h"
#include "span.h"

/*
 * The proof by ranges: one generation read back part by part, each compared
 * with the digest that it had when the object id was computed.
 *
 * It proves what a rehash does.  Object id and part digests came from one
 * pass, so bytes that match all digests, in order and without a gap, have the
 * object id; and they are of one generation, for every answer bears its ETag
 * or version id and its size.
 *
 * A part that differs is read a second time before anything is alleged.  Two
 * complete reads of it that agree tell that the object's bytes are others,
 * whatever the rest of them are.
 */
struct proof_ranges {
	struct client *client;
	struct span key;
	int64_t part_size;
	unsigned count;
	const uint8_t (*digest)[SHA256_LEN];	/* of each part */

	unsigned proven;	/* parts from the first on; may be set before,
				   to go on where a proof of that very
				   generation was cut off */
	int64_t bytes;		/* of complete reads: grows */
};

/*
 * object names the generation: its size and an ETag or a version id have to
 * be known.  After PROOF_OTHER part proven + 1 is the wrong one.
 */
enum proof_verdict proof_ranges(struct proof_ranges *p,
    struct object *object, struct err *e);

/*
 * One range of a generation: are its bytes those of that digest?  *bytes of
 * complete reads grows.
 */
enum proof_verdict proof_ranges_part(struct client *c,
    const struct object_part *part, const uint8_t digest[SHA256_LEN],
    int64_t *bytes, struct err *e);

#endif
