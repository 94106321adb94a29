/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "err.h"
#include "record.h"
#include "text.h"

#include "progress_line.h"

/* The pace is of about this time. */
#define PACE_MS 10000

/* A path in fewer columns than these says nothing. */
#define PATH_COLUMNS 12

#define ELLIPSIS "..."
#define ELLIPSIS_LEN 3

const char *
progress_line_phase(enum progress_phase phase)
{
	static const char *const names[] = {
		"prepare", "hash", "look", "send", "prove", "fetch" };

	_Static_assert(sizeof(names) / sizeof(names[0]) ==
	    PROGRESS_PHASE__COUNT, "a name for each phase");
	return names[phase];
}

/* --- Numbers -------------------------------------------------------------- */

void
progress_line_size(struct buf *out, int64_t bytes)
{
	static const char *const units[] = {
		"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	int64_t unit = 1;
	size_t i = 0;

	for (; bytes / unit >= 1024; i++)
		unit *= 1024;
	if (i == 0)
		buf_printf(out, "%lld B", (long long)bytes);
	else
		buf_printf(out, "%lld.%lld %s", (long long)(bytes / unit),
		    (long long)(bytes % unit / (unit / 1024) * 10 / 1024),
		    units[i]);
}

void
progress_line_time(struct buf *out, int64_t seconds)
{
	long long s = seconds;

	if (s < 60)
		buf_printf(out, "%llds", s);
	else if (s < 3600)
		buf_printf(out, "%lldm %02llds", s / 60, s % 60);
	else if (s < 24 * 3600)
		buf_printf(out, "%lldh %02lldm", s / 3600, s / 60 % 60);
	else
		buf_printf(out, "%lldd %02lldh", s / 86400, s / 3600 % 24);
}

void
progress_line_pace(struct progress_pace *p, int64_t now_ms, int64_t moved)
{
	int64_t ms = now_ms - p->at_ms, window = now_ms - p->begun_ms;

	if (p->at_ms == 0) {
		p->begun_ms = p->at_ms = now_ms;
		p->moved = moved;
		return;
	}
	if (ms <= 0)
		return;
	if (window > PACE_MS)
		window = PACE_MS > ms ? PACE_MS : ms;
	/* A mean of what was, and of what happened since. */
	p->rate += ((moved - p->moved) * 1000 - p->rate * ms) / window;
	if (p->rate < 0)
		p->rate = 0;
	p->at_ms = now_ms;
	p->moved = moved;
}

int64_t
progress_line_left(const struct progress_line *l)
{
	int64_t left;

	if (l->up_total < 0 || l->down_total < 0 || l->rate <= 0)
		return PROGRESS_UNKNOWN;
	left = l->up_total - l->bytes_up + l->down_total - l->bytes_down;
	/* More was sent than planned: what is left is not known either. */
	return left < 0 ? PROGRESS_UNKNOWN : left / l->rate;
}

/* --- Texts ---------------------------------------------------------------- */

/* What is not to be cut: a character, or a byte as %XX. */
static size_t
unit_len(struct span text, size_t *columns)
{
	size_t n = text_char_len(text);

	if (text.p[0] == '%' && text.len >= 3) {
		*columns = 3;
		return 3;
	}
	*columns = n > 2 ? 2 : 1;
	return n > 0 ? n : 1;
}

size_t
progress_line_columns(struct span text)
{
	size_t sum = 0, columns;

	while (text.len > 0) {
		size_t n = unit_len(text, &columns);

		sum += columns;
		text.p += n;
		text.len -= n;
	}
	return sum;
}

void
progress_line_tail(struct buf *out, struct span text, size_t columns)
{
	size_t all = progress_line_columns(text), some;

	if (all <= columns) {
		buf_span(out, text);
		return;
	}
	while (text.len > 0 && all + ELLIPSIS_LEN > columns) {
		size_t n = unit_len(text, &some);

		all -= some;
		text.p += n;
		text.len -= n;
	}
	if (columns < ELLIPSIS_LEN)
		return;
	buf_puts(out, ELLIPSIS);
	buf_span(out, text);
}

/* --- The line ------------------------------------------------------------- */

/* What may be left out, in that order. */
enum piece {
	PIECE_RATE,
	PIECE_PART,
	PIECE_LEFT,
	PIECE_BYTES,
	PIECE__COUNT
};

static void
put_bytes(struct buf *out, const struct progress_line *l)
{
	bool down = l->phase == PROGRESS_PROVE || l->phase == PROGRESS_FETCH;
	int64_t now = down ? l->bytes_down : l->bytes_up;
	int64_t total = down ? l->down_total : l->up_total;

	if (!down && l->phase != PROGRESS_SEND)
		return;
	buf_putc(out, ' ');
	progress_line_size(out, now);
	if (total < now)
		return;
	buf_puts(out, " of ");
	progress_line_size(out, total);
}

static void
put_left(struct buf *out, const struct progress_line *l)
{
	int64_t left = progress_line_left(l);

	if (left < 0)
		return;
	buf_puts(out, ", ");
	progress_line_time(out, left);
	buf_puts(out, " left");
}

/* All but the first so many pieces. */
static void
put_pieces(struct buf *out, const struct progress_line *l, enum piece from)
{
	int64_t at = l->done < l->objects ? l->done + 1 : l->objects;

	buf_puts(out, l->command);
	if (l->objects > 0)
		buf_printf(out, " %lld/%lld", (long long)at,
		    (long long)l->objects);
	buf_printf(out, ", %s", progress_line_phase(l->phase));
	if (from <= PIECE_BYTES)
		put_bytes(out, l);
	if (from <= PIECE_PART && l->parts > 0)
		buf_printf(out, ", part %lld/%lld", (long long)l->part,
		    (long long)l->parts);
	if (from <= PIECE_RATE && l->rate > 0) {
		buf_puts(out, ", ");
		progress_line_size(out, l->rate);
		buf_puts(out, "/s");
	}
	if (from <= PIECE_LEFT)
		put_left(out, l);
}

void
progress_line_write(struct buf *out, const struct progress_line *l,
    size_t columns)
{
	char storage[256];
	struct buf line;
	size_t used;

	/* Numbers and words of our own: a byte is a column. */
	for (int from = 0; from <= PIECE__COUNT; from++) {
		buf_fixed(&line, storage, sizeof(storage));
		put_pieces(&line, l, (enum piece)from);
		if (line.len <= columns)
			break;
	}
	used = line.len < columns ? line.len : columns;
	buf_put(out, line.data, used);
	if (l->path.len == 0 || columns < used + 2 + PATH_COLUMNS)
		return;
	buf_puts(out, ": ");
	progress_line_tail(out, l->path, columns - used - 2);
}

/* --- The row -------------------------------------------------------------- */

static void
put_known(struct buf *out, const char *name, int64_t n)
{
	if (n >= 0)
		record_int(out, name, n);
}

void
progress_line_fields(struct buf *out, const struct progress_line *l)
{
	record_str(out, "command", span_of(l->command));
	record_str(out, "phase", span_of(progress_line_phase(l->phase)));
	record_int(out, "done", l->done);
	if (l->objects > 0)
		record_int(out, "objects", l->objects);
	if (l->parts > 0) {
		record_int(out, "part", l->part);
		record_int(out, "parts", l->parts);
	}
	record_int(out, "bytes_up", l->bytes_up);
	put_known(out, "bytes_up_planned", l->up_total);
	record_int(out, "bytes_down", l->bytes_down);
	put_known(out, "bytes_down_planned", l->down_total);
	record_int(out, "bytes_per_second", l->rate);
	put_known(out, "seconds_left", progress_line_left(l));
	if (l->path.len > 0)
		record_str(out, "path", l->path);
}
