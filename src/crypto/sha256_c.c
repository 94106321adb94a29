/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * SHA-256's compression function in portable C (FIPS 180-4 section 6.2.2).
 *
 * Sixteen rounds are written out, so that the eight working variables trade
 * places by name and not by moves, and the message schedule lives in a ring
 * of sixteen words.
 */
#include "sha256_internal.h"

static inline uint32_t
ror(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static inline uint32_t
get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* W_t for t >= 16, in place of W_(t-16). */
static inline uint32_t
schedule(uint32_t w[16], int i)
{
	uint32_t w15 = w[(i + 1) & 15];
	uint32_t w2 = w[(i + 14) & 15];

	return w[i] += w[(i + 9) & 15] +
	    (ror(w15, 7) ^ ror(w15, 18) ^ w15 >> 3) +
	    (ror(w2, 17) ^ ror(w2, 19) ^ w2 >> 10);
}

/*
 * Ch and Maj in the forms with the fewest operations.  The sums stand apart
 * because gcc 12 and clang 14 both make the fastest code of them so.
 */
#define ROUND(a, b, c, d, e, f, g, h, k, w) do {			\
	h += (k) + (w);							\
	h += g ^ (e & (f ^ g));						\
	h += ror(e, 6) ^ ror(e, 11) ^ ror(e, 25);			\
	d += h;								\
	h += b ^ ((a ^ b) & (b ^ c));					\
	h += ror(a, 2) ^ ror(a, 13) ^ ror(a, 22);			\
} while (0)

/* Sixteen rounds; W(i) is the schedule's word for the i-th. */
#define ROUNDS(k, W) do {						\
	ROUND(a, b, c, d, e, f, g, h, k[0], W(0));			\
	ROUND(h, a, b, c, d, e, f, g, k[1], W(1));			\
	ROUND(g, h, a, b, c, d, e, f, k[2], W(2));			\
	ROUND(f, g, h, a, b, c, d, e, k[3], W(3));			\
	ROUND(e, f, g, h, a, b, c, d, k[4], W(4));			\
	ROUND(d, e, f, g, h, a, b, c, k[5], W(5));			\
	ROUND(c, d, e, f, g, h, a, b, k[6], W(6));			\
	ROUND(b, c, d, e, f, g, h, a, k[7], W(7));			\
	ROUND(a, b, c, d, e, f, g, h, k[8], W(8));			\
	ROUND(h, a, b, c, d, e, f, g, k[9], W(9));			\
	ROUND(g, h, a, b, c, d, e, f, k[10], W(10));			\
	ROUND(f, g, h, a, b, c, d, e, k[11], W(11));			\
	ROUND(e, f, g, h, a, b, c, d, k[12], W(12));			\
	ROUND(d, e, f, g, h, a, b, c, k[13], W(13));			\
	ROUND(c, d, e, f, g, h, a, b, k[14], W(14));			\
	ROUND(b, c, d, e, f, g, h, a, k[15], W(15));			\
} while (0)

#define FIRST(i) (w[i] = get_be32(p + 4 * (i)))
#define LATER(i) schedule(w, i)

void
sha256_c_blocks(uint32_t state[8], const uint8_t *p, size_t n)
{
	uint32_t w[16];

	for (; n > 0; n--, p += 64) {
		uint32_t a = state[0], b = state[1], c = state[2];
		uint32_t d = state[3], e = state[4], f = state[5];
		uint32_t g = state[6], h = state[7];

		ROUNDS(sha256_k, FIRST);
		for (const uint32_t *k = sha256_k + 16; k < sha256_k + 64;
		    k += 16)
			ROUNDS(k, LATER);

		state[0] += a;
		state[1] += b;
		state[2] += c;
		state[3] += d;
		state[4] += e;
		state[5] += f;
		state[6] += g;
		state[7] += h;
	}
}
