/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PARTS_PLAN_H
#define PARTS_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/*
 * How a file of a given size is sent: as one PUT, or in how many parts of
 * what size.  Pure: all that is known comes in as numbers.
 *
 * Parts are equal but for the last, which is not larger (Cloudflare R2
 * refuses others).  The size is the one asked for, then
 *
 *	- never below PARTS_PLAN_MIN and the provider's minimum, unless tiny
 *	  parts are allowed: then one byte will do;
 *	- never above the provider's maximum;
 *	- grown, in steps of 1 MiB, where the provider takes too few parts;
 *	- shrunk, where the speed is known, so that a body of as many as are
 *	  under way at once arrives within
 *	  PARTS_PLAN_SECONDS of its signature, which is good for 15 minutes
 *	  (Amazon S3 API reference, "Authenticating Requests").
 *
 * It is decided before the upload is created, and kept until its end.
 */
#define PARTS_PLAN_MIN (INT64_C(5) << 20)
#define PARTS_PLAN_SECONDS 480

/* The provider's; see its row.  Bytes. */
struct parts_limits {
	uint64_t put_max;	/* of one PUT */
	uint64_t part_min;
	uint64_t part_max;
	uint64_t object_max;
	unsigned parts_max;
	unsigned expiry_days;	/* unfinished uploads end then; 0: never */
};

struct parts_wish {
	int64_t size;		/* of the file */
	uint64_t threshold;	/* at this size and above: in parts */
	uint64_t part_size;
	bool allow_tiny;
	uint64_t speed;		/* bytes a second; 0: not known */
	unsigned lanes;		/* bodies that share it; 0 is 1 */
	uint64_t day_bytes;	/* that can be sent in a day; 0: not known */
};

struct parts_plan {
	bool multipart;
	int64_t part_size;	/* of a single PUT: the file's size */
	unsigned count;		/* of a single PUT: 1 */
};

/*
 * ERR_PLAN_UNFIT, and by how much, where it cannot be: the object is too
 * large for the provider, so slow a line cannot carry so large a body, or
 * not all parts before the provider forgets the first.
 *
 * One part would be as good as a PUT: multipart says two or more.  A file
 * below the threshold that no single PUT may carry is sent in parts, too.
 */
int parts_plan(struct parts_plan *out, const struct parts_limits *limits,
    const struct parts_wish *wish, struct err *e);

#endif
