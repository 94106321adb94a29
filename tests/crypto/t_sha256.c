/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * What vectors/sha256 does not show: how the bytes arrive, the counter, and
 * agreement with BearSSL.  Everything is done with each variant that this
 * CPU runs.
 */
#include <stdio.h>
#include <string.h>

#include <bearssl.h>

#include "sha256.h"

#include "t.h"

static uint8_t data[4096];

/* xorshift64: the same bytes in every run. */
static uint64_t
next(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static void
fill(void)
{
	uint64_t x = 1;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(next(&x) >> 32);
}

static void
bear(uint8_t out[SHA256_LEN], const void *p, size_t n)
{
	br_sha256_context c;

	br_sha256_init(&c);
	br_sha256_update(&c, p, n);
	br_sha256_out(&c, out);
}

static void
for_each_variant(void (*run)(const struct sha256_variant *))
{
	struct sha256_variant variant[SHA256_VARIANTS_MAX];
	size_t n = sha256_variants(variant);

	fill();
	for (size_t i = 0; i < n; i++) {
		t_row("%s", variant[i].name);
		run(&variant[i]);
	}
}

static void
list(const struct sha256_variant *v)
{
	printf("  runs here: %s\n", v->name);
	CHECK(v->name[0] != '\0');
}

static void
test_variants(void)
{
	struct sha256_variant variant[SHA256_VARIANTS_MAX];
	size_t n = sha256_variants(variant);
	struct sha256 h;

	for_each_variant(list);
	CHECK(n >= 1 && n <= SHA256_VARIANTS_MAX);
	CHECK_STR(variant[n - 1].name, "c");

	/* The CPU is asked when there is enough to hash, over restarts, too. */
	sha256_init(&h);
	CHECK(h.blocks == variant[n - 1].blocks);
	sha256_update(&h, data, sizeof(data));
	CHECK(h.blocks == variant[n - 1].blocks);
	sha256_restart(&h);
	sha256_update(&h, data, sizeof(data));
	CHECK(h.blocks == variant[0].blocks);
}

/* One variant goes on where another left off, wherever that is. */
static void
test_change(void)
{
	uint8_t want[SHA256_LEN];
	br_sha256_context b;

	fill();
	br_sha256_init(&b);
	for (int i = 0; i < 4; i++)
		br_sha256_update(&b, data, sizeof(data));
	br_sha256_out(&b, want);
	for (size_t at = 0; at <= 200; at++) {
		uint8_t got[SHA256_LEN];
		struct sha256 h;

		sha256_init(&h);
		sha256_update(&h, data, at);
		sha256_update(&h, data + at, sizeof(data) - at);
		for (int i = 0; i < 3; i++)
			sha256_update(&h, data, sizeof(data));
		sha256_final(&h, got);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
	}
}

static void
lengths(const struct sha256_variant *v)
{
	for (size_t n = 0; n <= 300; n++) {
		struct sha256 h;
		uint8_t got[SHA256_LEN], want[SHA256_LEN];

		/* Another alignment each time. */
		sha256_init_variant(&h, v);
		sha256_update(&h, data + n % 17, n);
		sha256_final(&h, got);
		bear(want, data + n % 17, n);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
	}
}

static void
test_lengths(void)
{
	for_each_variant(lengths);
}

static void
splits(const struct sha256_variant *v)
{
	static const size_t length[] = { 1, 55, 56, 63, 64, 65, 119, 128, 257 };

	for (size_t i = 0; i < sizeof(length) / sizeof(length[0]); i++) {
		uint8_t got[SHA256_LEN], want[SHA256_LEN];

		bear(want, data, length[i]);
		for (size_t at = 0; at <= length[i]; at++) {
			struct sha256 h;

			sha256_init_variant(&h, v);
			sha256_update(&h, data, at);
			sha256_update(&h, data + at, length[i] - at);
			sha256_final(&h, got);
			CHECK_MEM(got, sizeof(got), want, sizeof(want));
		}
	}
}

static void
test_splits(void)
{
	for_each_variant(splits);
}

static void
byte_by_byte(const struct sha256_variant *v)
{
	uint8_t got[SHA256_LEN], want[SHA256_LEN];
	struct sha256 h;

	sha256_init_variant(&h, v);
	for (size_t i = 0; i < 1000; i++) {
		/* A copy ends here, and the original goes on. */
		struct sha256 fork = h;

		sha256_final(&fork, got);
		bear(want, data, i);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
		sha256_update(&h, data + i, 1);
	}
}

static void
test_byte_by_byte(void)
{
	for_each_variant(byte_by_byte);
}

/* Random pieces of random totals. */
static void
pieces(const struct sha256_variant *v)
{
	uint64_t x = 2;

	for (int round = 0; round < 200; round++) {
		uint8_t got[SHA256_LEN], want[SHA256_LEN];
		br_sha256_context b;
		struct sha256 h;
		size_t left = (size_t)(next(&x) % 20000);

		sha256_init_variant(&h, v);
		br_sha256_init(&b);
		while (left > 0) {
			size_t at = (size_t)(next(&x) % 64);
			size_t n = (size_t)(next(&x) %
			    (sizeof(data) - at)) + 1;

			if (n > left)
				n = left;
			sha256_update(&h, data + at, n);
			br_sha256_update(&b, data + at, n);
			left -= n;
		}
		sha256_final(&h, got);
		br_sha256_out(&b, want);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
	}
}

static void
test_pieces(void)
{
	for_each_variant(pieces);
}

/*
 * The length of the message, where its bits outgrow 32 bits, and far beyond:
 * both hashes are told that so many bytes went before.
 */
static void
counter(const struct sha256_variant *v)
{
	static const uint64_t before[] = {
		(UINT64_C(1) << 29) - 64, UINT64_C(1) << 29,
		(UINT64_C(1) << 32) - 64, UINT64_C(1) << 32,
		UINT64_C(1) << 40, (UINT64_C(1) << 61) - 256
	};

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		uint8_t got[SHA256_LEN], want[SHA256_LEN];
		br_sha256_context b;
		struct sha256 h;

		br_sha256_init(&b);
		br_sha256_state(&b, want);
		br_sha256_set_state(&b, want, before[i]);
		br_sha256_update(&b, data, 130);
		br_sha256_out(&b, want);

		sha256_init_variant(&h, v);
		h.total = before[i];
		sha256_update(&h, data, 130);
		sha256_final(&h, got);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
	}
}

