/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "buf.h"
#include "writers.h"

#include "t.h"
#include "vec.h"

#define TEXT_SIZE 4096

static void
put_time(struct buf *b, int64_t t)
{
	if (t == WRITERS_NONE)
		buf_puts(b, " -");
	else
		buf_printf(b, " %" PRId64, t);
}

/* NAME ARCHIVE ID GRANTS FROM UNTIL REVOKED */
static void
check_writer(struct span want, const struct writer *w)
{
	char text[TEXT_SIZE];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	buf_printf(&b, "%s %s %s %u", w->name, w->archive, w->id, w->grants);
	put_time(&b, w->valid_from);
	put_time(&b, w->valid_until);
	put_time(&b, w->revoked);
	CHECK(buf_ok(&b));
	CHECK_MEM(b.data, b.len, want.p, want.len);
	CHECK(w->point[0] == 4);
}

static void
check(const struct vec *v)
{
	struct span want = vec_opt(v, "want_error");
	struct span expires = vec_opt(v, "expires");
	char text[TEXT_SIZE];
	struct writers w;
	struct err e = {0};
	struct buf b;

	CHECK_INT(writers_load(&w, vec_get(v, "doc"), &e),
	    want.p != NULL ? -1 : 0);
	CHECK_MEM(e.msg, strlen(e.msg), want.p, want.len);
	CHECK_INT(e.code, want.p != NULL ? ERR_CONFIG_INVALID : ERR_NONE);
	if (want.p == NULL) {
		CHECK_INT(w.n, vec_count(v, "writer"));
		for (size_t i = 0; i < vec_count(v, "writer") && i < w.n; i++)
			check_writer(vec_nth(v, "writer", i), &w.writer[i]);
		buf_fixed(&b, text, sizeof(text));
		buf_printf(&b, "%" PRIu64, w.proof_expires_after);
		if (expires.p != NULL)
			CHECK_MEM(b.data, b.len, expires.p, expires.len);
		else
			CHECK(w.proof_expires_after == WRITERS_NO_EXPIRY);
	}
	writers_free(&w);
}

const struct vec_kind vec_writers = { "writers", check };
