/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PACED_H
#define PACED_H

#include <stddef.h>
#include <stdint.h>

#include "bucket.h"
#include "clock.h"
#include "dialer.h"

/*
 * A dialer over a dialer, whose connections keep to a limit of bytes a second,
 * the same in each direction: one bucket for what is sent and one for what is
 * read, shared by all processes that were forked after their memory was.
 *
 * It stands above TLS: what counts is what is sent and read through it, 1 or
 * 2 % less than what the wire carries; handshakes are not held up.  What is
 * written goes out at once, not when a record is full.  What is not read yet
 * waits in the kernel's buffers, and behind them in the server's.
 *
 * Nothing but wait() blocks, here too.  Where a direction is held up, read()
 * and write() say CONN_AGAIN, and wait() comes back when the next slice may
 * move.  Reads of PACED_LOOK bytes and fewer are never held up, only paid for:
 * they tell whether an idle connection still lives.
 *
 *  1. Fill in under, clock, rate and buckets; they must outlive it.
 *  2. paced_init(); then it must not move.
 *  3. Dial through paced.dialer.
 */
#define PACED_LOOK 16

/*
 * Where the limit comes from: bytes a second at that time, 0 for none.  It is
 * asked once for each minute.
 */
struct paced_rate {
	uint64_t (*at)(struct paced_rate *, int64_t wall_s);
};

struct paced_buckets {
	struct bucket up, down;
};

struct paced_conn {
	struct conn conn;
	struct conn *under;
	struct paced *paced;
};

struct paced {
	struct dialer dialer;

	/* Filled in by the caller. */
	struct dialer *under;
	struct clock *clock;
	struct paced_rate *rate;
	struct paced_buckets *buckets;

	/* Private. */
	struct paced_conn conn;
	int64_t minute;		/* since 1970, of which limit is */
	uint64_t limit;
};

void paced_init(struct paced *p);

#endif
