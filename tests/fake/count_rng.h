/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef COUNT_RNG_H
#define COUNT_RNG_H

/*
 * A source of randomness that counts: each request gets the bytes of the next
 * number, so that no two in a test are alike, and every run is.
 */
struct rng;

struct rng *count_rng(void);

#endif
