/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "paced.h"

/* --- What the limit allows ------------------------------------------------ */

static int64_t
now_ms(const struct paced *p)
{
	return p->clock->mono_ms(p->clock);
}

/* Bytes a second in this minute; 0: no limit. */
static uint64_t
limit(struct paced *p)
{
	int64_t wall_s = p->clock->wall_s(p->clock);

	if (wall_s / 60 != p->minute) {
		p->minute = wall_s / 60;
		p->limit = p->rate->at(p->rate, wall_s);
	}
	return p->limit;
}

/* In how many ms something may move in that direction. */
static int64_t
held_ms(struct paced *p, const struct bucket *b)
{
	return limit(p) != 0 ? bucket_wait_ms(b, now_ms(p)) : 0;
}

/* --- The conn, see conn.h ------------------------------------------------- */

static struct paced_conn *
paced_of(struct conn *c)
{
	return (struct paced_conn *)(void *)c;
}

static ssize_t
paced_read(struct conn *c, void *bytes, size_t n, struct err *e)
{
	struct paced_conn *pc = paced_of(c);
	struct bucket *down = &pc->paced->buckets->down;
	uint64_t rate = limit(pc->paced);
	size_t taken = 0, used;
	ssize_t got;

	if (rate != 0 && n > PACED_LOOK) {
		taken = bucket_take(down, now_ms(pc->paced), rate, n);
		if (taken == 0)
			return CONN_AGAIN;
		n = taken;
	}
	got = pc->under->ops->read(pc->under, bytes, n, e);
	used = got > 0 ? (size_t)got : 0;
	if (used < taken)
		bucket_give(down, rate, taken - used);
	else if (rate != 0 && used > taken)
		bucket_charge(down, now_ms(pc->paced), rate, used);
	return got;
}

static int
paced_flush(struct conn *c, struct err *e)
{
	struct conn *under = paced_of(c)->under;

	return under->ops->flush(under, e);
}

static ssize_t
paced_write(struct conn *c, const void *bytes, size_t n, struct err *e)
{
	struct paced_conn *pc = paced_of(c);
	struct bucket *up = &pc->paced->buckets->up;
	uint64_t rate = limit(pc->paced);
	ssize_t put;

	if (rate == 0)
		return pc->under->ops->write(pc->under, bytes, n, e);
	n = bucket_take(up, now_ms(pc->paced), rate, n);
	if (n == 0)
		/* Nor shall a part of a record wait for the rest of it. */
		return paced_flush(c, e) == -1 ? -1 : CONN_AGAIN;
	put = pc->under->ops->write(pc->under, bytes, n, e);
	if (put < (ssize_t)n)
		bucket_give(up, rate, n - (put > 0 ? (size_t)put : 0));
	return put;
}

static int
stopped(struct paced *p, struct err *e)
{
	int sig = p->clock->stop_signal(p->clock);

	if (sig == 0)
		return 0;
	err_set(e, ERR_INTERRUPTED, "stopped by signal %d", sig);
	e->sys = sig;
	return -1;
}

/* Nothing wanted may move before the time ms; what was taken goes out. */
static int
wait_held(struct paced_conn *pc, int64_t ms, struct err *e)
{
	struct clock *clock = pc->paced->clock;

	if (stopped(pc->paced, e) != 0)
		return -1;
	if (pc->under->ops->flush(pc->under, e) == -1)
		return -1;
	clock->sleep_ms(clock, ms - now_ms(pc->paced));
	return stopped(pc->paced, e);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int
paced_wait(struct conn *c, int want, int64_t until_ms, struct err *e)
{
	struct paced_conn *pc = paced_of(c);
	struct paced *p = pc->paced;

	for (;;) {
		int64_t now = now_ms(p), until = until_ms;
		int64_t up = (want & CONN_WRITE) != 0 ?
		    held_ms(p, &p->buckets->up) : 0;
		int64_t down = (want & CONN_READ) != 0 ?
		    held_ms(p, &p->buckets->down) : 0;
		int open = want & ~((up > 0 ? CONN_WRITE : 0) |
		    (down > 0 ? CONN_READ : 0));
		int r;

		/* The other one becomes worth trying when its hold ends. */
		if (up > 0)
			until = earlier(until, now + up);
		if (down > 0)
			until = earlier(until, now + down);
		if (open != 0)
			r = pc->under->ops->wait(pc->under, open, until, e);
		else
			r = wait_held(pc, until, e);
		if (r != 0 || now_ms(p) >= until_ms)
			return r;
	}
}

static void
paced_close(struct conn *c)
{
	struct paced_conn *pc = paced_of(c);

	pc->under->ops->close(pc->under);
}

static const struct conn_ops ops = {
	paced_read, paced_write, paced_flush, paced_wait, paced_close
};

/* --- The dialer ----------------------------------------------------------- */

static struct paced *
dialer_of(struct dialer *d)
{
	return (struct paced *)(void *)d;
}

static int
paced_resolve(struct dialer *d, const struct endpoint *ep,
    enum addr_scope *scope, struct err *e)
{
	struct dialer *under = dialer_of(d)->under;

	return under->resolve(under, ep, scope, e);
}

static int
paced_dial(struct dialer *d, const struct endpoint *ep, int64_t connect_ms,
    struct conn **c, struct err *e)
{
	struct paced *p = dialer_of(d);

	p->under->widest = d->widest;
	if (p->under->dial(p->under, ep, connect_ms, &p->conn.under, e) != 0)
		return -1;
	d->peer_key = p->under->peer_key;
	*c = &p->conn.conn;
	return 0;
}

void
paced_init(struct paced *p)
{
	p->dialer = (struct dialer){ .resolve = paced_resolve,
	    .dial = paced_dial, .widest = p->under->widest };
	p->conn = (struct paced_conn){ .conn = { &ops }, .paced = p };
	p->minute = -1;
	p->limit = 0;
}
