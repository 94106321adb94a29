/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "packet.h"
#include "task.h"

#include "worker.h"

struct worker {
	struct client_allowance allowance;	/* first: more() finds it */
	struct worker_clock {
		struct clock clock;
		struct clock *real;
		struct worker *worker;
	} clock;
	const struct child *parent;
	struct client *client;
	struct client_config conf;	/* with the loan's bounds */
	uint64_t left[PRICE__COUNT];	/* of the loan */
	int64_t said_at;		/* ALIVE */
	struct packet in, out;
	struct task_memory memory;
};

/* --- Hearing -------------------------------------------------------------- */

static int
receive_all(struct worker *w, uint8_t *to, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t got = child_receive(w->parent, to, n, e);
		if (got <= 0)
			return -1;
		to += got;
		n -= (size_t)got;
	}
	return 0;
}

/* The next packet into w->in; -1 at the end. */
static int
hear(struct worker *w, struct err *e)
{
	uint8_t bytes[PACKET_MAX];
	size_t len;

	if (receive_all(w, bytes, PACKET_HEAD, e) != 0)
		return -1;
	len = PACKET_HEAD + ((size_t)bytes[0] << 8 | bytes[1]);
	if (len > sizeof(bytes) ||
	    receive_all(w, bytes + PACKET_HEAD, len - PACKET_HEAD, e) != 0)
		return -1;
	packet_open(&w->in, bytes, len);
	return 0;
}

/* --- Saying --------------------------------------------------------------- */

static int
say(struct worker *w, struct err *e)
{
	BUG_ON(!packet_seal(&w->out) || w->out.len > CHILD_ATOMIC);
	return child_send(w->parent, w->out.bytes, w->out.len, e);
}

static void
put_counts(struct worker *w)
{
	const struct client_counts *c = &w->client->counts;

	packet_put_int(&w->out, (int64_t)client_bytes_up(w->client));
	packet_put_int(&w->out, (int64_t)c->bytes_down);
	packet_put_int(&w->out, (int64_t)c->retries);
	packet_put_int(&w->out, (int64_t)c->backoff_ms);
}

/* A parent that is busy hears of it later, or not at all. */
static void
say_alive(struct worker *w, int64_t now)
{
	if (now - w->said_at < WORKER_ALIVE_MS)
		return;
	w->said_at = now;
	packet_begin(&w->out, WORKER_ALIVE);
	put_counts(w);
	BUG_ON(!packet_seal(&w->out));
	child_try_send(w->parent, w->out.bytes, w->out.len);
}

/* --- The clock, which everything that takes time looks at ----------------- */

static struct worker_clock *
of_clock(struct clock *c)
{
	return (struct worker_clock *)c;
}

static int64_t
mono_ms(struct clock *c)
{
	struct clock *real = of_clock(c)->real;
	int64_t now = real->mono_ms(real);

	say_alive(of_clock(c)->worker, now);
	return now;
}

static int64_t
wall_s(struct clock *c)
{
	struct clock *real = of_clock(c)->real;

	return real->wall_s(real);
}

static int
stop_signal(struct clock *c)
{
	struct clock *real = of_clock(c)->real;

	return real->stop_signal(real);
}

static void
sleep_ms(struct clock *c, int64_t ms)
{
	struct clock *real = of_clock(c)->real;
	int64_t until = mono_ms(c) + ms, left;

	while ((left = until - mono_ms(c)) > 0 && stop_signal(c) == 0)
		real->sleep_ms(real, left < WORKER_ALIVE_MS ? left :
		    WORKER_ALIVE_MS);
}

/* --- Requests, each of which is told before it is sent -------------------- */

