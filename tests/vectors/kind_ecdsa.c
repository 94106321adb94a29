/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "hex.h"

#include "ecdsa.h"

#include "t.h"
#include "vec.h"

/* One that must be there and of its length. */
static void
get(uint8_t *out, size_t n, struct span hex)
{
	CHECK(hex_decode(out, n, hex) == 0);
}

static void
check(const struct vec *v)
{
	uint8_t key[ECDSA_KEY_LEN], point[ECDSA_POINT_LEN] = {0};
	uint8_t digest[ECDSA_DIGEST_LEN] = {0}, sig[ECDSA_SIG_LEN] = {0};
	uint8_t made[ECDSA_POINT_LEN], got[ECDSA_SIG_LEN];
	struct span k = vec_opt(v, "key"), p = vec_opt(v, "point");
	struct span d = vec_opt(v, "digest"), s = vec_opt(v, "sig");
	bool reject = vec_has(v, "reject");

	CHECK(vec_opt(v, "reject").p == NULL || reject);
	if (p.p != NULL) {
		get(point, sizeof(point), p);
		get(digest, sizeof(digest), d);
		get(sig, sizeof(sig), s);
		CHECK(ecdsa_verify(sig, point, digest) == !reject);
		CHECK(ecdsa_is_point(point) || reject);
	}
	if (k.p == NULL)
		return;
	get(key, sizeof(key), k);
	CHECK((ecdsa_point(made, key) == 0) == !reject);
	if (reject)
		return;
	CHECK_MEM(made, sizeof(made), point, sizeof(point));
	ecdsa_sign(got, key, digest);
	CHECK_MEM(got, sizeof(got), sig, sizeof(sig));
}

const struct vec_kind vec_ecdsa = { "ecdsa", check };
