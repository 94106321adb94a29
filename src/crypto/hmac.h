/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HMAC_H
#define HMAC_H

#include <stddef.h>
#include <stdint.h>

#include "sha256.h"

/*
 * HMAC-SHA256 (RFC 2104, FIPS 198-1), streaming.  Keys of any length.
 * The context holds what the key became: hmac_final() wipes that, and whoever
 * does not get so far calls wipe_mem().
 */
#define HMAC_LEN SHA256_LEN

struct hmac {
	struct sha256 inner;
	struct sha256 outer;
};

void hmac_init(struct hmac *m, const void *key, size_t len);

/* hmac_init() for one that was used: goes on with its variant. */
void hmac_rekey(struct hmac *m, const void *key, size_t len);

void hmac_update(struct hmac *m, const void *p, size_t n);
void hmac_final(struct hmac *m, uint8_t out[HMAC_LEN]);

/* All at once.  out may be the key's own memory. */
void hmac_of(uint8_t out[HMAC_LEN], const void *key, size_t key_len,
    const void *p, size_t n);

#endif
