/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"

#include "sha256.h"

#include "t.h"
#include "vec.h"

/* A Monte Carlo checkpoint of NIST's SHAVS, section 6.4. */
static void
monte_carlo(struct sha256 *h, struct span seed, uint8_t out[SHA256_LEN])
{
	uint8_t last[3 * SHA256_LEN];

	for (size_t i = 0; i < 3; i++)
		memcpy(last + i * SHA256_LEN, seed.p, SHA256_LEN);
	for (int i = 0; i < 1000; i++) {
		sha256_update(h, last, sizeof(last));
		sha256_final(h, out);
		memmove(last, last + SHA256_LEN, 2 * SHA256_LEN);
		memcpy(last + 2 * SHA256_LEN, out, SHA256_LEN);
	}
}

static void
check(const struct vec *v)
{
	struct sha256_variant variant[SHA256_VARIANTS_MAX];
	size_t n = sha256_variants(variant);
	struct span msg = vec_opt(v, "msg"), seed = vec_opt(v, "seed");
	struct span want = vec_get(v, "digest");

	if (!CHECK((msg.p == NULL) != (seed.p == NULL)) ||
	    !CHECK(seed.p == NULL || seed.len == SHA256_LEN))
		return;
	for (size_t i = 0; i < n; i++) {
		struct sha256 h;
		uint8_t out[SHA256_LEN];
		char hex[SHA256_HEX_LEN + 1];

		t_row("%s", variant[i].name);
		sha256_init_variant(&h, &variant[i]);
		if (seed.p != NULL) {
			monte_carlo(&h, seed, out);
		} else {
			sha256_update(&h, msg.p, msg.len);
			sha256_final(&h, out);
		}
		hex_encode(hex, out, sizeof(out));
		CHECK_MEM(hex, SHA256_HEX_LEN, want.p, want.len);
	}
}

const struct vec_kind vec_sha256 = { "sha256", check };
