/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * SHA-256's compression function with the SHA extensions of x86 (Intel's
 * Software Developer's Manual, volume 2: SHA256RNDS2, SHA256MSG1,
 * SHA256MSG2).  The file is compiled for the plain CPU; only its functions
 * are allowed the newer instructions.
 */
#include "sha256_internal.h"

#ifdef SHA256_HAVE_SHANI

#include <cpuid.h>
#include <immintrin.h>

#define SHANI __attribute__((target("sha,sse4.1")))

/*
 * Every CPU with SHA has the others, but a hypervisor may hide any.  SHA is
 * asked for first: under a hypervisor each question takes microseconds.
 */
bool
sha256_shani_usable(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & bit_SHA) == 0)
		return false;
	__cpuid(1, a, b, c, d);
	return (c & bit_SSSE3) != 0 && (c & bit_SSE4_1) != 0;
}

/* Lanes from high to low: the instructions want ABEF and CDGH. */
struct lanes {
	__m128i abef, cdgh;
};

/* Four words of the block, each from big-endian. */
SHANI static inline __m128i
load(const uint8_t *p)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b,
	    0x0405060700010203);

	return _mm_shuffle_epi8(_mm_loadu_si128((const void *)p), swap);
}

/* Four rounds.  The two halves of a state trade places twice. */
SHANI static inline __attribute__((always_inline)) void
rounds(struct lanes *a, struct lanes *b, __m128i w, const uint32_t *k)
{
	__m128i low = _mm_add_epi32(w, _mm_loadu_si128((const void *)k));
	__m128i high = _mm_shuffle_epi32(low, 0x0e);

	a->cdgh = _mm_sha256rnds2_epu32(a->cdgh, a->abef, low);
	if (b != NULL)
		b->cdgh = _mm_sha256rnds2_epu32(b->cdgh, b->abef, low);
	a->abef = _mm_sha256rnds2_epu32(a->abef, a->cdgh, high);
	if (b != NULL)
		b->abef = _mm_sha256rnds2_epu32(b->abef, b->cdgh, high);
}

/* The four words that follow the sixteen in w0 to w3. */
SHANI static inline __m128i
schedule(__m128i w0, __m128i w1, __m128i w2, __m128i w3)
{
	__m128i seven_back = _mm_alignr_epi8(w3, w2, 4);

	return _mm_sha256msg2_epu32(_mm_add_epi32(
	    _mm_sha256msg1_epu32(w0, w1), seven_back), w3);
}

SHANI static inline struct lanes
take_in(const uint32_t state[8])
{
	__m128i dcba = _mm_loadu_si128((const void *)state);
	__m128i hgfe = _mm_loadu_si128((const void *)(state + 4));
	__m128i cdab = _mm_shuffle_epi32(dcba, 0xb1);
	__m128i efgh = _mm_shuffle_epi32(hgfe, 0x1b);

	return (struct lanes){ _mm_alignr_epi8(cdab, efgh, 8),
	    _mm_blend_epi16(efgh, cdab, 0xf0) };
}

SHANI static inline void
give_out(uint32_t state[8], struct lanes l)
{
	__m128i feba = _mm_shuffle_epi32(l.abef, 0x1b);
	__m128i dchg = _mm_shuffle_epi32(l.cdgh, 0xb1);

	_mm_storeu_si128((void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128((void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

SHANI static inline struct lanes
sum(struct lanes a, struct lanes b)
{
	return (struct lanes){ _mm_add_epi32(a.abef, b.abef),
	    _mm_add_epi32(a.cdgh, b.cdgh) };
}

/*
 * One block into one state or, where b is not NULL, into two: the words are
 * the same for both.  Inlined, so that what is not there costs nothing.
 */
SHANI static inline __attribute__((always_inline)) void
block(struct lanes *a, struct lanes *b, const uint8_t *p)
{
	const uint32_t *k = sha256_k;
	__m128i w0 = load(p), w1 = load(p + 16);
	__m128i w2 = load(p + 32), w3 = load(p + 48);

	for (; k < sha256_k + 48; k += 16) {
		rounds(a, b, w0, k);
		w0 = schedule(w0, w1, w2, w3);
		rounds(a, b, w1, k + 4);
		w1 = schedule(w1, w2, w3, w0);
		rounds(a, b, w2, k + 8);
		w2 = schedule(w2, w3, w0, w1);
		rounds(a, b, w3, k + 12);
		w3 = schedule(w3, w0, w1, w2);
	}
	rounds(a, b, w0, k);
	rounds(a, b, w1, k + 4);
	rounds(a, b, w2, k + 8);
	rounds(a, b, w3, k + 12);
}

SHANI void
sha256_shani_blocks(uint32_t state[8], const uint8_t *p, size_t n)
{
	struct lanes l = take_in(state);

	for (; n > 0; n--, p += 64) {
		struct lanes before = l;

		block(&l, NULL, p);
		l = sum(l, before);
	}
	give_out(state, l);
}

SHANI void
sha256_shani_both(uint32_t a[8], uint32_t b[8], const uint8_t *p, size_t n)
{
	struct lanes la = take_in(a), lb = take_in(b);

	for (; n > 0; n--, p += 64) {
		struct lanes a_before = la, b_before = lb;

		block(&la, &lb, p);
		la = sum(la, a_before);
		lb = sum(lb, b_before);
	}
	give_out(a, la);
	give_out(b, lb);
}

#endif
