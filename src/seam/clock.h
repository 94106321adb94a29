/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Time, as an argument.  Wall time may jump; mono_ms never goes back. */
struct clock {
	int64_t (*mono_ms)(struct clock *);
	int64_t (*wall_s)(struct clock *);	/* since 1970, see utc.h */

	/* Sleeps; ends early when a signal asks the process to end. */
	void (*sleep_ms)(struct clock *, int64_t ms);

	/*
	 * The signal that asks the process to end, or 0.  Whatever waits
	 * looks here after EINTR and gives up with ERR_INTERRUPTED.
	 */
	int (*stop_signal)(struct clock *);
};

#endif
