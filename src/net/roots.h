/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ROOTS_H
#define ROOTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The compiled-in trust anchors: name and public key of each root that
 * Mozilla trusts to issue server certificates.  The data is generated at
 * build time by third_party/mkroots.c from the certdata.txt in Debian's
 * ca-certificates source; no certificate is kept, only what a chain is
 * checked against.
 *
 * The keys lie in one read-only string of bytes without pointers, so that a
 * position-independent program need not touch them at start-up.  roots_count
 * entries follow each other without padding; all numbers are big-endian:
 *
 *	1	flags: ROOTS_CA
 *	1	key type: ROOTS_RSA or ROOTS_EC
 *    RSA:
 *	2	length of the modulus
 *	..	the modulus, first byte not zero
 *	2	length of the public exponent
 *	..	the public exponent, first byte not zero
 *    EC:
 *	1	curve, the number of its name in TLS (RFC 8422, 5.1.1):
 *		23 secp256r1, 24 secp384r1, 25 secp521r1
 *	2	length of the point
 *	..	the public point, uncompressed: 04 x y
 *
 * The names, which have much in common, are packed (a third is left).
 * Unpacked they take roots_names_len bytes, for each entry in turn:
 *
 *	2	length of the name, N
 *	N	the subject's distinguished name, DER as in the certificate
 *
 * The entries are sorted by name (shorter first, then byte by byte); two
 * roots may bear the same name.  The data was checked when it was generated:
 * a reader that finds it malformed has a bug.
 *
 * roots_packed is a row of pieces until all names are there:
 *
 *	1	1..127: so many bytes follow, as they are
 *		128..255 (ROOTS_COPY + n): n + ROOTS_COPY_MIN bytes are to be
 *		had as they are D bytes before this place in the names;
 *	2	D
 */
enum {
	ROOTS_RSA = 1,
	ROOTS_EC = 2
};

enum {
	ROOTS_CA = 0x01			/* may issue certificates */
};

enum {
	ROOTS_COPY = 128,
	ROOTS_COPY_MIN = 4
};

extern const uint8_t roots_blob[];
extern const size_t roots_blob_len;
extern const unsigned roots_count;

extern const uint8_t roots_packed[];
extern const size_t roots_names_len;

/* The date of the list, "2023-03-11", and its version in Mozilla's NSS. */
extern const char roots_date[];
extern const char roots_version[];

/* The names, roots_names_len bytes. */
void	roots_unpack(uint8_t *names);

#endif
