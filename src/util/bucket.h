/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A token bucket that any number of processes take from: put it where all of
 * them have it in memory (shm.h), zeroed.
 *
 * It is one number: when the line will be free, as the clock's microseconds
 * modulo 2^32 (of 32 bits, for not every machine changes more at once).
 * Taking bytes moves that time on, by as long as they last at the rate.
 * There is no lock, nothing is held, and a process that dies has taken at
 * most one slice.
 *
 * Bytes come smoothly: at most BUCKET_SLICE_MS worth of them at once, and
 * who comes late catches up with no more than BUCKET_LATE_MS.  So whatever
 * the number of processes, no 1/10 s carries more than twice its share.
 *
 * The time is struct clock's mono_ms, the same for all processes; the rate is
 * in bytes a second, 1 to 2^40, and may be another one each time.
 */
#define BUCKET_SLICE_MS 25
#define BUCKET_LATE_MS 50

struct bucket {
	_Atomic uint32_t free_at;	/* private */
};

/*
 * May anything be taken now?  Then up to n bytes are: how many, at least one
 * where n is not 0.  Else 0.
 */
size_t bucket_take(struct bucket *b, int64_t now_ms, uint64_t rate, size_t n);

/* Bytes that were taken and not used. */
void bucket_give(struct bucket *b, uint64_t rate, size_t n);

/* Bytes that were used without asking; the next ones wait the longer. */
void bucket_charge(struct bucket *b, int64_t now_ms, uint64_t rate, size_t n);

/* In how many milliseconds something can be taken; 0: now. */
int64_t bucket_wait_ms(const struct bucket *b, int64_t now_ms);

#endif
