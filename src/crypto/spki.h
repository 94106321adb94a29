/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SPKI_H
#define SPKI_H

#include <stdbool.h>
#include <stdint.h>

#include "ecdsa.h"
#include "span.h"

/*
 * Public keys as others have them: the DER of a SubjectPublicKeyInfo
 * (RFC 5480), which for an uncompressed point of P-256 is 26 bytes that are
 * always the same, and the point.
 */
#define SPKI_LEN (26 + ECDSA_POINT_LEN)
#define SPKI_BASE64_LEN 124

void spki_encode(uint8_t der[SPKI_LEN], const uint8_t point[ECDSA_POINT_LEN]);

/* In base64, on one line: what writers.yaml takes, and "openssl ec" gives. */
void spki_base64(char text[SPKI_BASE64_LEN + 1],
    const uint8_t point[ECDSA_POINT_LEN]);

/* -1: it is not that, or the point is not one of the curve. */
int spki_parse_base64(uint8_t point[ECDSA_POINT_LEN], struct span text);

/*
 * A key's id, which is what history calls it: the first 16 hex digits of
 * SHA-256(DER).
 */
#define SPKI_ID_LEN 16
void spki_id(char id[SPKI_ID_LEN + 1], const uint8_t point[ECDSA_POINT_LEN]);

#endif
