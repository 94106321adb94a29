/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "t.h"

#include "paced.h"

#define RATE 100000	/* of which a slice is 2500 */

/* A connection to nobody, its dialer, and the clock of both. */
struct line {
	struct clock clock;
	struct dialer dialer;
	struct conn conn;
	struct paced_rate rate;
	int64_t now;
	uint64_t limit;		/* what rate tells */
	int asked;		/* how often */
	int signal;
	size_t room, there;	/* what may be written and read */
	bool ended;		/* reading gives the end */
	bool broken;		/* and flushing fails */
	bool loud;		/* something comes while it waits */
	int flushes, waits, sleeps, closes;
	int waited_for;
	enum addr_scope dialed;
	struct paced_buckets buckets;
	struct paced paced;
	struct conn *top;
};

static struct line *
by(void *member, size_t offset)
{
	return (struct line *)(void *)((char *)member - offset);
}

#define LINE(c, member) by(c, offsetof(struct line, member))

static int64_t
mono_ms(struct clock *c)
{
	return LINE(c, clock)->now;
}

static int64_t
wall_s(struct clock *c)
{
	return LINE(c, clock)->now / 1000;
}

static void
sleep_ms(struct clock *c, int64_t ms)
{
	struct line *l = LINE(c, clock);

	CHECK(ms > 0);
	l->sleeps++;
	l->now += ms;
}

static int
stop_signal(struct clock *c)
{
	return LINE(c, clock)->signal;
}

static uint64_t
rate_at(struct paced_rate *r, int64_t wall)
{
	struct line *l = LINE(r, rate);

	CHECK_INT(wall, l->now / 1000);
	l->asked++;
	return l->limit;
}

static ssize_t
line_read(struct conn *c, void *p, size_t n, struct err *e)
{
	struct line *l = LINE(c, conn);

	(void)e;
	if (l->ended)
		return 0;
	if (l->there == 0)
		return CONN_AGAIN;
	if (n > l->there)
		n = l->there;
	memset(p, 'x', n);
	l->there -= n;
	return (ssize_t)n;
}

static ssize_t
line_write(struct conn *c, const void *p, size_t n, struct err *e)
{
	struct line *l = LINE(c, conn);

	(void)p;
	(void)e;
	if (l->room == 0)
		return CONN_AGAIN;
	if (n > l->room)
		n = l->room;
	l->room -= n;
	return (ssize_t)n;
}

static int
line_flush(struct conn *c, struct err *e)
{
	struct line *l = LINE(c, conn);

	l->flushes++;
	return l->broken ? err_set(e, ERR_UNREACHABLE, "broken") : 0;
}

static int
line_wait(struct conn *c, int want, int64_t until_ms, struct err *e)
{
	struct line *l = LINE(c, conn);

	(void)e;
	l->waits++;
	l->waited_for = want;
	CHECK(want != 0);
	if (l->loud) {
		l->loud = false;
		l->there = 100;
	}
	if ((want & CONN_READ) != 0 && l->there > 0)
		return CONN_READ;
	if ((want & CONN_WRITE) != 0 && l->room > 0)
		return CONN_WRITE;
	CHECK(until_ms >= l->now);
	l->now = until_ms;
	return 0;
}

static void
line_close(struct conn *c)
{
	LINE(c, conn)->closes++;
}

static const struct conn_ops line_ops = {
	line_read, line_write, line_flush, line_wait, line_close
};

static int
line_resolve(struct dialer *d, const struct endpoint *ep,
    enum addr_scope *scope, struct err *e)
{
	(void)d;
	(void)ep;
	(void)e;
	*scope = ADDR_PRIVATE;
	return 0;
}

static const uint8_t key[32];

static int
line_dial(struct dialer *d, const struct endpoint *ep, int64_t connect_ms,
    struct conn **c, struct err *e)
{
	struct line *l = LINE(d, dialer);

	(void)ep;
	if (connect_ms == 0)
		return err_set(e, ERR_UNREACHABLE, "nobody there");
	l->dialed = d->widest;
	d->peer_key = key;
	*c = &l->conn;
	return 0;
}

