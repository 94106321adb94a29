/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef STREAM_PLAN_H
#define STREAM_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "parts_plan.h"

/*
 * The parts of input whose length nobody knows, or only somebody's guess.
 * Pure.
 *
 * Where a length is expected, parts_plan() decides, and all parts are equal.
 * Where none is, or it makes no parts: the first is of the size asked for,
 * within the bounds of parts_plan.h and of the spool; and where the provider
 * takes unequal parts, they double after each tenth of the number of parts
 * that it takes, so that a part size for small objects reaches far (64 MiB
 * reach 5 TiB by parts of 4 GiB).  Where it does not (Cloudflare R2 docs,
 * "Upload objects": all parts but the last of one size), they stay as they
 * are.
 *
 * Input of up to one part is sent by one PUT.
 */
struct stream_wish {
	int64_t expect;			/* bytes; STREAM_PLAN_UNKNOWN */
	uint64_t threshold, part_size;	/* as in parts_plan.h */
	bool allow_tiny;
	uint64_t speed;
	uint64_t day_bytes;

	bool equal;			/* the provider takes no others */
	uint64_t room;			/* of the spool, in bytes: no part is
					   larger, unless even the smallest
					   one is */
};

#define STREAM_PLAN_UNKNOWN (-1)

struct stream_plan {
	int64_t first;			/* bytes of the first part */
	int64_t most;			/* of any */
	unsigned step;			/* after so many they double; 0: no */
	unsigned parts_max;
	int64_t reach;			/* bytes of all of them */
	struct parts_plan expected;	/* of what is expected: count 0 where
					   nothing is */
};

/* ERR_PLAN_UNFIT: see parts_plan(). */
int stream_plan(struct stream_plan *out, const struct parts_limits *limits,
    const struct stream_wish *wish, struct err *e);

/* Bytes before that part: 0 of number 1, and never beyond INT64_MAX / 2. */
int64_t stream_plan_offset(const struct stream_plan *plan, unsigned number);

#endif
