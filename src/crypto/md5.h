/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef MD5_H
#define MD5_H

#include <stddef.h>
#include <stdint.h>

/*
 * MD5 (RFC 1321), streaming: for the ETags that stores make of parts, and for
 * nothing that has to be trusted.  Anybody can make two texts with one MD5.
 *
 * Small rather than fast.  Nothing is allocated and nothing fails.
 */
#define MD5_LEN 16

struct md5 {
	uint32_t state[4];
	uint64_t total;			/* bytes taken */
	uint8_t block[64];		/* the last total % 64 */
};

void md5_init(struct md5 *h);
void md5_update(struct md5 *h, const void *p, size_t n);
void md5_final(struct md5 *h, uint8_t out[MD5_LEN]);

#endif
