/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

/*
 * SHA-256 (FIPS 180-4), streaming.  The compression function comes in
 * variants, one file each: the portable one, until there is enough to hash for
 * the CPU to be asked what it can; from then on the fastest that it runs.
 * Asking takes some 40 us under a hypervisor, so that small texts are hashed
 * before an answer would be there.  A context that is used again and again
 * comes to ask, too.
 *
 * Nothing is allocated, nothing fails, and a context is plain data: copying
 * the struct forks the hash.  Up to 2^61 - 1 bytes.
 */
#define SHA256_LEN 32
#define SHA256_HEX_LEN 64
#define SHA256_BLOCK 64

/* Runs n blocks of SHA256_BLOCK bytes at p, of any alignment, into state. */
typedef void (*sha256_blocks_fn)(uint32_t state[8], const uint8_t *p,
    size_t n);

/* The same blocks into two states. */
typedef void (*sha256_both_fn)(uint32_t a[8], uint32_t b[8], const uint8_t *p,
    size_t n);

struct sha256 {
	uint32_t state[8];
	uint64_t total;			/* bytes taken */
	uint8_t block[SHA256_BLOCK];	/* the last total % SHA256_BLOCK */
	sha256_blocks_fn blocks;
	sha256_both_fn both;		/* NULL: the variant has none */
	size_t unasked;			/* blocks until the CPU is asked; 0:
					   it was */
};

void sha256_init(struct sha256 *h);

void sha256_restart(struct sha256 *h);	/* empty again, same variant */
void sha256_update(struct sha256 *h, const void *p, size_t n);

/*
 * sha256_update() of both with the same bytes.  The instructions for SHA-256
 * wait for their own results; where the contexts are alike, each waits while
 * the other works, and both take little more time than one.
 */
void sha256_update_both(struct sha256 *a, struct sha256 *b, const void *p,
    size_t n);

/* Wipes what it hashed and leaves the context as sha256_restart() does. */
void sha256_final(struct sha256 *h, uint8_t out[SHA256_LEN]);

/* All at once. */
void sha256_of(uint8_t out[SHA256_LEN], const void *p, size_t n);

/*
 * The variants that this CPU runs, fastest first; their number, at least 1.
 * For tests, which take each in turn, and for --version.
 */
#define SHA256_VARIANTS_MAX 2

struct sha256_variant {
	const char *name;		/* "shani", "armv8", "c" */
	sha256_blocks_fn blocks;
	sha256_both_fn both;		/* NULL: it has none */
};

size_t sha256_variants(struct sha256_variant out[SHA256_VARIANTS_MAX]);

/* sha256_init() with a variant of that list. */
void sha256_init_variant(struct sha256 *h, const struct sha256_variant *v);

#endif
