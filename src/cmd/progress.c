/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "record.h"
#include "std.h"
#include "utc.h"

#include "progress.h"

/* Columns that are kept of a path: at most two bytes each. */
#define PATH_COLUMNS 1000

/* --- Rows ----------------------------------------------------------------- */

static void
send_row(struct progress *p, struct buf *row)
{
	struct err held = {0};

	record_end(row);
	if (!buf_ok(row) || guard_check(p->out->guard, &p->rows,
	    buf_as_span(row), &held) != 0)
		return;
	if (std_try_write(p->fd, row->data, row->len) < 0)
		p->fd = -1;
}

static void
begin_row(const struct progress *p, struct buf *row, char *storage,
    size_t size, const char *kind)
{
	char time[UTC_ISO_LEN + 1];

	utc_iso(time, p->clock->wall_s(p->clock));
	buf_fixed(row, storage, size);
	record_begin(row);
	record_str(row, "kind", span_of(kind));
	record_str(row, "time", span_of(time));
}

static void
tell(struct progress *p, const char *kind)
{
	char storage[STD_TRY_MAX];
	struct buf row;

	if (p->fd < 0)
		return;
	begin_row(p, &row, storage, sizeof(storage), kind);
	progress_line_fields(&row, &p->line);
	send_row(p, &row);
}

static void
tell_object(struct progress *p, struct span path, const char *status,
    int64_t size)
{
	char storage[STD_TRY_MAX], text[sizeof(p->path)];
	struct buf row, tail;

	if (p->fd < 0)
		return;
	buf_fixed(&tail, text, sizeof(text));
	progress_line_tail(&tail, path, PATH_COLUMNS);
	begin_row(p, &row, storage, sizeof(storage), "object");
	record_str(&row, "path", buf_as_span(&tail));
	record_str(&row, "result_status", span_of(status));
	if (size >= 0)
		record_int(&row, "size_bytes", size);
	record_int(&row, "done", p->line.done);
	if (p->line.objects > 0)
		record_int(&row, "objects", p->line.objects);
	record_int(&row, "bytes_up", p->line.bytes_up);
	record_int(&row, "bytes_down", p->line.bytes_down);
	send_row(p, &row);
}

/* --- Lines ---------------------------------------------------------------- */

static void
write_line(const struct progress *p, struct buf *b, char *storage,
    size_t size, size_t columns)
{
	buf_fixed(b, storage, size);
	progress_line_write(b, &p->line, columns);
}

static void
draw(struct progress *p)
{
	/* The last column stays free: some terminals go on to a new line. */
	size_t columns = std_columns(STD_ERR) - 1;
	char storage[2048];
	struct buf b;

	if (columns > sizeof(storage) / 2)
		columns = sizeof(storage) / 2;
	write_line(p, &b, storage, sizeof(storage), columns);
	out_draw(p->out, buf_as_span(&b));
}

static void
say(struct progress *p)
{
	struct err held = {0};
	char storage[2048];
	struct buf b;

	write_line(p, &b, storage, sizeof(storage), sizeof(storage) / 2);
	out_warn(p->out, &held, "consign: %.*s", (int)b.len, b.data);
}

/* --- Looking -------------------------------------------------------------- */

static int64_t
now_of(const struct progress *p)
{
	return p->clock->mono_ms(p->clock);
}

/* What the client has moved since the last look. */
static void
sample(struct progress *p, int64_t now)
{
	struct progress_line *l = &p->line;
	int64_t up, down;

	if (p->client == NULL)
		return;
	up = (int64_t)client_bytes_up(p->client);
	down = (int64_t)p->client->counts.bytes_down;
	if (up > l->bytes_up)
		l->phase = PROGRESS_SEND;
	else if (down > l->bytes_down)
		l->phase = p->down;
	l->bytes_up = up;
	l->bytes_down = down;
	progress_line_pace(&p->pace, now, up + down);
	l->rate = p->pace.rate;
}

static void
look(struct signals_watch *watch)
{
	struct progress *p = (struct progress *)watch;
	bool asked = signals_asked();
	int64_t now = now_of(p);

	if (now >= p->next_ms || asked)
		sample(p, now);
	if (asked)
		say(p);
	if (now < p->next_ms || p->client == NULL)
		return;
	p->next_ms = now + PROGRESS_DRAW_MS;
	if (p->draws)
		draw(p);
	if (now >= p->row_ms) {
		p->row_ms = now + PROGRESS_ROW_MS;
		tell(p, "progress");
	}
	if (now >= p->plain_ms && p->out->verbose && !p->draws) {
		p->plain_ms = now + PROGRESS_PLAIN_MS;
		say(p);
	}
}

/* --- Events --------------------------------------------------------------- */

void
progress_init(struct progress *p, struct clock *clock, struct out *out)
{
	*p = (struct progress){ .watch = { look }, .clock = clock, .out = out,
	    .fd = -1, .line = { .up_total = PROGRESS_UNKNOWN,
	    .down_total = PROGRESS_UNKNOWN } };
}

void
progress_open(struct progress *p, const char *command, int fd)
{
	p->line.command = command;
	p->fd = fd;
	signals_watch(&p->watch);
}

void
progress_begin(struct progress *p, const struct progress_plan *plan)
{
	const struct out *o = p->out;
	int64_t now = now_of(p);

	p->client = plan->client;
	p->down = plan->fetches ? PROGRESS_FETCH : PROGRESS_PROVE;
	p->line.objects = plan->objects;
	p->line.up_total = plan->bytes_up;
	p->line.down_total = plan->bytes_down;
	p->draws = std_can_redraw(STD_ERR) && !o->quiet && !o->json &&
	    !(plan->streams && o->terminal);
	p->next_ms = now + PROGRESS_DRAW_MS;
	p->row_ms = now + PROGRESS_ROW_MS;
	p->plain_ms = now + PROGRESS_PLAIN_MS;
	sample(p, now);
}

static void
set_path(struct progress *p, struct span path)
{
	struct buf b;

	if (path.len == 0)
		return;
	buf_fixed(&b, p->path, sizeof(p->path));
	progress_line_tail(&b, path, PATH_COLUMNS);
	p->line.path = buf_as_span(&b);
}

void
progress_phase(struct progress *p, enum progress_phase phase,
    struct span path)
{
	if (p == NULL)
		return;
	p->line.phase = phase;
	p->line.part = p->line.parts = 0;
	set_path(p, path);
}

enum progress_phase
progress_of_upload(enum upload_phase phase)
{
	static const enum progress_phase phases[] = { PROGRESS_HASH,
	    PROGRESS_LOOK, PROGRESS_SEND, PROGRESS_PROVE };

	_Static_assert(sizeof(phases) / sizeof(phases[0]) ==
	    UPLOAD_PHASE__COUNT, "one for each");
	return phases[phase];
}

void
progress_part(struct progress *p, struct span path, int64_t part,
    int64_t parts)
{
	p->line.part = part;
	p->line.parts = parts;
	set_path(p, path);
}

void
progress_ended(struct progress *p, struct span path,
    const char *result_status, int64_t size)
{
	p->line.done++;
	sample(p, now_of(p));
	tell_object(p, path, result_status, size);
}

void
progress_end(struct progress *p)
{
	if (p->client == NULL)
		return;
	sample(p, now_of(p));
	tell(p, "end");
	p->client = NULL;
	out_undraw(p->out);
}

void
progress_close(struct progress *p)
{
	progress_end(p);
	signals_watch(NULL);
}
