/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef WORKER_H
#define WORKER_H

#include "child.h"
#include "client.h"

/*
 * The inside of a worker process (pool.h): takes a task, does it, says what
 * came of it, until its pipe ends.
 *
 * What the two sides say, in packets.  Down:
 *
 *	LOAN	what may be used for the task that follows, or beside what is
 *		left of an earlier loan for the one at hand: requests by
 *		class, bytes up, bytes down (INT64_MAX: no bound); until
 *		when requests may be sent of what was lent so far (0: for
 *		ever)
 *	NO	instead of a LOAN that was asked for: task_put_err()
 *	TASK	task_put()
 *	AGAIN	the same, where an earlier attempt may have done anything
 *
 * Up, while a task is done:
 *
 *	COUNT	a request of this class is sent right after this
 *	MORE	another of this class is needed, or the loan is out of date;
 *		LOAN or NO is waited for
 *	ALIVE	of this task so far: bytes up, bytes down, retries,
 *		milliseconds of pauses
 *	DONE	the same four; is the clock's skew known, the skew;
 *		task_put_result().  What is left of the loan is given back
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
 * It says ALIVE this often while bytes move or a pause is made.  It is silent
 * for longer only while it waits for a connection or the first byte of an
 * answer, looks a name up, or hashes a file.
 */
#define WORKER_ALIVE_MS 1000

/*
 * client is the parent's, as it was when the process began, without a
 * connection.  Returns when the pipe has ended.
 */
void worker_run(const struct child *parent, struct client *client);

#endif
