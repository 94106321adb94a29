/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CLOCK_SYS_H
#define CLOCK_SYS_H

#include "clock.h"

/*
 * The machine's own clock: CLOCK_MONOTONIC and CLOCK_REALTIME, with the stop
 * signal of signals.h.  Everything that waits does so in slices of
 * CLOCK_SYS_SLICE_MS, so that a signal which arrives just before the wait
 * begins is noticed no later than one slice on.
 */
#define CLOCK_SYS_SLICE_MS 1000

void clock_sys_init(struct clock *c);

/*
 * The minute of the local day at that time, 0 to 1439: by TZ, or else the
 * machine's own zone, or else UTC.
 */
int clock_sys_minute(int64_t wall_s);

#endif