static void
line_open(struct line *l, uint64_t limit)
{
	struct err e = {0};

	*l = (struct line){
		.clock = { mono_ms, wall_s, sleep_ms, stop_signal },
		.dialer = { line_resolve, line_dial, ADDR_PUBLIC, NULL },
		.conn = { &line_ops }, .rate = { rate_at }, .now = 600000,
		.limit = limit, .room = 1 << 30, .there = 1 << 30 };
	l->paced.under = &l->dialer;
	l->paced.clock = &l->clock;
	l->paced.rate = &l->rate;
	l->paced.buckets = &l->buckets;
	paced_init(&l->paced);
	CHECK_INT(l->paced.dialer.dial(&l->paced.dialer, NULL, 1, &l->top,
	    &e), 0);
}

static char bytes[65536];

static ssize_t
put(struct line *l, size_t n)
{
	struct err e = {0};

	return l->top->ops->write(l->top, bytes, n, &e);
}

static ssize_t
get(struct line *l, size_t n)
{
	struct err e = {0};

	return l->top->ops->read(l->top, bytes, n, &e);
}

/* until is in so many ms. */
static int
await(struct line *l, int want, int64_t ms)
{
	struct err e = {0};

	return l->top->ops->wait(l->top, want, l->now + ms, &e);
}

/* Take what is caught up with, so that the next slice is 25 ms away. */
static void
use_up(struct line *l)
{
	while (put(l, sizeof(bytes)) > 0)
		;
	while (get(l, sizeof(bytes)) > 0)
		;
	l->flushes = 0;
}

/* --- Cases ---------------------------------------------------------------- */

static void
test_dialer(void)
{
	struct line l;
	struct err e = {0};
	enum addr_scope scope;
	struct conn *c = NULL;

	line_open(&l, RATE);
	CHECK_INT(l.paced.dialer.widest, ADDR_PUBLIC);
	CHECK(l.paced.dialer.peer_key == key);
	CHECK_INT(l.paced.dialer.resolve(&l.paced.dialer, NULL, &scope, &e),
	    0);
	CHECK_INT(scope, ADDR_PRIVATE);
	l.paced.dialer.widest = ADDR_LOOPBACK;
	l.top->ops->close(l.top);
	CHECK_INT(l.closes, 1);
	CHECK_INT(l.paced.dialer.dial(&l.paced.dialer, NULL, 1, &c, &e), 0);
	CHECK_INT(l.dialed, ADDR_LOOPBACK);
	CHECK_INT(l.paced.dialer.dial(&l.paced.dialer, NULL, 0, &c, &e), -1);
	CHECK_INT(e.code, ERR_UNREACHABLE);
}

static void
test_slices(void)
{
	struct line l;

	line_open(&l, RATE);
	CHECK_INT(put(&l, 65536), 2500);
	CHECK_INT(put(&l, 1000), 1000);
	CHECK_INT(get(&l, 65536), 2500);	/* a bucket of its own */
	use_up(&l);
	CHECK_INT(put(&l, 1), CONN_AGAIN);
	CHECK_INT(l.flushes, 1);
	CHECK_INT(get(&l, 65536), CONN_AGAIN);
	CHECK_INT(await(&l, CONN_WRITE, 1000), CONN_WRITE);
	CHECK_INT(l.now, 600010);
	CHECK_INT(put(&l, 65536), 2500);
	CHECK_INT(get(&l, 65536), CONN_AGAIN);
	CHECK_INT(await(&l, CONN_READ, 1000), CONN_READ);
	CHECK_INT(l.now, 600025);
	CHECK_INT(get(&l, 65536), 2500);
}

/* What was not used is nobody's loss. */
static void
test_unused(void)
{
	struct line l;

	line_open(&l, RATE);
	use_up(&l);
	l.now += 25;
	l.room = l.there = 0;
	CHECK_INT(put(&l, 65536), CONN_AGAIN);
	CHECK_INT(get(&l, 65536), CONN_AGAIN);
	l.room = l.there = 100;
	CHECK_INT(put(&l, 65536), 100);
	CHECK_INT(get(&l, 65536), 100);
	/* 100 bytes are 1 ms. */
	CHECK_INT(await(&l, CONN_WRITE, 1), 0);
	l.ended = true;
	CHECK_INT(get(&l, 65536), 0);
	CHECK_INT(get(&l, 65536), 0);
}

