/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"
#include "key_file.h"

#include "checkpoint.h"

void
checkpoint_sign(struct checkpoint *c, const struct key_file *key,
    const uint8_t previous[CHAIN_LEN])
{
	uint8_t digest[SHA256_LEN], sig[ECDSA_SIG_LEN];

	sha256_of(digest, previous, CHAIN_LEN);
	ecdsa_sign(sig, key->key, digest);
	hex_encode(c->sig, sig, sizeof(sig));
	memcpy(c->writer, key->id, sizeof(c->writer));
}

bool
checkpoint_verify(struct span sig, const uint8_t point[ECDSA_POINT_LEN],
    const uint8_t previous[CHAIN_LEN])
{
	uint8_t digest[SHA256_LEN], raw[ECDSA_SIG_LEN];

	sha256_of(digest, previous, CHAIN_LEN);
	return hex_decode(raw, sizeof(raw), sig) == 0 &&
	    ecdsa_verify(raw, point, digest);
}
