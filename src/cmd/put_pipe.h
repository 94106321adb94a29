/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PUT_PIPE_H
#define PUT_PIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "parts_stream.h"
#include "provider.h"
#include "put_spools.h"
#include "stream_plan.h"

/*
 * Standard input to one key: what is the same with an archive and without.
 *
 *	put_pipe_check(app, e);			before anything else
 *	put_pipe_plan(&p, &terms, e);
 *	put_pipe_say(&p, e);			with --dry-run
 *	... p.spools, p.stream.pool, p.known, and p.stream.parts with client,
 *	hooks, how, and what the store was seen to do: the caller's
 *	put_pipe_send(&p, e);
 *	put_pipe_close(&p);			in every case
 */
#define PUT_PIPE_MEMORY ((uint64_t)5 << 20)	/* parts without a folder */

/* Large: 90 KiB; allocate it. */
struct put_pipe {
	struct app *app;
	struct stream_plan plan;
	struct put_spools spools;
	struct parts_stream stream;

	/*
	 * All input came, and whoever made it did not fail: what it is can be
	 * recorded before any of it becomes an object.  NULL: nothing to do.
	 */
	int (*known)(struct put_pipe *, struct err *);
	void *context;			/* for known and the hooks */
	bool is_known;			/* it was called */
};

/*
 * ERR_USAGE for a terminal, ERR_IO_ERROR for a descriptor that is closed.
 */
int put_pipe_check(const struct app *app, struct err *e);

/*
 * Bounds of the run that a pipe cannot go on behind, and so is not begun to
 * be sent beyond.  UINT64_MAX: none.
 */
struct put_pipe_terms {
	struct app *app;
	const struct store_conf *store;
	const struct provider *provider;
	uint64_t room;			/* of all spools */
	uint64_t class_a;		/* requests */
};

int put_pipe_plan(struct put_pipe *p, const struct put_pipe_terms *terms,
    struct err *e);

/* The parts, and how far they reach. */
int put_pipe_say(const struct put_pipe *p, struct err *e);

/*
 * Errors of parts_stream_run(), and the producer's.  What bound it met on the
 * way is ERR_PUT_CEILING_EXCEEDED: there is nothing to go on with.
 */
int put_pipe_send(struct put_pipe *p, struct err *e);

void put_pipe_close(struct put_pipe *p);	/* a zeroed one, too */

#endif