static void
take_loan(struct worker *w)
{
	for (int i = 0; i < PRICE__COUNT; i++)
		w->left[i] += (uint64_t)packet_take_within(&w->in, 0,
		    INT32_MAX);
	w->conf.max_bytes_up += (uint64_t)packet_take_within(&w->in, 0,
	    INT64_MAX);
	w->conf.max_bytes_down += (uint64_t)packet_take_within(&w->in, 0,
	    INT64_MAX);
	w->allowance.until = packet_take_within(&w->in, 0, INT64_MAX);
}

/* May one of the loan still be used? */
static bool
is_good(struct worker *w, enum price_class class)
{
	return w->left[class] > 0 && (w->allowance.until == 0 ||
	    wall_s(&w->clock.clock) < w->allowance.until);
}

static int
borrow(struct worker *w, enum price_class class, struct err *e)
{
	packet_begin(&w->out, WORKER_MORE);
	packet_put_int(&w->out, (int64_t)class);
	if (say(w, e) != 0 || hear(w, e) != 0)
		return -1;
	if (packet_kind(&w->in) == WORKER_NO) {
		task_take_err(&w->in, e);
		return -1;
	}
	take_loan(w);
	if (packet_end(&w->in, e) != 0)
		return -1;
	return w->left[class] > 0 ? 0 :
	    err_set(e, ERR_SUSPENDED, "no more requests may be sent");
}

/* See client.h: called before each request, for nothing is ever allowed. */
static int
ask(struct client_allowance *a, enum price_class class, struct err *e)
{
	struct worker *w = (struct worker *)a;

	if (!is_good(w, class) && borrow(w, class, e) != 0)
		return -1;
	w->left[class]--;
	packet_begin(&w->out, WORKER_COUNT);
	packet_put_int(&w->out, (int64_t)class);
	return say(w, e);
}

/* --- Tasks ---------------------------------------------------------------- */

static void
forget_loan(struct worker *w)
{
	memset(&w->client->counts, 0, sizeof(w->client->counts));
	memset(w->left, 0, sizeof(w->left));
	w->conf.max_bytes_up = w->conf.max_bytes_down = 0;
}

static int
do_task(struct worker *w, struct err *e)
{
	bool again = packet_kind(&w->in) == WORKER_AGAIN;
	/* The packet is used again, for a loan, while texts are looked at. */
	struct packet kept = w->in;
	struct task_result r;
	struct task task;

	if (task_take(&kept, &task, &w->memory, e) != 0)
		return -1;
	/* What a listing showed is no longer so. */
	if (again)
		task.seen = NULL;
	task.again = again;
	task_do(&task, w->client, &r);
	packet_begin(&w->out, WORKER_DONE);
	put_counts(w);
	packet_put_int(&w->out, w->client->skew_known);
	packet_put_int(&w->out, w->client->skew_s);
	task_put_result(&w->out, &r);
	forget_loan(w);
	return say(w, e);
}

static void
init(struct worker *w, const struct child *parent, struct client *client)
{
	w->parent = parent;
	w->client = client;
	w->conf = *client->conf;
	w->conf.max_class_a = UINT64_MAX;	/* the parent's to watch */
	w->allowance.more = ask;
	w->clock = (struct worker_clock){ { mono_ms, wall_s, sleep_ms,
	    stop_signal }, client->clock, w };
	client->conf = &w->conf;
	client->allowance = &w->allowance;
	client->clock = &w->clock.clock;
	forget_loan(w);
}

void
worker_run(const struct child *parent, struct client *client)
{
	struct worker *w = calloc(1, sizeof(*w));
	struct err e = {0};
	int rc = 0;

	if (w == NULL)
		return;
	init(w, parent, client);
	while (rc == 0 && hear(w, &e) == 0) {
		switch (packet_kind(&w->in)) {
		case WORKER_LOAN:
			take_loan(w);
			rc = packet_end(&w->in, &e);
			break;
		case WORKER_TASK:
		case WORKER_AGAIN:
			rc = do_task(w, &e);
			break;
		default:
			rc = -1;
		}
	}
	client_close(client);
	free(w);
}
