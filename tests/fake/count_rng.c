/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>

#include "rng.h"

#include "count_rng.h"

static uint32_t count;

static int
next(struct rng *r, void *p, size_t n, struct err *e)
{
	uint8_t *bytes = p;

	(void)r;
	(void)e;
	count++;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(count >> i % 4 * 8);
	return 0;
}

struct rng *
count_rng(void)
{
	static struct rng rng = { next };

	return &rng;
}
