/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SHA256_INTERNAL_H
#define SHA256_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What sha256.c knows of its variants.  Each gives a sha256_blocks_fn; all but
 * the portable one give a sha256_both_fn, too, and say whether this CPU runs
 * them.  A variant exists where its macro below is defined; its file is empty
 * elsewhere.
 */
void sha256_c_blocks(uint32_t state[8], const uint8_t *p, size_t n);

#if defined(__x86_64__) || defined(__i386__)
#define SHA256_HAVE_SHANI
bool sha256_shani_usable(void);
void sha256_shani_blocks(uint32_t state[8], const uint8_t *p, size_t n);
void sha256_shani_both(uint32_t a[8], uint32_t b[8], const uint8_t *p,
    size_t n);
#endif

/*
 * 32-bit ARM needs the hard-float ABI for vector intrinsics.  clang has those
 * for SHA-256 only when all of the program may use the instructions.
 */
#if (defined(__aarch64__) || (defined(__arm__) && defined(__ARM_PCS_VFP))) && \
    !defined(__ARM_BIG_ENDIAN) && \
    (!defined(__clang__) || defined(__ARM_FEATURE_SHA2))
#define SHA256_HAVE_ARMV8
bool sha256_armv8_usable(void);
void sha256_armv8_blocks(uint32_t state[8], const uint8_t *p, size_t n);
void sha256_armv8_both(uint32_t a[8], uint32_t b[8], const uint8_t *p,
    size_t n);
#endif

/* The round constants of FIPS 180-4 section 4.2.2. */
extern const uint32_t sha256_k[64];

#endif
