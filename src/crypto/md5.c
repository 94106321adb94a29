/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "md5.h"

/* RFC 1321, section 3.4: the integer parts of 2^32 * abs(sin(i + 1)). */
static const uint32_t sines[64] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee,
	0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
	0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
	0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
	0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa,
	0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
	0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
	0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
	0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
	0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
	0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05,
	0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
	0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039,
	0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
	0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
	0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391
};

/* How far each of four steps rotates, in each of the four rounds. */
static const uint8_t turns[4][4] = {
	{ 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 },
	{ 6, 10, 15, 21 }
};

static uint32_t
load(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
store(uint8_t *p, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(n >> 8 * i);
}

static void
run_block(uint32_t state[4], const uint8_t *p)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];

	for (unsigned i = 0; i < 64; i++) {
		unsigned turn = turns[i / 16][i % 4], word;
		uint32_t f;

		switch (i / 16) {
		case 0:
			f = (b & c) | (~b & d);
			word = i;
			break;
		case 1:
			f = (b & d) | (c & ~d);
			word = 5 * i + 1;
			break;
		case 2:
			f = b ^ c ^ d;
			word = 3 * i + 5;
			break;
		default:
			f = c ^ (b | ~d);
			word = 7 * i;
			break;
		}
		f += a + sines[i] + load(p + 4 * (word % 16));
		a = d;
		d = c;
		c = b;
		b += f << turn | f >> (32 - turn);
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

void
md5_init(struct md5 *h)
{
	*h = (struct md5){ .state = { 0x67452301, 0xefcdab89, 0x98badcfe,
	    0x10325476 } };
}

void
md5_update(struct md5 *h, const void *p, size_t n)
{
	const uint8_t *from = p;

	while (n > 0) {
		size_t at = h->total % sizeof(h->block);
		size_t some = sizeof(h->block) - at;

		if (some > n)
			some = n;
		memcpy(h->block + at, from, some);
		h->total += some;
		from += some;
		n -= some;
		if (at + some == sizeof(h->block))
			run_block(h->state, h->block);
	}
}

void
md5_final(struct md5 *h, uint8_t out[MD5_LEN])
{
	static const uint8_t pad[64] = { 0x80 };
	uint64_t bits = h->total << 3;
	uint8_t length[8];

	store(length, (uint32_t)bits);
	store(length + 4, (uint32_t)(bits >> 32));
	/* Up to 8 bytes before the end of a block, and at least one. */
	md5_update(h, pad, 1 + (119 - h->total % 64) % 64);
	md5_update(h, length, sizeof(length));
	for (int i = 0; i < 4; i++)
		store(out + 4 * i, h->state[i]);
}
