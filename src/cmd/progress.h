/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "clock.h"
#include "guard.h"
#include "out.h"
#include "progress_line.h"
#include "signals.h"
#include "upload.h"

/*
 * How far a run is, while it runs:
 *
 *	a terminal	where standard error is one: a line that is written
 *			over, five times a second at most, and removed before
 *			anything else is said; not with --quiet or --json
 *	-v		where it is none: a line every PROGRESS_PLAIN_MS
 *	--progress FD	rows: "progress", one a second at most; "object" for
 *			each that ended; "end".  Counts in them are sums since
 *			the beginning, so that a row that is lost (the
 *			descriptor is full) takes nothing with it.  One that
 *			is closed ends them, and nothing else
 *	SIGUSR1		a line on standard error, in every command
 *
 *  1. progress_init(), and progress_open() with the command: from here on
 *     all that takes time is watched (signals.h).
 *  2. progress_begin() as soon as the plan is known and there is a client,
 *     whose counts are looked at until progress_end().
 *  3. Meanwhile progress_phase(), progress_part() and progress_ended().
 *     Bytes that move say the phase by themselves: send, or prove.
 *  4. progress_end(), on every path, while the client is there.
 *  5. progress_close().
 *
 * Nothing here fails.  What the guard holds back is not shown.
 */
#define PROGRESS_DRAW_MS 200
#define PROGRESS_ROW_MS 1000
#define PROGRESS_PLAIN_MS 10000

struct progress {
	/* Private. */
	struct signals_watch watch;	/* first */
	struct clock *clock;
	struct out *out;
	struct guard_stream rows;
	int fd;				/* for rows; -1: none */
	bool draws;
	enum progress_phase down;	/* what bytes that come mean */
	const struct client *client;	/* NULL: not begun */
	struct progress_line line;
	struct progress_pace pace;
	int64_t next_ms, row_ms, plain_ms;
	char path[2048];		/* of line */
};

void progress_init(struct progress *p, struct clock *clock, struct out *out);

/* fd: that of --progress, or -1.  command must stay. */
void progress_open(struct progress *p, const char *command, int fd);

struct progress_plan {
	const struct client *client;
	int64_t objects;
	int64_t bytes_up, bytes_down;	/* PROGRESS_UNKNOWN */
	bool fetches;			/* what comes is not only proven */
	bool streams;			/* it goes to standard output */
};

void progress_begin(struct progress *p, const struct progress_plan *plan);

/* What is at hand, and of whom; an empty path: of the same.  p may be NULL. */
void progress_phase(struct progress *p, enum progress_phase phase,
    struct span path);
enum progress_phase progress_of_upload(enum upload_phase phase);
void progress_part(struct progress *p, struct span path, int64_t part,
    int64_t parts);

/* One object ended, as receipts call it. */
void progress_ended(struct progress *p, struct span path,
    const char *result_status, int64_t size);

void progress_end(struct progress *p);
void progress_close(struct progress *p);

#endif
