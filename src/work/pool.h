/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "task.h"

/*
 * Worker processes: each has one connection and one task, is straight-line and
 * blocking, and answers over a pipe (worker.h).
 *
 *  1. pool_open() forks them, with all that client has: credentials, guard,
 *     dialer.  Do it while the process is small.
 *  2. pool_give() hands a task to an idle one.
 *  3. pool_wait() or pool_look() gives the next result.  Meanwhile the
 *     client's allowance is asked for more, when a worker needs it.
 *  4. pool_close(), in every case.
 *
 * Requests and bytes of workers are counted in client->counts.  A request is
 * counted before it is sent, for the worker tells it first: one that is killed
 * loses none.  Ceilings and allowance hold across all of them: what a worker
 * may use is lent, and so taken away from conf's ceilings and from the client's
 * allowance, until it is used or given back.
 *
 * A worker that ends, or is silent for longer than its waits can be, has
 * cost one attempt of its task.  Another is forked in its place and does it
 * again, looking first; after max_attempts it is ERR_INDETERMINATE.  A stop
 * signal is passed on to all, and by it their tasks end.
 *
 * The client's connection is closed whenever a process is forked.
 */
#define POOL_JOBS_MAX 32

struct pool;

/*
 * conf is client's; its ceilings change.  jobs: 1 to POOL_JOBS_MAX.  Errors
 * are those of child_fork(), where not even one can be had.
 */
int pool_open(struct pool **pool, struct client *client,
    struct client_config *conf, unsigned jobs, struct err *e);

/* Workers without a task; with one. */
unsigned pool_idle(const struct pool *pool);
unsigned pool_busy(const struct pool *pool);

/* Requests of a class that may yet be used by workers, and nobody else. */
uint64_t pool_lent(const struct pool *pool, enum price_class class);

/* What a task will use if nothing goes wrong. */
struct pool_need {
	uint64_t requests[PRICE__COUNT];
	uint64_t bytes_up, bytes_down;
};

/*
 * 1: an idle worker, of which there must be one, has it, and tag comes back
 * with the result.  0: the ceilings of bytes have no room for it now, for
 * others hold some of it.  -1: ERR_SUSPENDED where nobody does;
 * ERR_PLAN_UNFIT for a task of too much text.
 */
int pool_give(struct pool *pool, const struct task *task,
    const struct pool_need *need, void *tag, struct err *e);

/* 1 and a result; 0: no worker is busy. */
struct pool_done {
	void *tag;
	struct task_result result;	/* counts: of all its attempts */
};

int pool_wait(struct pool *pool, struct pool_done *done);

/* The same of what has come already; 0: no result has. */
int pool_look(struct pool *pool, struct pool_done *done);

/* Ends the workers, whatever they do. */
void pool_close(struct pool *pool);	/* accepts NULL */

#endif
