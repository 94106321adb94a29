/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ECDSA_H
#define ECDSA_H

#include <stdbool.h>
#include <stdint.h>

/*
 * ECDSA over NIST P-256 with SHA-256 (FIPS 186-4), by BearSSL, in constant
 * time where a private key is touched.  The nonce of a signature is that of
 * RFC 6979: it comes from the key and the digest, so that signing needs no
 * randomness, and a bad source of it can not give the key away.
 *
 * Numbers are big-endian and of fixed length.
 */
#define ECDSA_KEY_LEN 32	/* a private key: 1 to n - 1 */
#define ECDSA_POINT_LEN 65	/* a public one: 04, x, y */
#define ECDSA_SIG_LEN 64	/* r, s */
#define ECDSA_DIGEST_LEN 32

/*
 * The public key of a private one; -1 where that is 0, or n or more.  So a
 * key is made: 32 random bytes, others where this is -1 (1 of 2^32 times).
 */
int ecdsa_point(uint8_t point[ECDSA_POINT_LEN],
    const uint8_t key[ECDSA_KEY_LEN]);

/* Is it an uncompressed point of the curve, and not that at infinity? */
bool ecdsa_is_point(const uint8_t point[ECDSA_POINT_LEN]);

/* The key is one that ecdsa_point() took. */
void ecdsa_sign(uint8_t sig[ECDSA_SIG_LEN], const uint8_t key[ECDSA_KEY_LEN],
    const uint8_t digest[ECDSA_DIGEST_LEN]);

/*
 * false as well for a point off the curve, and for an r or s outside of
 * 1 to n - 1; and for a digest of 0 or n, which no text is known to have.
 * Both of (r, s) and (r, n - s) are right where one is.
 */
bool ecdsa_verify(const uint8_t sig[ECDSA_SIG_LEN],
    const uint8_t point[ECDSA_POINT_LEN],
    const uint8_t digest[ECDSA_DIGEST_LEN]);

#endif
