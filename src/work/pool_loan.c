/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "pool_internal.h"

static bool
is_bounded(uint64_t ceiling)
{
	return ceiling < (uint64_t)INT64_MAX;
}

static uint64_t
less(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Requests of a class that may be sent by whoever it is. */
static uint64_t
room(const struct pool *p, enum price_class class)
{
	const struct client *c = p->client;
	uint64_t sent = c->counts.requests[class], most = UINT64_MAX;

	if (c->allowance != NULL)
		most = c->allowance->requests[class];
	if (class == PRICE_A)
		most = less(most, p->conf->max_class_a);
	return most > sent ? most - sent : 0;
}

static void
lend(struct pool *p, struct pool_worker *w, enum price_class class,
    uint64_t n)
{
	w->loan.requests[class] += n;
	if (p->client->allowance != NULL)
		p->client->allowance->requests[class] -= n;
	if (class == PRICE_A)
		p->conf->max_class_a -= n;
}

/* n of them are nobody's debt any more: sent, or given back. */
static void
settle(struct pool *p, struct pool_worker *w, enum price_class class,
    uint64_t n)
{
	w->loan.requests[class] -= n;
	if (p->client->allowance != NULL)
		p->client->allowance->requests[class] += n;
	if (class == PRICE_A)
		p->conf->max_class_a += n;
}

/* --- Bytes ---------------------------------------------------------------- */

/* Out of what is left below a ceiling, for one of several who may ask. */
static uint64_t
share(uint64_t ceiling, uint64_t moved, uint64_t need, unsigned askers)
{
	uint64_t left = ceiling > moved ? ceiling - moved : 0;

	if (!is_bounded(ceiling))
		return INT64_MAX;
	return left / askers > need ? left / askers : less(left, need);
}

static bool
anybody_busy(const struct pool *p)
{
	return pool_busy(p) > 0;
}

static int
refuse(const struct pool *p, const char *way, struct err *e)
{
	if (anybody_busy(p))
		return 0;
	return err_set(e, ERR_SUSPENDED,
	    "the next object would pass the ceiling of bytes %s", way);
}

int
pool_loan_begin(struct pool *p, struct pool_worker *w, struct err *e)
{
	const struct client_counts *c = &p->client->counts;
	unsigned askers = pool_idle(p) > 0 ? pool_idle(p) : 1;
	uint64_t up = share(p->conf->max_bytes_up, c->bytes_up,
	    w->need.bytes_up, askers);
	uint64_t down = share(p->conf->max_bytes_down, c->bytes_down,
	    w->need.bytes_down, askers);

	if (up < w->need.bytes_up)
		return refuse(p, "up", e);
	if (down < w->need.bytes_down)
		return refuse(p, "down", e);
	memset(&w->loan, 0, sizeof(w->loan));
	memset(&w->told, 0, sizeof(w->told));
	w->loan.bytes_up = up;
	w->loan.bytes_down = down;
	if (is_bounded(up))
		p->conf->max_bytes_up -= up;
	if (is_bounded(down))
		p->conf->max_bytes_down -= down;
	for (int i = 0; i < PRICE__COUNT; i++)
		lend(p, w, (enum price_class)i, less(w->need.requests[i],
		    room(p, (enum price_class)i)));
	return 1;
}

/* Bytes were moved: counted, and so no longer lent. */
static void
move(uint64_t *counted, uint64_t *attempts, uint64_t *lent,
    uint64_t *ceiling, uint64_t n)
{
	*counted += n;
	*attempts += n;
	if (!is_bounded(*lent))
		return;
	n = less(n, *lent);
	*lent -= n;
	*ceiling += n;
}

void
pool_loan_moved(struct pool *p, struct pool_worker *w,
    const struct client_counts *now)
{
	struct client_counts *c = &p->client->counts, *t = &w->told;

	/* It only grows: anything else is nonsense, and passed over. */
	if (now->bytes_up < t->bytes_up || now->bytes_down < t->bytes_down ||
	    now->retries < t->retries || now->backoff_ms < t->backoff_ms)
		return;
	move(&c->bytes_up, &w->counts.bytes_up, &w->loan.bytes_up,
	    &p->conf->max_bytes_up, now->bytes_up - t->bytes_up);
	move(&c->bytes_down, &w->counts.bytes_down, &w->loan.bytes_down,
	    &p->conf->max_bytes_down, now->bytes_down - t->bytes_down);
	c->retries += now->retries - t->retries;
	c->backoff_ms += now->backoff_ms - t->backoff_ms;
	w->counts.retries += now->retries - t->retries;
	w->counts.backoff_ms += now->backoff_ms - t->backoff_ms;
	*t = *now;
}

/* --- Requests ------------------------------------------------------------- */

uint64_t
pool_loan_more(struct pool *p, struct pool_worker *w,
    enum price_class class, struct err *e)
{
	struct client *c = p->client;

	if (class == PRICE_A &&
	    c->counts.requests[class] >= p->conf->max_class_a) {
		err_set(e, ERR_PUT_CEILING_EXCEEDED,
		    "the ceiling of class A requests is reached");
		return 0;
	}
	if ((room(p, class) == 0 || !client_allowed(c, class)) &&
	    c->allowance->more(c->allowance, class, e) != 0)
		return 0;
	BUG_ON(room(p, class) == 0);
	/* One: more would be kept from others, and reach the ceiling early. */
	lend(p, w, class, 1);
	return 1;
}

bool
pool_loan_count(struct pool *p, struct pool_worker *w,
    enum price_class class)
{
	if (w->loan.requests[class] == 0)
		return false;
	settle(p, w, class, 1);
	p->client->counts.requests[class]++;
	w->counts.requests[class]++;
	return true;
}

void
pool_loan_end(struct pool *p, struct pool_worker *w)
{
	for (int i = 0; i < PRICE__COUNT; i++)
		settle(p, w, (enum price_class)i, w->loan.requests[i]);
	if (is_bounded(w->loan.bytes_up))
		p->conf->max_bytes_up += w->loan.bytes_up;
	if (is_bounded(w->loan.bytes_down))
		p->conf->max_bytes_down += w->loan.bytes_down;
	memset(&w->loan, 0, sizeof(w->loan));
}