/* A look at an idle connection is never held up. */
static void
test_look(void)
{
	struct line l;

	line_open(&l, RATE);
	use_up(&l);
	l.there = 0;
	CHECK_INT(get(&l, PACED_LOOK + 1), CONN_AGAIN);
	l.ended = true;
	CHECK_INT(get(&l, PACED_LOOK + 1), CONN_AGAIN);
	CHECK_INT(get(&l, 1), 0);
	l.ended = false;
	l.there = 1000;
	/* But paid for: 160 bytes are 1.6 ms. */
	for (int i = 0; i < 10; i++)
		CHECK_INT(get(&l, PACED_LOOK), PACED_LOOK);
	CHECK_INT(await(&l, CONN_READ, 1000), CONN_READ);
	CHECK_INT(l.now, 600027);
}

static void
test_wait(void)
{
	struct line l;

	/* Nothing is held up: the line's own wait. */
	line_open(&l, RATE);
	l.room = l.there = 0;
	CHECK_INT(await(&l, CONN_READ | CONN_WRITE, 7), 0);
	CHECK_INT(l.waited_for, CONN_READ | CONN_WRITE);
	CHECK_INT(l.now, 600007);
	/* All is held up: sleep, no longer than asked for. */
	line_open(&l, RATE);
	use_up(&l);
	CHECK_INT(await(&l, CONN_READ | CONN_WRITE, 10), 0);
	CHECK_INT(l.now, 600010);
	CHECK_INT(l.waits, 0);
	CHECK_INT(l.sleeps, 1);
	CHECK_INT(l.flushes, 1);
	/* One is: the other is waited for meanwhile. */
	line_open(&l, RATE);
	while (put(&l, sizeof(bytes)) > 0)
		;
	l.there = 0;
	l.loud = true;
	CHECK_INT(await(&l, CONN_READ | CONN_WRITE, 1000), CONN_READ);
	CHECK_INT(l.waited_for, CONN_READ);
	CHECK_INT(l.now, 600000);
	CHECK_INT(get(&l, 1000), 100);
	CHECK_INT(await(&l, CONN_READ | CONN_WRITE, 1000), CONN_WRITE);
	CHECK_INT(l.now, 600025);
}

static void
test_failures(void)
{
	struct line l;
	struct err e = {0};

	line_open(&l, RATE);
	use_up(&l);
	l.signal = 15;
	CHECK_INT(l.top->ops->wait(l.top, CONN_WRITE, l.now + 5, &e), -1);
	CHECK_INT(e.code, ERR_INTERRUPTED);
	CHECK_INT(e.sys, 15);
	l.signal = 0;
	l.broken = true;
	CHECK_INT(l.top->ops->wait(l.top, CONN_WRITE, l.now + 5, &e), -1);
	CHECK_INT(put(&l, 1), -1);
}

/* The limit is asked for as the minute changes, and may be none. */
static void
test_minutes(void)
{
	struct line l;

	line_open(&l, RATE);
	CHECK_INT(put(&l, 65536), 2500);
	CHECK_INT(put(&l, 100), 100);
	CHECK_INT(l.asked, 1);
	l.limit = 0;
	l.now += 59999;
	CHECK_INT(put(&l, 65536), 2500);
	CHECK_INT(l.asked, 1);
	l.now += 1;
	CHECK_INT(put(&l, 65536), 65536);
	CHECK_INT(get(&l, 65536), 65536);
	CHECK_INT(await(&l, CONN_WRITE, 1), CONN_WRITE);
	CHECK_INT(l.asked, 2);
	l.limit = 2 * RATE;
	l.now += 60000;
	CHECK_INT(put(&l, 65536), 5000);
	CHECK_INT(l.asked, 3);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "dialer", test_dialer },
		{ "slices", test_slices },
		{ "unused", test_unused },
		{ "look", test_look },
		{ "wait", test_wait },
		{ "failures", test_failures },
		{ "minutes", test_minutes },
		{ NULL, NULL }
	};

	return t_main("paced", cases);
}
