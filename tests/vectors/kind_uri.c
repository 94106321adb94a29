/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "uri.h"

#include "t.h"
#include "vec.h"

static void
check_encode(struct span in, struct span want, bool keep_slash)
{
	struct buf out;

	buf_init(&out, 3 * in.len + 1);
	uri_encode(&out, in, keep_slash);
	CHECK(buf_ok(&out));
	CHECK_MEM(out.data, out.len, want.p, want.len);
	buf_free(&out);
}

static void
check_decode(struct span in, struct span want, bool reject)
{
	struct buf out;

	buf_init(&out, in.len + 1);
	CHECK_INT(uri_decode(&out, in), reject ? -1 : 0);
	if (!reject)
		CHECK_MEM(out.data, out.len, want.p, want.len);
	buf_free(&out);
}

static void
check(const struct vec *v)
{
	struct span mode = vec_get(v, "mode"), in = vec_get(v, "in");
	bool reject = vec_has(v, "reject");
	struct span out = reject ? vec_opt(v, "out") : vec_get(v, "out");

	if (span_is(mode, "decode")) {
		check_decode(in, out, reject);
	} else if (CHECK(span_is(mode, "path") || span_is(mode, "query"))) {
		CHECK(!reject);
		check_encode(in, out, span_is(mode, "path"));
	}
}

const struct vec_kind vec_uri = { "uri", check };
