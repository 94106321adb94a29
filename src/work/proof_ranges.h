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
 *
 * Which parts are read, by whom and in which order, is for the caller to say
 * (parts.h): each range is bound to the generation by itself.
 */

/*
 * One range of a generation: are its bytes those of that digest?  *bytes of
 * complete reads grows.
 */
enum proof_verdict proof_ranges_part(struct client *c,
    const struct object_part *part, const uint8_t digest[SHA256_LEN],
    int64_t *bytes, struct err *e);

#endif
