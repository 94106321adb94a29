/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "worker.h"

#include "pool_internal.h"

/* A wait is cut into these, to look for a signal and for silence. */
#define SLICE_MS 1000

/*
 * How long a worker may be silent beyond its own deadlines: for the resolver,
 * and for a pass over a file at this many bytes a millisecond.
 */
#define SLACK_MS 10000
#define HASHED_IN_A_MS 1024

/* Deaths in a row after which nothing more is forked. */
#define DEATHS_MAX 32

static int64_t
now_of(const struct pool *p)
{
	return p->client->clock->mono_ms(p->client->clock);
}

static unsigned
count(const struct pool *p, bool busy)
{
	unsigned n = 0;

	for (unsigned i = 0; i < p->njobs; i++)
		n += p->worker[i].child.pid != 0 && p->worker[i].busy == busy;
	return n;
}

unsigned
pool_idle(const struct pool *pool)
{
	return count(pool, false);
}

unsigned
pool_busy(const struct pool *pool)
{
	return count(pool, true);
}

uint64_t
pool_lent(const struct pool *pool, enum price_class class)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < pool->njobs; i++)
		sum += pool->worker[i].loan.requests[class];
	return sum;
}

/* --- Processes ------------------------------------------------------------ */

static int
hire(struct pool *p, struct pool_worker *w, struct err *e)
{
	int rc;

	/* Else the child's copy could end a TLS session that is ours. */
	client_close(p->client);
	w->len = 0;
	rc = child_fork(&w->child, e);
	if (rc == 1) {
		worker_run(&w->child, p->client);
		child_leave();
	}
	return rc;
}

int
pool_open(struct pool **pool, struct client *client,
    struct client_config *conf, unsigned jobs, struct err *e)
{
	struct pool *p;
	unsigned n = 0;

	BUG_ON(jobs < 1 || jobs > POOL_JOBS_MAX);
	p = calloc(1, sizeof(*p) + jobs * sizeof(p->worker[0]));
	*pool = p;
	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for workers");
	p->client = client;
	p->conf = conf;
	p->left_at = now_of(p);
	for (p->njobs = 0; p->njobs < jobs; p->njobs++)
		n += hire(p, &p->worker[p->njobs], e) == 0;
	if (n == 0)
		return -1;
	err_clear(e);
	return 0;
}

void
pool_close(struct pool *pool)
{
	if (pool == NULL)
		return;
	for (unsigned i = 0; i < pool->njobs; i++)
		child_end(&pool->worker[i].child, NULL);
	free(pool);
}

/* --- Giving --------------------------------------------------------------- */

static int
send_loan(const struct pool *p, struct pool_worker *w,
    const struct pool_loan *loan, struct err *e)
{
	const struct client_allowance *a = p->client->allowance;
	struct packet out;

	packet_begin(&out, WORKER_LOAN);
	for (int i = 0; i < PRICE__COUNT; i++)
		packet_put_int(&out, (int64_t)loan->requests[i]);
	packet_put_int(&out, (int64_t)loan->bytes_up);
	packet_put_int(&out, (int64_t)loan->bytes_down);
	packet_put_int(&out, a != NULL ? a->until : 0);
	BUG_ON(!packet_seal(&out));
	return child_send(&w->child, out.bytes, out.len, e);
}

/* The task, once more or for the first time; whether it arrives or not. */
static void
begin(struct pool *p, struct pool_worker *w)
{
	struct err ignored = {0};

	w->heard_at = now_of(p);
	if (send_loan(p, w, &w->loan, &ignored) == 0)
		child_send(&w->child, w->task.bytes, w->task.len, &ignored);
}

int
pool_give(struct pool *pool, const struct task *task,
    const struct pool_need *need, void *tag, struct err *e)
{
	const struct client_config *conf = pool->conf;
	struct pool_worker *w = pool->worker;
	int rc;

	BUG_ON(pool_idle(pool) == 0);
	while (w->child.pid == 0 || w->busy)
		w++;
	packet_begin(&w->task, WORKER_TASK);
	task_put(&w->task, task);
	if (!packet_seal(&w->task))
		return err_set(e, ERR_PLAN_UNFIT, "the path is too long");
	w->need = *need;
	rc = pool_loan_begin(pool, w, e);
	if (rc != 1)
		return rc;
	w->tag = tag;
	w->deaths = 0;
	w->put = false;
	memset(&w->counts, 0, sizeof(w->counts));
	w->patience_ms = SLACK_MS + conf->stall_ms + 4 * conf->connect_ms +
	    (int64_t)(need->bytes_up + need->bytes_down) / HASHED_IN_A_MS;
	w->busy = true;
	begin(pool, w);
	return 1;
}

