/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "http_watch.h"

#define FOREVER INT64_MAX

/* min_rate over stall_ms in bytes; at least one. */
static uint64_t
quota_of(const struct http_limits *l)
{
	uint64_t ms = (uint64_t)l->stall_ms;

	if (ms > 0 && l->min_rate > UINT64_MAX / ms)
		return UINT64_MAX;
	return l->min_rate * ms < 1000 ? 1 : l->min_rate * ms / 1000;
}

/* see http_watch.h */
void
http_watch_init(struct http_watch *w, struct clock *clock,
    const struct http_limits *limits)
{
	w->clock = clock;
	w->limits = *limits;
	w->quota = quota_of(limits);
	http_watch_start(w);
}

static int64_t
now(const struct http_watch *w)
{
	return w->clock->mono_ms(w->clock);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
start_window(struct http_watch *w)
{
	w->waited_ms = 0;
	w->moved = 0;
}

/* see http_watch.h */
void
http_watch_start(struct http_watch *w)
{
	w->deadline = w->limits.whole_ms > 0 ?
	    now(w) + w->limits.whole_ms : FOREVER;
	start_window(w);
}

/* see http_watch.h */
void
http_watch_asked(struct http_watch *w)
{
	w->asked_at = now(w);
	start_window(w);
}

/* see http_watch.h */
void
http_watch_moved(struct http_watch *w, ssize_t n)
{
	w->moved += (uint64_t)n;
	if (w->moved >= w->quota)
		start_window(w);
}

/* see http_watch.h */
int
http_watch_check(const struct http_watch *w, struct err *e)
{
	int sig = w->clock->stop_signal(w->clock);

	if (sig != 0) {
		err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
		e->sys = sig;
		return -1;
	}
	if (w->deadline == FOREVER || now(w) < w->deadline)
		return 0;
	return err_set(e, ERR_TIMED_OUT,
	    "the request was not done within %lld ms",
	    (long long)w->limits.whole_ms);
}

static int
check_silence(const struct http_watch *w, struct err *e)
{
	if (w->limits.first_byte_ms == 0 ||
	    now(w) < w->asked_at + w->limits.first_byte_ms)
		return 0;
	return err_set(e, ERR_TIMED_OUT,
	    "no answer came within %lld ms of the request",
	    (long long)w->limits.first_byte_ms);
}

static int
check_stall(const struct http_watch *w, struct err *e)
{
	if (w->limits.stall_ms == 0 || w->waited_ms < w->limits.stall_ms)
		return 0;
	return err_set(e, ERR_TIMED_OUT,
	    "the transfer stalled: %llu bytes moved in %lld ms",
	    (unsigned long long)w->moved, (long long)w->waited_ms);
}

/* see http_watch.h */
int
http_watch_wait(struct http_watch *w, struct conn *c, int want, bool silent,
    struct err *e)
{
	const struct http_limits *l = &w->limits;
	int64_t start = now(w), until = w->deadline;
	int ready;

	if (http_watch_check(w, e) == -1 ||
	    (silent ? check_silence(w, e) : check_stall(w, e)) == -1)
		return -1;
	if (silent && l->first_byte_ms > 0)
		until = earlier(until, w->asked_at + l->first_byte_ms);
	if (!silent && l->stall_ms > 0)
		until = earlier(until, start + l->stall_ms - w->waited_ms);
	ready = c->ops->wait(c, want, until, e);
	if (!silent)
		w->waited_ms += now(w) - start;
	return ready < 0 ? -1 : ready;
}
