/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/* What vectors/md5 does not show: every length around a block, by BearSSL. */
#include <string.h>

#include <bearssl.h>

#include "md5.h"

#include "t.h"

static void
test_lengths(void)
{
	uint8_t data[300], want[MD5_LEN], got[MD5_LEN];
	br_md5_context c;
	struct md5 h;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 167 + 13);
	for (size_t n = 0; n <= sizeof(data); n++) {
		t_row("%zu bytes", n);
		br_md5_init(&c);
		br_md5_update(&c, data, n);
		br_md5_out(&c, want);
		md5_init(&h);
		for (size_t at = 0; at < n; at += 7)
			md5_update(&h, data + at, n - at < 7 ? n - at : 7);
		md5_final(&h, got);
		CHECK_MEM(got, MD5_LEN, want, MD5_LEN);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "lengths", test_lengths },
		{ NULL, NULL }
	};

	return t_main("md5", cases);
}
