/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * SHA-256's compression function with the cryptographic extension of ARMv8
 * (Arm Architecture Reference Manual: SHA256H, SHA256H2, SHA256SU0,
 * SHA256SU1), in 64-bit programs and in 32-bit ones on such a CPU.  The file
 * is compiled for the plain CPU; what stands between the pragmas is allowed
 * the newer instructions.
 */
#include "sha256_internal.h"

#ifdef SHA256_HAVE_ARMV8

#include <sys/auxv.h>

/* The kernel's uapi/asm/hwcap.h, which can not be included everywhere. */
#ifdef __aarch64__
#define SHA2_WORD AT_HWCAP
#define SHA2_BIT (1UL << 6)
#else
#define SHA2_WORD AT_HWCAP2
#define SHA2_BIT (1UL << 3)
#endif

bool
sha256_armv8_usable(void)
{
	return (getauxval(SHA2_WORD) & SHA2_BIT) != 0;
}

#ifndef __clang__
#pragma GCC push_options
#ifdef __aarch64__
#pragma GCC target("+crypto")
#else
#pragma GCC target("arch=armv8-a+crypto")
#endif
#endif

#include <arm_neon.h>

/* Four words of the block, each from big-endian. */
static inline uint32x4_t
load(const uint8_t *p)
{
	return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(p)));
}

/* Four rounds. */
static inline void
rounds(uint32x4_t *abcd, uint32x4_t *efgh, uint32x4_t w, const uint32_t *k)
{
	uint32x4_t wk = vaddq_u32(w, vld1q_u32(k));
	uint32x4_t abcd_before = *abcd;

	*abcd = vsha256hq_u32(*abcd, *efgh, wk);
	*efgh = vsha256h2q_u32(*efgh, abcd_before, wk);
}

/* The four words that follow the sixteen in w0 to w3. */
static inline uint32x4_t
schedule(uint32x4_t w0, uint32x4_t w1, uint32x4_t w2, uint32x4_t w3)
{
	return vsha256su1q_u32(vsha256su0q_u32(w0, w1), w2, w3);
}

static inline void
block(uint32x4_t *abcd, uint32x4_t *efgh, const uint8_t *p)
{
	const uint32_t *k = sha256_k;
	uint32x4_t w0 = load(p), w1 = load(p + 16);
	uint32x4_t w2 = load(p + 32), w3 = load(p + 48);

	for (; k < sha256_k + 48; k += 16) {
		rounds(abcd, efgh, w0, k);
		w0 = schedule(w0, w1, w2, w3);
		rounds(abcd, efgh, w1, k + 4);
		w1 = schedule(w1, w2, w3, w0);
		rounds(abcd, efgh, w2, k + 8);
		w2 = schedule(w2, w3, w0, w1);
		rounds(abcd, efgh, w3, k + 12);
		w3 = schedule(w3, w0, w1, w2);
	}
	rounds(abcd, efgh, w0, k);
	rounds(abcd, efgh, w1, k + 4);
	rounds(abcd, efgh, w2, k + 8);
	rounds(abcd, efgh, w3, k + 12);
}

void
sha256_armv8_blocks(uint32_t state[8], const uint8_t *p, size_t n)
{
	uint32x4_t abcd = vld1q_u32(state);
	uint32x4_t efgh = vld1q_u32(state + 4);

	for (; n > 0; n--, p += 64) {
		uint32x4_t abcd_before = abcd, efgh_before = efgh;

		block(&abcd, &efgh, p);
		abcd = vaddq_u32(abcd, abcd_before);
		efgh = vaddq_u32(efgh, efgh_before);
	}
	vst1q_u32(state, abcd);
	vst1q_u32(state + 4, efgh);
}

#ifndef __clang__
#pragma GCC pop_options
#endif

#endif
