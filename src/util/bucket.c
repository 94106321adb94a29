/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdatomic.h>

#include "bucket.h"

/*
 * No bucket is that far ahead: slices are short.  What seems to be is a time
 * of long ago, which has come round since (2^32 us are 71 minutes).
 */
#define AHEAD_MAX_US 10000000

static uint32_t
now_us(int64_t now_ms)
{
	return (uint32_t)((uint64_t)now_ms * 1000);
}

/* How long so many bytes last; n is a slice or less, or a charge. */
static uint32_t
lasts_us(uint64_t rate, size_t n)
{
	uint64_t us = (uint64_t)n * 1000000 / rate;

	return us < AHEAD_MAX_US / 2 ? (uint32_t)us : AHEAD_MAX_US / 2;
}

/* Microseconds until the line is free; 0: it is. */
static uint32_t
ahead_us(uint32_t free_at, uint32_t now)
{
	uint32_t ahead = free_at - now;

	return ahead <= AHEAD_MAX_US ? ahead : 0;
}

/* Where the next bytes begin: no longer ago than who is late may catch up. */
static uint32_t
begins_at(uint32_t free_at, uint32_t now)
{
	uint32_t ago = now - free_at;

	if (ahead_us(free_at, now) > 0 || ago <= BUCKET_LATE_MS * 1000)
		return free_at;
	return now - BUCKET_LATE_MS * 1000;
}

size_t
bucket_take(struct bucket *b, int64_t now_ms, uint64_t rate, size_t n)
{
	uint64_t slice = rate / (1000 / BUCKET_SLICE_MS);
	uint32_t now = now_us(now_ms);
	uint32_t at = atomic_load(&b->free_at);

	if (slice == 0)
		slice = 1;
	if (n > slice)
		n = (size_t)slice;
	do {
		if (ahead_us(at, now) > 0)
			return 0;
	} while (!atomic_compare_exchange_weak(&b->free_at, &at,
	    begins_at(at, now) + lasts_us(rate, n)));
	return n;
}

void
bucket_give(struct bucket *b, uint64_t rate, size_t n)
{
	atomic_fetch_sub(&b->free_at, lasts_us(rate, n));
}

void
bucket_charge(struct bucket *b, int64_t now_ms, uint64_t rate, size_t n)
{
	uint32_t now = now_us(now_ms);
	uint32_t at = atomic_load(&b->free_at);

	while (!atomic_compare_exchange_weak(&b->free_at, &at,
	    begins_at(at, now) + lasts_us(rate, n)))
		;
}

int64_t
bucket_wait_ms(const struct bucket *b, int64_t now_ms)
{
	uint32_t us = ahead_us(atomic_load(&b->free_at), now_us(now_ms));

	return (int64_t)(us / 1000 + (us % 1000 != 0));
}
