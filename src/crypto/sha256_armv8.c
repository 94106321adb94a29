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

struct lanes {
	uint32x4_t abcd, efgh;
};

/* Four words of the block, each from big-endian. */
static inline uint32x4_t
load(const uint8_t *p)
{
	return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(p)));
}

/* Four rounds. */
static inline __attribute__((always_inline)) void
rounds(struct lanes *a, struct lanes *b, uint32x4_t w, const uint32_t *k)
{
	uint32x4_t wk = vaddq_u32(w, vld1q_u32(k));
	struct lanes a_before = *a;

	a->abcd = vsha256hq_u32(a->abcd, a->efgh, wk);
	a->efgh = vsha256h2q_u32(a->efgh, a_before.abcd, wk);
	if (b != NULL) {
		struct lanes b_before = *b;

		b->abcd = vsha256hq_u32(b->abcd, b->efgh, wk);
		b->efgh = vsha256h2q_u32(b->efgh, b_before.abcd, wk);
	}
}

/* The four words that follow the sixteen in w0 to w3. */
static inline uint32x4_t
schedule(uint32x4_t w0, uint32x4_t w1, uint32x4_t w2, uint32x4_t w3)
{
	return vsha256su1q_u32(vsha256su0q_u32(w0, w1), w2, w3);
}

/*
 * One block into one state or, where b is not NULL, into two: the words are
 * the same for both.  Inlined, so that what is not there costs nothing.
 */
static inline __attribute__((always_inline)) void
block(struct lanes *a, struct lanes *b, const uint8_t *p)
{
	const uint32_t *k = sha256_k;
	uint32x4_t w0 = load(p), w1 = load(p + 16);
	uint32x4_t w2 = load(p + 32), w3 = load(p + 48);

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

static inline struct lanes
take_in(const uint32_t state[8])
{
	return (struct lanes){ vld1q_u32(state), vld1q_u32(state + 4) };
}

static inline void
give_out(uint32_t state[8], struct lanes l)
{
	vst1q_u32(state, l.abcd);
	vst1q_u32(state + 4, l.efgh);
}

static inline struct lanes
sum(struct lanes a, struct lanes b)
{
	return (struct lanes){ vaddq_u32(a.abcd, b.abcd),
	    vaddq_u32(a.efgh, b.efgh) };
}

void
sha256_armv8_blocks(uint32_t state[8], const uint8_t *p, size_t n)
{
	struct lanes l = take_in(state);

	for (; n > 0; n--, p += 64) {
		struct lanes before = l;

		block(&l, NULL, p);
		l = sum(l, before);
	}
	give_out(state, l);
}

void
sha256_armv8_both(uint32_t a[8], uint32_t b[8], const uint8_t *p, size_t n)
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

#ifndef __clang__
#pragma GCC pop_options
#endif

#endif