/* --- Hearing -------------------------------------------------------------- */

static void
end_task(struct pool *p, struct pool_worker *w, struct pool_done *done)
{
	pool_loan_end(p, w);
	done->tag = w->tag;
	done->result.counts = w->counts;
	done->result.attempts += w->deaths;
	w->busy = false;
}

static void
take_counts(struct pool *p, struct pool_worker *w, struct packet *in)
{
	struct client_counts now = { .bytes_up = 0 };

	now.bytes_up = (uint64_t)packet_take_within(in, 0, INT64_MAX);
	now.bytes_down = (uint64_t)packet_take_within(in, 0, INT64_MAX);
	now.retries = (uint64_t)packet_take_within(in, 0, INT64_MAX);
	now.backoff_ms = (uint64_t)packet_take_within(in, 0, INT64_MAX);
	if (!in->bad)
		pool_loan_moved(p, w, &now);
}

static int
take_result(struct pool *p, struct pool_worker *w, struct packet *in,
    struct pool_done *done)
{
	struct client *c = p->client;
	struct err ignored = {0};
	bool skew_known;
	int64_t skew_s;

	take_counts(p, w, in);
	skew_known = packet_take_within(in, 0, 1) != 0;
	skew_s = packet_take_int(in);
	if (task_take_result(in, &done->result, &ignored) != 0)
		return -1;
	if (skew_known) {
		c->skew_known = true;
		c->skew_s = skew_s;
	}
	/* What is found there may be of a worker that died. */
	if (w->put && done->result.outcome == UPLOAD_REMOTE_SAME)
		done->result.outcome = UPLOAD_UPLOADED;
	done->result.stored |= w->put;
	p->mourned = 0;
	end_task(p, w, done);
	return 1;
}

static int
answer_more(struct pool *p, struct pool_worker *w, enum price_class class)
{
	struct pool_loan loan = { .bytes_up = 0 };
	struct err why = {0};
	struct packet out;

	loan.requests[class] = pool_loan_more(p, w, class, &why);
	if (loan.requests[class] > 0)
		return send_loan(p, w, &loan, &why);
	packet_begin(&out, WORKER_NO);
	task_put_err(&out, &why);
	BUG_ON(!packet_seal(&out));
	return child_send(&w->child, out.bytes, out.len, &why);
}

/* One packet: 1 with a result; 0; -1: that is no worker of ours. */
static int
take(struct pool *p, struct pool_worker *w, struct packet *in,
    struct pool_done *done)
{
	struct err ignored = {0};
	enum price_class class;

	w->heard_at = now_of(p);
	if (!w->busy)
		return -1;
	switch (packet_kind(in)) {
	case WORKER_ALIVE:
		take_counts(p, w, in);
		return packet_end(in, &ignored);
	case WORKER_DONE:
		return take_result(p, w, in, done);
	case WORKER_COUNT:
	case WORKER_MORE:
		class = (enum price_class)packet_take_within(in, 0,
		    PRICE__COUNT - 1);
		if (packet_end(in, &ignored) != 0)
			return -1;
		if (packet_kind(in) == WORKER_MORE)
			return answer_more(p, w, class);
		return pool_loan_count(p, w, class) ? 0 : -1;
	default:
		return -1;
	}
}

/* What has come, up to a result. */
static int
take_all(struct pool *p, struct pool_worker *w, struct pool_done *done)
{
	struct packet in;
	int n, rc = 0;

	while (rc == 0 && (n = packet_find(w->in, w->len)) != 0) {
		if (n < 0)
			return -1;
		packet_open(&in, w->in, (size_t)n);
		w->len -= (size_t)n;
		memmove(w->in, w->in + n, w->len);
		rc = take(p, w, &in, done);
	}
	return rc;
}

