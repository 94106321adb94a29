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

static struct hmac
used(const uint8_t *key, size_t len, size_t message)
{
	uint8_t out[HMAC_LEN];
	struct hmac m;

	memset(&m, 0, sizeof(m));
	hmac_init(&m, key, len);
	hmac_update(&m, key, message);
	hmac_final(&m, out);
	return m;
}

/*
 * After hmac_final() the context is the same whatever the key was, and the
 * message, but for how many blocks were hashed.
 */
static void
test_wiped(void)
{
	struct hmac a, b;

	fill();
	a = used(data, 32, 100);
	b = used(data + 50, 20, 107);
	CHECK_MEM(&a, sizeof(a), &b, sizeof(b));
	a = used(data, 99, 7);
	b = used(data + 50, 80, 40);
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
