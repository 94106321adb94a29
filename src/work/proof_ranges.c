/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "proof_ranges.h"

struct range {
	struct proof_read read;
	struct client *client;
	const struct object_part *part;
	int64_t *bytes;
};

static int
fetch_range(struct proof_read *r, struct object_sink *sink, struct err *e)
{
	struct range *range = (struct range *)r;

	if (object_fetch_part(range->client, range->part, sink, e) != 0)
		return -1;
	*range->bytes += range->part->size;
	return 0;
}

enum proof_verdict
proof_ranges_part(struct client *c, const struct object_part *part,
    const uint8_t want[SHA256_LEN], int64_t *bytes, struct err *e)
{
	struct range range = { { fetch_range, want, "part", true }, c, part,
	    bytes };

	return proof_twice(&range.read, e);
}
