/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef WORKER_H
#define WORKER_H

#include <stdint.h>

#include "child.h"
#include "client.h"

/*
 * The inside of a worker process (pool.h): takes a task, does it, says what
 * came of it, until its pipe ends.  It never returns to what the parent was
 * doing: its caller ends the process.
 */

/*
 * What the two sides say.  Down:
 *
 *	LOAN	what may be used until the next: requests by class, bytes up,
 *		bytes down; beside what is left of the last
 *	NO	to MORE: why not (an error)
 *	TASK	task.h
 *	AGAIN	the same, where an earlier attempt may have done anything
 *
 * Up; the first three while a task is done:
 *
 *	COUNT	a request of this class will be sent now
 *	MORE	another of this class is needed: LOAN or NO is waited for
 *	ALIVE	bytes up, bytes down, retries, milliseconds of pauses so far
 *	DONE	the same, clock skew if known, and task.h's result
 */
enum worker_word {
	WORKER_LOAN = 1,
	WORKER_NO,
	WORKER_TASK,
	WORKER_AGAIN,
	WORKER_COUNT,
	WORKER_MORE,
	WORKER_ALIVE,
	WORKER_DONE
};

/*
 * While it waits or transfers it says ALIVE this often; it is silent only
 * while it looks a name up, or reads or hashes a file.
 */
#define WORKER_ALIVE_MS 1000

/* client is the parent's, as it was when the process began. */
void worker_run(const struct child *parent, struct client *client);

#endif
