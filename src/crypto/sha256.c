/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "sha256_internal.h"
#include "wipe.h"

#include "sha256.h"

/*
 * The portable variant does so many blocks, 8 KiB, in about the time of asking
 * a CPU under a hypervisor: asking costs never much more than not asking.
 */
#define UNASKED 128

const uint32_t sha256_k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
	0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

/* see sha256.h */
size_t
sha256_variants(struct sha256_variant out[SHA256_VARIANTS_MAX])
{
	size_t n = 0;

#ifdef SHA256_HAVE_SHANI
	if (sha256_shani_usable())
		out[n++] = (struct sha256_variant){ "shani",
		    sha256_shani_blocks, sha256_shani_both };
#endif
#ifdef SHA256_HAVE_ARMV8
	if (sha256_armv8_usable())
		out[n++] = (struct sha256_variant){ "armv8",
		    sha256_armv8_blocks, sha256_armv8_both };
#endif
	out[n++] = (struct sha256_variant){ "c", sha256_c_blocks, NULL };
	return n;
}

/* see sha256.h */
void
sha256_init(struct sha256 *h)
{
	h->blocks = sha256_c_blocks;
	h->both = NULL;
	h->unasked = UNASKED;
	sha256_restart(h);
}

/* see sha256.h */
void
sha256_init_variant(struct sha256 *h, const struct sha256_variant *v)
{
	h->blocks = v->blocks;
	h->both = v->both;
	h->unasked = 0;
	sha256_restart(h);
}

/* see sha256.h */
void
sha256_restart(struct sha256 *h)
{
	/* FIPS 180-4 section 5.3.3. */
	static const uint32_t start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
	};

	memcpy(h->state, start, sizeof(h->state));
	h->total = 0;
}

/* All variants know the same state, so that one may go on after another. */
static void
choose(struct sha256 *h, size_t n)
{
	struct sha256_variant variant[SHA256_VARIANTS_MAX];

	if (n < h->unasked) {
		h->unasked -= n;
		return;
	}
	sha256_variants(variant);
	h->blocks = variant[0].blocks;
	h->both = variant[0].both;
	h->unasked = 0;
}

static void
take_blocks(struct sha256 *h, const uint8_t *p, size_t n)
{
	if (h->unasked > 0)
		choose(h, n);
	h->blocks(h->state, p, n);
}

/* see sha256.h */
void
sha256_update(struct sha256 *h, const void *p, size_t n)
{
	const uint8_t *in = p;
	size_t held = (size_t)(h->total % SHA256_BLOCK);

	if (n == 0)
		return;
	h->total += n;

	/* Fill the block that was begun. */
	if (held > 0) {
		size_t take = SHA256_BLOCK - held;

		if (take > n)
			take = n;
		memcpy(h->block + held, in, take);
		in += take;
		n -= take;
		if (held + take < SHA256_BLOCK)
			return;
		take_blocks(h, h->block, 1);
	}

	/* Whole blocks from where they are; keep the rest. */
	take_blocks(h, in, n / SHA256_BLOCK);
	memcpy(h->block, in + n / SHA256_BLOCK * SHA256_BLOCK,
	    n % SHA256_BLOCK);
}

/* see sha256.h */
void
sha256_update_both(struct sha256 *a, struct sha256 *b, const void *p, size_t n)
{
	const uint8_t *in = p;
	size_t held = (size_t)(a->total % SHA256_BLOCK), first = 0, whole = 0;

	/* Up to the end of a block that was begun, and then whole blocks. */
	if (a->both != NULL && a->both == b->both &&
	    held == (size_t)(b->total % SHA256_BLOCK)) {
		first = held > 0 ? SHA256_BLOCK - held : 0;
		first = first < n ? first : n;
		whole = (n - first) / SHA256_BLOCK;
	}
	sha256_update(a, in, first);
	sha256_update(b, in, first);
	in += first;
	n -= first;
	if (whole > 0) {
		a->both(a->state, b->state, in, whole);
		a->total += whole * SHA256_BLOCK;
		b->total += whole * SHA256_BLOCK;
		in += whole * SHA256_BLOCK;
		n -= whole * SHA256_BLOCK;
	}
	sha256_update(a, in, n);
	sha256_update(b, in, n);
}

static void
put_be32(uint8_t *out, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* see sha256.h */
void
sha256_final(struct sha256 *h, uint8_t out[SHA256_LEN])
{
	uint64_t bits = h->total * 8;
	size_t held = (size_t)(h->total % SHA256_BLOCK);

	/* Padding (section 5.1.1): a one bit, zeroes, the length in bits. */
	h->block[held++] = 0x80;
	if (held > SHA256_BLOCK - 8) {
		memset(h->block + held, 0, SHA256_BLOCK - held);
		take_blocks(h, h->block, 1);
		held = 0;
	}
	memset(h->block + held, 0, SHA256_BLOCK - 8 - held);
	put_be32(h->block + SHA256_BLOCK - 8, (uint32_t)(bits >> 32));
	put_be32(h->block + SHA256_BLOCK - 4, (uint32_t)bits);
	take_blocks(h, h->block, 1);

	for (size_t i = 0; i < 8; i++)
		put_be32(out + 4 * i, h->state[i]);

	wipe_mem(h->block, sizeof(h->block));
	sha256_restart(h);
}

/* see sha256.h */
void
sha256_of(uint8_t out[SHA256_LEN], const void *p, size_t n)
{
	struct sha256 h;

	sha256_init(&h);
	sha256_update(&h, p, n);
	sha256_final(&h, out);
}
