/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "num.h"

#include "answer.h"

void
answer_version(char out[OBJECT_VERSION_MAX + 1], struct span raw)
{
	_Static_assert(OBJECT_VERSION_MAX == ETAG_MAX, "one rule for both");

	etag_normal(out, raw);
	if (strcmp(out, "null") == 0)
		out[0] = '\0';
}

void
answer_generation(const struct client *c, struct object *o)
{
	etag_normal(o->etag, client_header(c, "etag"));
	answer_version(o->version_id, client_header(c, "x-amz-version-id"));
}

int
answer_check_encoding(const struct client *c, struct err *e)
{
	struct span coding = client_header(c, "content-encoding");

	if (coding.p == NULL || span_is_nocase(coding, "identity") ||
	    span_is_nocase(coding, "aws-chunked"))
		return 0;
	return err_set(e, ERR_INDETERMINATE,
	    "the store sends this object with a content encoding");
}

int
answer_range(const struct client *c, uint64_t *first, uint64_t *last,
    uint64_t *total)
{
	struct span a, b, v = client_header(c, "content-range");

	if (!span_starts(v, "bytes "))
		return -1;
	v.p += 6;
	v.len -= 6;
	v = span_cut(v, '-', &a);
	v = span_cut(v, '/', &b);
	if (v.p == NULL || num_u64(a, INT64_MAX, first) != 0 ||
	    num_u64(b, INT64_MAX, last) != 0 ||
	    num_u64(v, INT64_MAX, total) != 0)
		return -1;
	return 0;
}