static int
hear(struct pool *p, struct pool_worker *w, struct pool_done *done)
{
	struct err ignored = {0};
	ssize_t n;

	if (w->len == sizeof(w->in))
		return -1;
	n = child_receive(&w->child, w->in + w->len, sizeof(w->in) - w->len,
	    &ignored);
	if (n <= 0)
		return -1;
	w->len += (size_t)n;
	return take_all(p, w, done);
}

/* --- Deaths --------------------------------------------------------------- */

/* No more attempts for its task: what is there to say? */
static void
give_up(struct pool *p, struct pool_worker *w, int sig,
    struct pool_done *done)
{
	struct err *why = &done->result.why;

	done->result = (struct task_result){ .outcome = UPLOAD_FAILED,
	    .verdict = PROOF_UNTOLD, .stored = w->put };
	if (p->stopped != 0) {
		err_set(why, ERR_INTERRUPTED, "ended by signal %d",
		    p->stopped);
		why->sys = p->stopped;
	} else if (sig != 0) {
		err_set(why, ERR_INDETERMINATE, "the worker process that did "
		    "it was ended by signal %d, %u times", sig, w->deaths);
	} else {
		err_set(why, ERR_INDETERMINATE, "the worker process that did "
		    "it ended or fell silent, %u times", w->deaths);
	}
	end_task(p, w, done);
}

/* It has ended, talks nonsense, or is silent: 1 with a result; 0. */
static int
bury(struct pool *p, struct pool_worker *w, struct pool_done *done)
{
	struct err ignored = {0};
	bool hired;
	int sig;

	child_end(&w->child, &sig);
	hired = p->stopped == 0 && p->mourned++ < DEATHS_MAX &&
	    hire(p, w, &ignored) == 0;
	if (!w->busy)
		return 0;
	w->deaths++;
	w->put |= w->counts.requests[PRICE_A] > 0;
	pool_loan_end(p, w);
	if (!hired || w->deaths >= p->conf->max_attempts ||
	    pool_loan_begin(p, w, &ignored) != 1) {
		give_up(p, w, sig, done);
		return 1;
	}
	p->client->counts.retries++;
	w->counts.retries++;
	w->task.bytes[2] = WORKER_AGAIN;
	begin(p, w);
	return 0;
}

/* --- Waiting -------------------------------------------------------------- */

static void
pass_on_signal(struct pool *p)
{
	int sig = p->client->clock->stop_signal(p->client->clock);

	if (sig == 0 || p->stopped != 0)
		return;
	p->stopped = sig;
	for (unsigned i = 0; i < p->njobs; i++)
		child_signal(&p->worker[i].child, sig);
}

/* Listen for up to ms, to all that have something to say. */
static int
listen_to_all(struct pool *p, int64_t ms, struct pool_done *done)
{
	bool ready[POOL_JOBS_MAX];
	int rc = 0;

	child_wait(&p->worker[0].child, sizeof(p->worker[0]), p->njobs,
	    ready, ms);
	for (unsigned i = 0; i < p->njobs && rc == 0; i++) {
		struct pool_worker *w = &p->worker[i];

		if (w->child.pid == 0)
			continue;
		if (ready[i] || w->len > 0)
			rc = ready[i] ? hear(p, w, done) :
			    take_all(p, w, done);
		else if (w->busy && now_of(p) - w->heard_at > w->patience_ms)
			rc = -1;
		if (rc < 0)
			rc = bury(p, w, done);
	}
	return rc;
}

/* Once without waiting; and then, with wait, until there is a result. */
static int
heed(struct pool *p, bool wait, struct pool_done *done)
{
	/* While nobody listened, nobody was silent. */
	int64_t away = now_of(p) - p->left_at, ms = 0;
	int rc = 0;

	for (unsigned i = 0; i < p->njobs; i++)
		p->worker[i].heard_at += away;
	while (rc == 0 && pool_busy(p) > 0 && (wait || ms == 0)) {
		pass_on_signal(p);
		rc = listen_to_all(p, ms, done);
		ms = SLICE_MS;
	}
	p->left_at = now_of(p);
	return rc;
}

int
pool_wait(struct pool *pool, struct pool_done *done)
{
	return heed(pool, true, done);
}

int
pool_look(struct pool *pool, struct pool_done *done)
{
	return heed(pool, false, done);
}
