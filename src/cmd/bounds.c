/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "clock_sys.h"

#include "bounds.h"

/* Nothing changes between two minutes; a day may have 25 hours. */
#define MINUTE_S 60
#define MINUTES_MAX (WINDOW_DAY + 60)

int
bounds_end(int64_t *ends_at, const char *window, int64_t now, struct err *e)
{
	int64_t at = now - now % MINUTE_S;
	struct window w;

	*ends_at = 0;
	if (window == NULL)
		return 0;
	if (window_parse(&w, span_of(window), e) != 0)
		return -1;
	for (int i = 0; i < MINUTES_MAX; i++, at += MINUTE_S) {
		if (window_is_open(&w, clock_sys_minute(at)))
			continue;
		*ends_at = at;
		return 0;
	}
	return 0;
}

static bool
nothing_sent(const struct client_counts *c)
{
	for (int i = 0; i < PRICE__COUNT; i++)
		if (c->requests[i] > 0)
			return false;
	return true;
}

/* What was spent of what, and what comes. */
struct ceiling {
	uint64_t spent, next, max;
	const char *what;
};

static int
check_ceiling(const struct ceiling *l, const struct client *c, struct err *e)
{
	if (l->spent <= l->max && l->next <= l->max - l->spent)
		return 0;
	return err_set(e, nothing_sent(&c->counts) ?
	    ERR_PUT_CEILING_EXCEEDED : ERR_SUSPENDED,
	    "the next object would pass the ceiling of %llu %s",
	    (unsigned long long)l->max, l->what);
}

int
bounds_check(const struct run *run, const struct window *window,
    const struct history_cost *next, struct err *e)
{
	const struct client *c = &run->session->client;
	struct clock *clock = run->app->clock;
	const struct ceiling ceiling[] = {
		{ c->counts.requests[PRICE_A], next->requests[PRICE_A],
		  c->conf->max_class_a, "class A requests" },
		{ c->counts.bytes_up, (uint64_t)next->bytes_up,
		  c->conf->max_bytes_up, "bytes up" },
		{ c->counts.bytes_down, (uint64_t)next->bytes_down,
		  c->conf->max_bytes_down, "bytes down" },
	};
	int sig = clock->stop_signal(clock);

	if (sig != 0) {
		err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
		e->sys = sig;
		return -1;
	}
	if (!window_is_open(window, clock_sys_minute(clock->wall_s(clock))))
		return err_set(e, ERR_SUSPENDED, "the window has closed");
	for (size_t i = 0; i < sizeof(ceiling) / sizeof(ceiling[0]); i++)
		if (check_ceiling(&ceiling[i], c, e) != 0)
			return -1;
	return 0;
}
