/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "wipe.h"

#include "hmac.h"

/* see hmac.h */
void
hmac_init(struct hmac *m, const void *key, size_t len)
{
	sha256_init(&m->inner);
	hmac_rekey(m, key, len);
}

/* see hmac.h */
void
hmac_rekey(struct hmac *m, const void *key, size_t len)
{
	uint8_t pad[SHA256_BLOCK] = { 0 };

	/* RFC 2104 section 2: a key longer than a block is hashed first. */
	sha256_restart(&m->inner);
	if (len > sizeof(pad)) {
		sha256_update(&m->inner, key, len);
		sha256_final(&m->inner, pad);
	} else if (len > 0) {
		memcpy(pad, key, len);
	}
	m->outer = m->inner;

	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36;
	sha256_update(&m->inner, pad, sizeof(pad));
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5c;
	sha256_update(&m->outer, pad, sizeof(pad));
	wipe_mem(pad, sizeof(pad));
}

/* see hmac.h */
void
hmac_update(struct hmac *m, const void *p, size_t n)
{
	sha256_update(&m->inner, p, n);
}

/* see hmac.h */
void
hmac_final(struct hmac *m, uint8_t out[HMAC_LEN])
{
	uint8_t digest[SHA256_LEN];

	sha256_final(&m->inner, digest);
	sha256_update(&m->outer, digest, sizeof(digest));
	sha256_final(&m->outer, out);
	wipe_mem(digest, sizeof(digest));
}

/* see hmac.h */
void
hmac_of(uint8_t out[HMAC_LEN], const void *key, size_t key_len,
    const void *p, size_t n)
{
	struct hmac m;

	hmac_init(&m, key, key_len);
	hmac_update(&m, p, n);
	hmac_final(&m, out);
}
