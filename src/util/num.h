/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef NUM_H
#define NUM_H

#include <stdint.h>

#include "span.h"

/*
 * Numbers from text, exactly: decimal digits only, no sign, no space, no
 * leading zero (but "0" itself), nothing behind.  0, or -1 for anything else
 * and for what is above max; then *out is not touched.
 */
int num_u64(struct span s, uint64_t max, uint64_t *out);

/* A size: digits and an optional k, M or G (powers of 1024). */
int num_size(struct span s, uint64_t max, uint64_t *out);

/* A time in milliseconds: digits and one of ms, s, m, h, d ("0" needs none). */
int num_ms(struct span s, uint64_t max, uint64_t *out);

#endif
