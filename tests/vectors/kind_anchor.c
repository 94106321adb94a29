/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "anchor.h"

#include "t.h"
#include "vec.h"

static void
check(const struct vec *v)
{
	struct span document = vec_get(v, "document");
	struct span point = vec_opt(v, "point");
	struct span is_signed = vec_opt(v, "signed");
	struct span seq = vec_opt(v, "seq");
	bool reject = vec_opt(v, "reject").p != NULL;
	char number[24], again[ANCHOR_SIZE_MAX];
	struct anchor a;
	struct err e = {0};
	struct buf b;

	CHECK_INT(anchor_parse(&a, document, &e), reject ? -1 : 0);
	CHECK_INT(e.code, reject ? ERR_LEDGER_BROKEN : ERR_NONE);
	if (reject || e.code != ERR_NONE)
		return;
	if (CHECK_INT(point.len, ECDSA_POINT_LEN))
		CHECK_INT(anchor_is_by(&a, (const uint8_t *)point.p),
		    span_is(is_signed, "yes"));
	snprintf(number, sizeof(number), "%" PRId64, a.seq);
	if (seq.p != NULL)
		CHECK_MEM(number, strlen(number), seq.p, seq.len);
	buf_fixed(&b, again, sizeof(again));
	anchor_write(&b, &a);
	CHECK_MEM(b.data, b.len, document.p, document.len);
}

const struct vec_kind vec_anchor = { "anchor", check };
