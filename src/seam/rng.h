/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RNG_H
#define RNG_H

#include <stddef.h>

#include "err.h"

/* Randomness, as an argument: fills p, or fails and must not be guessed. */
struct rng {
	int (*bytes)(struct rng *, void *p, size_t n, struct err *);
};

#endif
