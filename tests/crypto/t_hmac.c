/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/* What vectors/hmac does not show. */
#include <string.h>

#include <bearssl.h>

#include "hmac.h"

#include "t.h"

static uint8_t data[512];

static void
fill(void)
{
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * i + i / 7);
}

static void
bear(uint8_t out[HMAC_LEN], const void *key, size_t key_len, const void *p,
    size_t n)
{
	br_hmac_key_context k;
	br_hmac_context c;

	br_hmac_key_init(&k, &br_sha256_vtable, key, key_len);
	br_hmac_init(&c, &k, 0);
	br_hmac_update(&c, p, n);
	br_hmac_out(&c, out);
}

/* Keys around a block, from none on; each on the context of the one before. */
static void
test_key_lengths(void)
{
	uint8_t got[HMAC_LEN], want[HMAC_LEN];
	struct hmac m;

	fill();
	hmac_init(&m, NULL, 0);
	for (size_t n = 0; n <= 200; n++) {
		t_row("key of %zu bytes", n);
		hmac_rekey(&m, data, n);
		hmac_update(&m, data + 200, n);
		hmac_final(&m, got);
		bear(want, data, n, data + 200, n);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
		hmac_of(got, data, n, data + 200, n);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
	}
}

static void
test_splits(void)
{
	uint8_t got[HMAC_LEN], want[HMAC_LEN];
	struct hmac m;

	fill();
	bear(want, data, 20, data + 20, 150);
	for (size_t at = 0; at <= 150; at++) {
		hmac_init(&m, data, 20);
		hmac_update(&m, data + 20, at);
		hmac_update(&m, data + 20 + at, 150 - at);
		hmac_final(&m, got);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
	}
}

static void
test_in_place(void)
{
	uint8_t key[HMAC_LEN], want[HMAC_LEN];

	fill();
	memcpy(key, data, sizeof(key));
	bear(want, key, sizeof(key), "x", 1);
	hmac_of(key, key, sizeof(key), "x", 1);
	CHECK_MEM(key, sizeof(key), want, sizeof(want));
}

/* After hmac_final() the context is the same whatever the key was. */
static void
test_wiped(void)
{
	uint8_t out[HMAC_LEN];
	struct hmac a, b;

	fill();
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	hmac_init(&a, data, 32);
	hmac_update(&a, data, 100);
	hmac_final(&a, out);
	hmac_init(&b, data + 50, 99);
	hmac_update(&b, data + 50, 7);
	hmac_final(&b, out);
	CHECK_MEM(&a, sizeof(a), &b, sizeof(b));
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "key_lengths", test_key_lengths },
		{ "splits", test_splits },
		{ "in_place", test_in_place },
		{ "wiped", test_wiped },
		{ NULL, NULL }
	};

	return t_main("hmac", cases);
}
