/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROGRESS_LINE_H
#define PROGRESS_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "span.h"

/*
 * How far a run is, as text: a line for people, and a row for scripts.  Pure;
 * see progress.h for when they are shown.
 */
enum progress_phase {
	PROGRESS_PREPARE,
	PROGRESS_HASH,		/* of a local file */
	PROGRESS_LOOK,		/* at the store */
	PROGRESS_SEND,
	PROGRESS_PROVE,
	PROGRESS_FETCH,
	PROGRESS_PHASE__COUNT
};

/* "prepare", "hash", ... */
const char *progress_line_phase(enum progress_phase phase);

/* A total or a time that is not known. */
#define PROGRESS_UNKNOWN (-1)

struct progress_line {
	const char *command;
	enum progress_phase phase;
	int64_t done, objects;		/* of these, so many have ended */
	int64_t part, parts;		/* of an object; 0: it has none */
	int64_t bytes_up, bytes_down;	/* of bodies, so far */
	int64_t up_total, down_total;	/* by the plan */
	int64_t rate;			/* bytes a second, both ways */
	struct span path;		/* escaped; empty: none */
};

/*
 * At most so many columns, without a line's end:
 *
 *	push 3/120, send 212.0 MiB of 1.0 GiB, part 5/16, 1.9 MiB/s,
 *	    7m 12s left: main/photos/2019/a.raw
 *
 * (in one).  On a narrow terminal the path loses its beginning, then is left
 * out; so is what fits no more: the rate, the part, the time left.
 */
void progress_line_write(struct buf *out, const struct progress_line *l,
    size_t columns);

/*
 * The same as the fields of a flat row (record.h), between record_begin() and
 * record_end(); what is not known is left out.
 */
void progress_line_fields(struct buf *out, const struct progress_line *l);

/* Seconds until all bytes are moved; PROGRESS_UNKNOWN. */
int64_t progress_line_left(const struct progress_line *l);

/* "0 B", "1023 B", "1.0 KiB"; "9s", "7m 12s", "3h 07m", "2d 03h". */
void progress_line_size(struct buf *out, int64_t bytes);
void progress_line_time(struct buf *out, int64_t seconds);

/*
 * Columns of an escaped text, at least: characters of three bytes or more are
 * taken for wide ones.
 */
size_t progress_line_columns(struct span text);

/* Its end, behind "..." where not all of it fits; no %XX is cut in two. */
void progress_line_tail(struct buf *out, struct span text, size_t columns);

/*
 * A rate that follows what happens: the mean of about the last ten seconds,
 * and of all until then.  Zeroed at the start.
 */
struct progress_pace {
	int64_t begun_ms, at_ms;
	int64_t moved;
	int64_t rate;
};

/* At that time so many bytes were moved in all. */
void progress_line_pace(struct progress_pace *p, int64_t now_ms,
    int64_t moved);

#endif
