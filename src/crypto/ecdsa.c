/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include <bearssl.h>

#include "wipe.h"

#include "ecdsa.h"

#define CURVE BR_EC_secp256r1
#define HALF (ECDSA_SIG_LEN / 2)

/* More than the frames that BearSSL puts numbers of a signature into. */
#define FRAMES 4096

/* The implementation that TLS uses: it is linked already. */
static const br_ec_impl *
curve(void)
{
	return br_ec_get_default();
}

/* 1 to n - 1?  Takes the same time for each number. */
static bool
in_range(const uint8_t number[32])
{
	unsigned less = 0, any = 0;
	size_t len;
	const unsigned char *n = curve()->order(CURVE, &len);

	for (size_t i = len; i-- > 0; ) {
		less = ((unsigned)number[i] - n[i] - less) >> 8 & 1;
		any |= number[i];
	}
	return (less & (any != 0)) != 0;
}

/* BearSSL leaves what it worked with on the stack: write over that. */
static __attribute__((noinline)) void
wipe_stack(void)
{
	uint8_t frames[FRAMES];

	wipe_mem(frames, sizeof(frames));
}

int
ecdsa_point(uint8_t point[ECDSA_POINT_LEN], const uint8_t key[ECDSA_KEY_LEN])
{
	if (!in_range(key))
		return -1;
	curve()->mulgen(point, key, ECDSA_KEY_LEN, CURVE);
	wipe_stack();
	return 0;
}

bool
ecdsa_is_point(const uint8_t point[ECDSA_POINT_LEN])
{
	static const uint8_t one = 1;
	uint8_t same[ECDSA_POINT_LEN];

	/* Multiplication refuses what is off the curve. */
	memcpy(same, point, sizeof(same));
	return point[0] == 0x04 &&
	    curve()->mul(same, sizeof(same), &one, 1, CURVE) == 1;
}

void
ecdsa_sign(uint8_t sig[ECDSA_SIG_LEN], const uint8_t key[ECDSA_KEY_LEN],
    const uint8_t digest[ECDSA_DIGEST_LEN])
{
	uint8_t copy[ECDSA_KEY_LEN];
	const br_ec_private_key sk = { CURVE, copy, sizeof(copy) };

	memcpy(copy, key, sizeof(copy));
	(void)br_ecdsa_i31_sign_raw(curve(), &br_sha256_vtable, digest, &sk,
	    sig);
	wipe_mem(copy, sizeof(copy));
	wipe_stack();
}

bool
ecdsa_verify(const uint8_t sig[ECDSA_SIG_LEN],
    const uint8_t point[ECDSA_POINT_LEN],
    const uint8_t digest[ECDSA_DIGEST_LEN])
{
	uint8_t copy[ECDSA_POINT_LEN];
	const br_ec_public_key pk = { CURVE, copy, sizeof(copy) };

	/* Of an r of 0 BearSSL says nothing itself. */
	if (!in_range(sig) || !in_range(sig + HALF) || point[0] != 0x04)
		return false;
	memcpy(copy, point, sizeof(copy));
	return br_ecdsa_i31_vrfy_raw(curve(), digest, ECDSA_DIGEST_LEN, &pk,
	    sig, ECDSA_SIG_LEN) == 1;
}