static void
test_counter(void)
{
	for_each_variant(counter);
}

static void
reuse(const struct sha256_variant *v)
{
	static const uint8_t zero[SHA256_BLOCK];
	uint8_t got[SHA256_LEN], want[SHA256_LEN];
	struct sha256 h;

	bear(want, data, 100);
	sha256_init_variant(&h, v);
	sha256_update(&h, data, 77);
	sha256_restart(&h);
	for (int i = 0; i < 2; i++) {
		sha256_update(&h, NULL, 0);
		sha256_update(&h, data, 100);
		sha256_final(&h, got);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
		CHECK_MEM(h.block, sizeof(h.block), zero, sizeof(zero));
	}
	CHECK(h.blocks == v->blocks);
}

static void
test_reuse(void)
{
	for_each_variant(reuse);
}

/* ahead more bytes went into one than into the other, before both. */
static void
check_both(const struct sha256_variant *va, const struct sha256_variant *vb,
    size_t begun, size_t ahead, size_t n)
{
	uint8_t got[SHA256_LEN], want[SHA256_LEN];
	struct sha256 a, b;

	sha256_init_variant(&a, va);
	sha256_init_variant(&b, vb);
	sha256_update(&a, data, begun + ahead);
	sha256_update(&b, data + ahead, begun);
	sha256_update_both(&a, &b, data + begun + ahead, n);
	sha256_update_both(&a, &b, data + begun + ahead + n, 1);
	sha256_final(&a, got);
	bear(want, data, begun + ahead + n + 1);
	CHECK_MEM(got, sizeof(got), want, sizeof(want));
	sha256_final(&b, got);
	bear(want, data + ahead, begun + n + 1);
	CHECK_MEM(got, sizeof(got), want, sizeof(want));
}

static void
both(const struct sha256_variant *v)
{
	static const size_t ahead[] = { 0, 1, 63, 64, 65, 128 };

	for (size_t i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++)
		for (size_t begun = 0; begun <= 130; begun += 13)
			for (size_t n = 0; n <= 330; n += 11)
				check_both(v, v, begun, ahead[i], n);
}

static void
test_both(void)
{
	struct sha256_variant variant[SHA256_VARIANTS_MAX];
	size_t n = sha256_variants(variant);
	uint8_t got[SHA256_LEN], want[SHA256_LEN];
	struct sha256 a, b, alone;

	for_each_variant(both);
	check_both(&variant[0], &variant[n - 1], 0, 0, 256);

	/* Both come to ask the CPU, and go on together. */
	sha256_init(&a);
	sha256_init(&b);
	sha256_init_variant(&alone, &variant[n - 1]);
	for (int i = 0; i < 12; i++) {
		sha256_update_both(&a, &b, data, sizeof(data) - 1000);
		sha256_update(&alone, data, sizeof(data) - 1000);
	}
	CHECK(a.both == variant[0].both && b.both == a.both);
	sha256_final(&alone, want);
	sha256_final(&a, got);
	CHECK_MEM(got, sizeof(got), want, sizeof(want));
	sha256_final(&b, got);
	CHECK_MEM(got, sizeof(got), want, sizeof(want));
}

static void
test_of(void)
{
	uint8_t got[SHA256_LEN], want[SHA256_LEN];

	fill();
	sha256_of(got, data, sizeof(data));
	bear(want, data, sizeof(data));
	CHECK_MEM(got, sizeof(got), want, sizeof(want));
	sha256_of(got, NULL, 0);
	bear(want, "", 0);
	CHECK_MEM(got, sizeof(got), want, sizeof(want));
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "variants", test_variants },
		{ "change", test_change },
		{ "lengths", test_lengths },
		{ "splits", test_splits },
		{ "byte_by_byte", test_byte_by_byte },
		{ "pieces", test_pieces },
		{ "counter", test_counter },
		{ "reuse", test_reuse },
		{ "both", test_both },
		{ "of", test_of },
		{ NULL, NULL }
	};

	return t_main("sha256", cases);
}
