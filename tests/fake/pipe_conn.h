/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PIPE_CONN_H
#define PIPE_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conn.h"

/*
 * A connection in memory.  The client has a conn; the server is a function
 * that runs while the client waits, and whenever else the test likes.  It
 * works on the two halves by itself and says whether it did anything.
 *
 * wait() gives 0, as if the time were up, when the server has nothing more to
 * do and nothing is ready.
 */
#define PIPE_HALF_MAX 65536

struct pipe_half {
	uint8_t bytes[PIPE_HALF_MAX];
	size_t at, len;		/* what is there: len bytes from at */
	int64_t passed;		/* taken out so far */
};

/* As much of n bytes as goes in, or as is there; their number. */
size_t pipe_conn_put(struct pipe_half *h, const void *p, size_t n);
size_t pipe_conn_take(struct pipe_half *h, void *p, size_t n);

struct pipe_conn {
	struct conn conn;
	struct pipe_half up, down;	/* to the server, to the client */
	bool (*serve)(struct pipe_conn *);
	void *server;			/* what serve() works for */

	size_t grain;		/* most bytes that one call moves; 0: all */
	bool deaf;		/* writes fail as with EPIPE */
	bool ended;		/* nothing more will go down */
	int64_t cut;		/* the connection ends after so many bytes
				   down; -1: it does not */
	int64_t flip;		/* this byte down has its lowest bit flipped;
				   -1: none */
	int closes;		/* calls of close() */
};

/* Zeroes it; no server, cut and flip -1. */
void pipe_conn_init(struct pipe_conn *p);

#endif
