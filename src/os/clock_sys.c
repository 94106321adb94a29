/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>
#include <time.h>

#include "err.h"
#include "signals.h"

#include "clock_sys.h"

static struct timespec
now(clockid_t which)
{
	struct timespec ts;

	/* It fails only for a clock that the kernel does not have. */
	BUG_ON(clock_gettime(which, &ts) != 0);
	return ts;
}

static int64_t
mono_ms(struct clock *c)
{
	struct timespec ts = now(CLOCK_MONOTONIC);

	(void)c;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t
wall_s(struct clock *c)
{
	(void)c;
	return now(CLOCK_REALTIME).tv_sec;
}

static int
stop_signal(struct clock *c)
{
	(void)c;
	return signals_stop();
}

static void
sleep_ms(struct clock *c, int64_t ms)
{
	int64_t until = mono_ms(c) + ms;
	int64_t left;

	while ((left = until - mono_ms(c)) > 0 && signals_stop() == 0) {
		if (left > CLOCK_SYS_SLICE_MS)
			left = CLOCK_SYS_SLICE_MS;
		struct timespec ts = { .tv_sec = (time_t)(left / 1000),
		    .tv_nsec = (long)(left % 1000 * 1000000) };
		nanosleep(&ts, NULL);
	}
}

void
clock_sys_init(struct clock *c)
{
	*c = (struct clock){ .mono_ms = mono_ms, .wall_s = wall_s,
	    .sleep_ms = sleep_ms, .stop_signal = stop_signal };
}

int
clock_sys_minute(int64_t wall_s)
{
	time_t t = (time_t)wall_s;
	struct tm tm;

	/* It fails only for years beyond an int. */
	if (localtime_r(&t, &tm) == NULL)
		return 0;
	return tm.tm_hour * 60 + tm.tm_min;
}
