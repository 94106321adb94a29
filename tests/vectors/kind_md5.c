/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "hex.h"

#include "md5.h"

#include "t.h"
#include "vec.h"

/* Whole, and cut in two at every byte. */
static void
check(const struct vec *v)
{
	struct span msg = vec_get(v, "msg"), want = vec_get(v, "digest");
	char hex[2 * MD5_LEN + 1];
	uint8_t out[MD5_LEN];
	struct md5 h;

	for (size_t cut = 0; cut <= msg.len; cut++) {
		md5_init(&h);
		md5_update(&h, msg.p, cut);
		md5_update(&h, msg.p + cut, msg.len - cut);
		md5_final(&h, out);
		hex_encode(hex, out, sizeof(out));
		CHECK_MEM(hex, sizeof(hex) - 1, want.p, want.len);
	}
}

const struct vec_kind vec_md5 = { "md5", check };
