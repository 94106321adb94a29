/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "base64.h"
#include "hex.h"
#include "sha256.h"

#include "spki.h"

/* A sequence of id-ecPublicKey with prime256v1, and a bit string. */
static const uint8_t head[SPKI_LEN - ECDSA_POINT_LEN] = {
	0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
	0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
	0x07, 0x03, 0x42, 0x00
};

void
spki_encode(uint8_t der[SPKI_LEN], const uint8_t point[ECDSA_POINT_LEN])
{
	memcpy(der, head, sizeof(head));
	memcpy(der + sizeof(head), point, ECDSA_POINT_LEN);
}

void
spki_base64(char text[SPKI_BASE64_LEN + 1],
    const uint8_t point[ECDSA_POINT_LEN])
{
	uint8_t der[SPKI_LEN];

	spki_encode(der, point);
	base64_encode(text, der, sizeof(der));
}

int
spki_parse_base64(uint8_t point[ECDSA_POINT_LEN], struct span text)
{
	uint8_t der[SPKI_LEN];

	if (base64_decode(der, sizeof(der), text) != 0 ||
	    memcmp(der, head, sizeof(head)) != 0 ||
	    !ecdsa_is_point(der + sizeof(head)))
		return -1;
	memcpy(point, der + sizeof(head), ECDSA_POINT_LEN);
	return 0;
}

void
spki_id(char id[SPKI_ID_LEN + 1], const uint8_t point[ECDSA_POINT_LEN])
{
	uint8_t der[SPKI_LEN], digest[SHA256_LEN];

	spki_encode(der, point);
	sha256_of(digest, der, sizeof(der));
	hex_encode(id, digest, SPKI_ID_LEN / 2);
}
