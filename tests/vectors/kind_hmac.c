/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "hex.h"

#include "hmac.h"

#include "t.h"
#include "vec.h"

static void
check(const struct vec *v)
{
	struct span key = vec_get(v, "key"), msg = vec_get(v, "msg");
	struct span want = vec_get(v, "mac");
	uint8_t out[HMAC_LEN];
	char hex[2 * HMAC_LEN + 1];

	hmac_of(out, key.p, key.len, msg.p, msg.len);
	hex_encode(hex, out, sizeof(out));

	/* A shorter one is a truncated output (RFC 2104 section 5). */
	CHECK(want.len >= 32 && want.len <= 2 * HMAC_LEN);
	CHECK_MEM(hex, want.len <= 2 * HMAC_LEN ? want.len : 0,
	    want.p, want.len);
}

const struct vec_kind vec_hmac = { "hmac", check };
