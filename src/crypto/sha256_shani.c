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

/* Four words of the block, each from big-endian. */
SHANI static inline __m128i
load(const uint8_t *p)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b,
	    0x0405060700010203);

	return _mm_shuffle_epi8(_mm_loadu_si128((const void *)p), swap);
}

/* Four rounds.  The two halves of the state trade places twice. */
SHANI static inline void
rounds(__m128i *abef, __m128i *cdgh, __m128i w, const uint32_t *k)
{
	__m128i wk = _mm_add_epi32(w, _mm_loadu_si128((const void *)k));

	*cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, wk);
	*abef = _mm_sha256rnds2_epu32(*abef, *cdgh,
	    _mm_shuffle_epi32(wk, 0x0e));
}

/* The four words that follow the sixteen in w0 to w3. */
SHANI static inline __m128i
schedule(__m128i w0, __m128i w1, __m128i w2, __m128i w3)
{
	__m128i seven_back = _mm_alignr_epi8(w3, w2, 4);

	return _mm_sha256msg2_epu32(_mm_add_epi32(
	    _mm_sha256msg1_epu32(w0, w1), seven_back), w3);
}

SHANI static inline void
block(__m128i *abef, __m128i *cdgh, const uint8_t *p)
{
	const uint32_t *k = sha256_k;
	__m128i w0 = load(p), w1 = load(p + 16);
	__m128i w2 = load(p + 32), w3 = load(p + 48);

	for (; k < sha256_k + 48; k += 16) {
		rounds(abef, cdgh, w0, k);
		w0 = schedule(w0, w1, w2, w3);
		rounds(abef, cdgh, w1, k + 4);
		w1 = schedule(w1, w2, w3, w0);
		rounds(abef, cdgh, w2, k + 8);
		w2 = schedule(w2, w3, w0, w1);
		rounds(abef, cdgh, w3, k + 12);
		w3 = schedule(w3, w0, w1, w2);
	}
	rounds(abef, cdgh, w0, k);
	rounds(abef, cdgh, w1, k + 4);
	rounds(abef, cdgh, w2, k + 8);
	rounds(abef, cdgh, w3, k + 12);
}

SHANI void
sha256_shani_blocks(uint32_t state[8], const uint8_t *p, size_t n)
{
	/* Lanes from high to low: the instructions want ABEF and CDGH. */
	__m128i dcba = _mm_loadu_si128((const void *)state);
	__m128i hgfe = _mm_loadu_si128((const void *)(state + 4));
	__m128i cdab = _mm_shuffle_epi32(dcba, 0xb1);
	__m128i efgh = _mm_shuffle_epi32(hgfe, 0x1b);
	__m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
	__m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);

	for (; n > 0; n--, p += 64) {
		__m128i abef_before = abef, cdgh_before = cdgh;

		block(&abef, &cdgh, p);
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}

	__m128i feba = _mm_shuffle_epi32(abef, 0x1b);
	__m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128((void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#endif
