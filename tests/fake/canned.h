/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CANNED_H
#define CANNED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "conn.h"
#include "dialer.h"
#include "rng.h"

/*
 * A store that answers each request with the next of a list, whatever it was
 * asked, and remembers what that was.  It is dialer, connection, clock and
 * random source in one; time passes only in sleeps and waits.
 *
 * An answer is raw HTTP.  Some are not:
 *	"!close"	the connection ends without an answer
 *	"!refuse"	the connection cannot be made
 *	"!silent"	nothing comes, ever
 * One that begins with "!early " comes before the request's body, of which no
 * more is taken.
 * An answer that ends in "!cut" breaks off there: the connection ends.  One
 * that ends in "!idle" is complete, and the connection ends in the next sleep.
 */
#define CANNED_MAX 128

struct canned {
	struct dialer dialer;
	struct conn conn;
	struct clock clock;
	struct rng rng;
	const char *const *answers;	/* ended by NULL */
	void (*meddle)(size_t request);	/* called as each is complete */

	/* What happened. */
	size_t requests;
	char asked[CANNED_MAX][160];	/* "PUT /bucket/key" */
	bool conditional[CANNED_MAX];	/* it had If-None-Match */
	char range[CANNED_MAX][40];	/* the value of Range, or "" */
	char type[CANNED_MAX][40];	/* of Content-Type, or "" */
	char body[2048];		/* the latest one's beginning */
	size_t body_len;
	char if_match[CANNED_MAX][40];	/* likewise */
	size_t dials;
	int64_t slept_ms;
	int stop;			/* the signal to be told of */

	/* Private. */
	size_t next;			/* answer to come */
	char in[8192];			/* the request's head, then a tail */
	size_t in_len;
	int64_t body_left;		/* -1: the head is not complete */
	const char *out;		/* NULL: nothing to say yet */
	size_t out_at, out_len;
	bool cut, idle, ended;
	int64_t mono;
};

void canned_init(struct canned *c, const char *const *answers);

#endif
