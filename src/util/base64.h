/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef BASE64_H
#define BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "span.h"

/*
 * Base64 of RFC 4648 section 4, with padding: 4 * ((n + 2) / 3) characters
 * and a NUL.
 */
#define BASE64_LEN(n) (4 * (((n) + 2) / 3))
void base64_encode(char *out, const uint8_t *in, size_t n);

/* Strict: padded, no other bytes, no stray bits; exactly n bytes, or -1. */
int base64_decode(uint8_t *out, size_t n, struct span in);

#endif
