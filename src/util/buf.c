/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

#include "buf.h"

#define BUF_FIRST 128	/* bytes of the first allocation; then doubled */

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_fixed(struct buf *b, char *storage, size_t size)
{
	BUG_ON(size == 0);
	*b = (struct buf){ .data = storage, .cap = size, .max = size,
	    .fixed = true };
	b->data[0] = '\0';
}

void
buf_free(struct buf *b)
{
	if (!b->fixed)
		free(b->data);
	*b = (struct buf){ .data = NULL };
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

/* More memory, for n more bytes and the NUL. */
static bool
grow(struct buf *b, size_t n)
{
	if (b->fixed || b->len >= b->max || n >= b->max - b->len)
		return false;

	size_t need = b->len + n + 1;
	size_t cap = b->cap > 0 ? b->cap : BUF_FIRST;
	while (cap < need)
		cap = cap <= SIZE_MAX / 2 ? cap * 2 : need;
	if (cap > b->max)
		cap = b->max;
	char *data = realloc(b->data, cap);
	if (data == NULL)
		return false;
	b->data = data;
	b->cap = cap;
	return true;
}

/* Room for n more bytes and the NUL, or failed. */
static bool
reserve(struct buf *b, size_t n)
{
	if (b->failed)
		return false;
	if (b->len < b->cap && n < b->cap - b->len)
		return true;
	b->failed = !grow(b, n);
	return !b->failed;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	if (!reserve(b, n))
		return;
	if (n > 0)
		memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_span(struct buf *b, struct span s)
{
	buf_put(b, s.p, s.len);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	if (!reserve(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}
