/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SCRIPT_CONN_H
#define SCRIPT_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "conn.h"
#include "span.h"

/*
 * A server that follows a script: a conn and the clock that goes with it.
 * The script is a list of lines, done one after the other:
 *
 *	> TEXT		the client must send exactly these bytes now
 *	> *		the client sends what it likes, until it waits for
 *			an answer
 *	< TEXT		the server sends these bytes
 *	<N TEXT		... N times
 *	~ N		from now on at most N bytes move in one call; 0: no
 *			limit
 *	~ N TIME	... and each piece that the server sends takes TIME
 *	! stall TIME	nothing moves for that long (ms, s, m, h)
 *	! deaf		writes fail from now on; reading goes on
 *	! reset		the connection breaks: reading and writing fail
 *	! eof		the server closes in good order; writes fail
 *
 * TEXT has the escapes \r \n \t \\ and \xHH, and ends with its line.  While
 * the server sends or stalls it takes nothing, as if all buffers were full.
 * Behind the last line it is silent for ever.  Time passes only in wait().
 */
struct script {
	struct conn conn;
	struct clock clock;
	const char *fault;	/* what the client did against the script */
	int64_t cut;		/* break off after so many bytes sent by the
				   server; -1: never */
	int64_t answered;	/* bytes that the server has sent */
	int signal;		/* what the clock's stop_signal() tells */

	/* Private from here on. */
	const struct span *line;
	size_t nlines, at;	/* the line that is being done */
	size_t done;		/* bytes of it */
	int64_t rounds;		/* of "<N", done before */
	int64_t stalled;	/* ms of it */
	size_t grain;		/* as "~ N" says */
	int64_t pace;		/* ms a piece */
	bool paid;		/* the time of the next piece has passed */
	bool held;		/* something is left to flush */
	bool deaf;
	bool closed;
	int64_t mono;
	int64_t wall;
	char text[65536];	/* the current line's, decoded */
	size_t text_len;
};

/* grain: where the script starts; lines must outlive the script. */
void script_init(struct script *s, const struct span *lines, size_t nlines,
    size_t grain);

/* Let time pass while nobody uses the conn. */
void script_idle(struct script *s, int64_t ms);

/* Was everything up to the last line done? */
bool script_is_done(struct script *s);

#endif
