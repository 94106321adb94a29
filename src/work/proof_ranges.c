/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "proof_ranges.h"

struct hash_sink {
	struct object_sink sink;
	struct sha256 h;
};

static int
hash_write(struct object_sink *s, const void *p, size_t n, struct err *e)
{
	(void)e;
	sha256_update(&((struct hash_sink *)s)->h, p, n);
	return 0;
}

static int
hash_restart(struct object_sink *s, struct err *e)
{
	(void)e;
	sha256_restart(&((struct hash_sink *)s)->h);
	return 0;
}

static int
read_part(struct client *c, const struct object_part *part,
    uint8_t digest[SHA256_LEN], struct err *e)
{
	struct hash_sink hs = { .sink = { hash_write, hash_restart } };

	sha256_init(&hs.h);
	if (object_fetch_part(c, part, &hs.sink, e) != 0)
		return -1;
	sha256_final(&hs.h, digest);
	return 0;
}

enum proof_verdict
proof_ranges_part(struct client *c, const struct object_part *part,
    const uint8_t want[SHA256_LEN], int64_t *bytes, struct err *e)
{
	uint8_t first[SHA256_LEN], second[SHA256_LEN];

	if (read_part(c, part, first, e) != 0)
		return PROOF_UNTOLD;
	*bytes += part->size;
	if (memcmp(first, want, SHA256_LEN) == 0)
		return PROOF_EQUAL;
	if (read_part(c, part, second, e) != 0)
		return PROOF_UNTOLD;
	*bytes += part->size;
	if (memcmp(second, want, SHA256_LEN) == 0)
		return PROOF_EQUAL;
	if (memcmp(first, second, SHA256_LEN) == 0)
		return PROOF_OTHER;
	err_set(e, ERR_INDETERMINATE,
	    "two reads of one part gave different bytes");
	return PROOF_UNTOLD;
}
