/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "buf.h"
#include "num.h"
#include "s3err.h"
#include "t.h"
#include "vec.h"

/* Kind s3err: an answer, and what it means; see vectors/README. */

static int64_t
number(const struct vec *v, const char *key, int64_t fallback)
{
	struct span s = vec_opt(v, key);
	uint64_t n;

	if (s.p == NULL)
		return fallback;
	return CHECK(num_u64(s, INT64_MAX, &n) == 0) ? (int64_t)n : -1;
}

static void
check_text(const char *got, struct span want)
{
	if (want.p != NULL)
		CHECK_MEM(got, strlen(got), want.p, want.len);
}

/* The body as given, or the usual one around code and message. */
static struct span
body_of(const struct vec *v, struct buf *b)
{
	struct span code = vec_opt(v, "code");
	struct span message = vec_opt(v, "message");

	if (vec_has(v, "body"))
		return vec_get(v, "body");
	if (code.p == NULL)
		return (struct span){ NULL, 0 };
	buf_puts(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>"
	    "<Code>");
	buf_span(b, code);
	buf_puts(b, "</Code><Message>");
	buf_span(b, message);
	buf_puts(b, "</Message></Error>");
	CHECK(buf_ok(b));
	return buf_as_span(b);
}

static void
check(const struct vec *v)
{
	char method[16], storage[4096];
	struct span m = vec_opt(v, "method");
	struct buf b, mb;
	struct s3err got;
	struct err e = {0};

	buf_fixed(&mb, method, sizeof(method));
	buf_span(&mb, m.p != NULL ? m : span_of("GET"));
	buf_fixed(&b, storage, sizeof(storage));
	struct s3err_answer a = { .method = method,
	    .status = (int)number(v, "status", 0),
	    .upload_id = vec_has(v, "upload_id"),
	    .body = body_of(v, &b),
	    .region = vec_opt(v, "region"),
	    .retry_after = vec_opt(v, "retry_after"),
	    .now = number(v, "now", 0) };

	s3err_classify(&got, &a);
	check_text(s3err_class_name(got.class), vec_get(v, "want_class"));
	check_text(err_word(got.code), vec_get(v, "want_error"));
	check_text(got.s3_code, vec_opt(v, "want_code"));
	check_text(got.region, vec_opt(v, "want_region"));
	CHECK_INT(got.retry_after_s,
	    number(v, "want_retry_after", got.retry_after_s));

	CHECK_INT(s3err_report(&got, &e), -1);
	CHECK_INT(e.code, got.code);
	CHECK_INT(e.status, a.status);
	CHECK_INT(e.retry_after_s, got.retry_after_s);
	check_text(e.msg, vec_opt(v, "want_message"));
	check_text(e.advice, vec_opt(v, "want_advice"));
}

const struct vec_kind vec_s3err = { "s3err", check };
