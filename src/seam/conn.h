/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CONN_H
#define CONN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

/*
 * A connection: the one thing that layers above net/ know of the network.
 * TLS is a conn over a conn; tests hand in scripted ones.
 *
 * Nothing blocks but wait().  read() and write() do what can be done at once
 * and say CONN_AGAIN when nothing can; the caller then waits for what it
 * wants, or for both, which is how an answer is heard while a body is sent.
 *
 * A failed write does not end reading: a server that answered early and
 * closed is heard by reading on until the end.
 */
enum {
	CONN_READ = 1,
	CONN_WRITE = 2
};

#define CONN_AGAIN (-2)

struct conn;

struct conn_ops {
	/* Bytes read; 0 at the peer's orderly end; CONN_AGAIN; -1. */
	ssize_t (*read)(struct conn *, void *, size_t, struct err *);

	/* Bytes taken, at least one; CONN_AGAIN; -1. */
	ssize_t (*write)(struct conn *, const void *, size_t, struct err *);

	/* Send what write() took and may still hold: 0, CONN_AGAIN, -1. */
	int (*flush)(struct conn *, struct err *);

	/*
	 * Block until one of want (CONN_READ | CONN_WRITE) is worth trying;
	 * returns those that are, 0 when the clock reached until_ms
	 * (struct clock's mono_ms), -1 on failure.  Pending output moves
	 * while it waits.  An end or error of the peer counts as readable.
	 */
	int (*wait)(struct conn *, int want, int64_t until_ms, struct err *);

	/* Drop it, at once; releases all that it holds. */
	void (*close)(struct conn *);
};

struct conn {
	const struct conn_ops *ops;
};

#endif
