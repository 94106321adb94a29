/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdarg.h>
#include <stdio.h>

#include "std.h"

#include "out.h"

/* A line; longer ones are cut, which only a hostile name could make so. */
#define LINE_SIZE 4096

void
out_init(struct out *o, const struct guard *guard)
{
	*o = (struct out){ .guard = guard,
	    .terminal = std_is_terminal(STD_OUT) };
}

/* From the first column, and nothing behind it (ECMA-48: CR, EL). */
#define REDRAW "\r\033[K"

void
out_undraw(struct out *o)
{
	struct err ignored = {0};

	if (o->drawn)
		std_write(STD_ERR, REDRAW, sizeof(REDRAW) - 1, &ignored);
	o->drawn = false;
}

void
out_draw(struct out *o, struct span text)
{
	char storage[LINE_SIZE];
	struct err ignored = {0};
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	buf_puts(&b, REDRAW);
	buf_span(&b, text);
	if (!buf_ok(&b) || guard_check(o->guard, NULL, text, &ignored) != 0)
		return;
	o->drawn = true;
	std_write(STD_ERR, b.data, b.len, &ignored);
}

/* Past the guard, then out. */
static int
emit(struct out *o, int fd, struct span text, struct err *e)
{
	struct guard_stream *s = &o->stream[fd == STD_OUT ? 0 : 1];
	struct err ignored = {0};

	if (guard_check(o->guard, s, text, e) != 0)
		return -1;
	out_undraw(o);
	if (fd == STD_OUT)
		return std_write(fd, text.p, text.len, e);
	std_write(fd, text.p, text.len, &ignored);
	return 0;
}

int
out_bytes(struct out *o, struct span text, struct err *e)
{
	return emit(o, STD_OUT, text, e);
}

static int
line(struct out *o, int fd, struct err *e, const char *fmt, va_list ap)
{
	char storage[LINE_SIZE];
	int n = vsnprintf(storage, sizeof(storage) - 1, fmt, ap);
	size_t len = n < 0 ? 0 : (size_t)n;

	if (len > sizeof(storage) - 2)
		len = sizeof(storage) - 2;
	storage[len++] = '\n';
	return emit(o, fd, (struct span){ storage, len }, e);
}

int
out_result(struct out *o, struct err *e, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = line(o, STD_OUT, e, fmt, ap);
	va_end(ap);
	return rc;
}

int
out_note(struct out *o, struct err *e, const char *fmt, ...)
{
	va_list ap;
	int rc;

	if (o->quiet || o->json || !(o->terminal || o->verbose))
		return 0;
	va_start(ap, fmt);
	rc = line(o, STD_OUT, e, fmt, ap);
	va_end(ap);
	return rc;
}

int
out_warn(struct out *o, struct err *e, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = line(o, STD_ERR, e, fmt, ap);
	va_end(ap);
	return rc;
}

int
out_debug(struct out *o, struct err *e, const char *fmt, ...)
{
	va_list ap;
	int rc;

	if (!o->verbose)
		return 0;
	va_start(ap, fmt);
	rc = line(o, STD_ERR, e, fmt, ap);
	va_end(ap);
	return rc;
}

int
out_failure(struct out *o, const struct err *e)
{
	char storage[sizeof(e->msg) + sizeof(e->advice) + 64];
	struct err held = {0};
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	buf_printf(&b, "consign: %s: %s; %s\n", err_word(e->code), e->msg,
	    err_advice(e));
	if (emit(o, STD_ERR, buf_as_span(&b), &held) == 0)
		return err_exit_status(e);

	out_undraw(o);
	/* The guard's own message holds nothing that it could catch. */
	buf_reset(&b);
	buf_printf(&b, "consign: %s: %s; %s\n", err_word(held.code), held.msg,
	    err_advice(&held));
	std_write(STD_ERR, b.data, b.len, &(struct err){0});
	return err_exit_status(&held);
}
