/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "lines.h"

void
lines_init(struct lines *l, const struct file *file, char *window,
    size_t size)
{
	*l = (struct lines){ .file = file, .window = window, .size = size };
}

/* More of the file: as file_read_at(). */
static ssize_t
fill(struct lines *l, struct err *e)
{
	ssize_t n;

	memmove(l->window, l->window + l->begin, l->end - l->begin);
	l->end -= l->begin;
	l->begin = 0;
	if (l->end == l->size)
		return err_set(e, ERR_LEDGER_BROKEN,
		    "'%s' has a line of more than %zu bytes", l->file->path,
		    l->size - 1);
	n = file_read_at(l->file, l->window + l->end, l->size - l->end,
	    l->at + (int64_t)l->end, e);
	if (n > 0)
		l->end += (size_t)n;
	return n;
}

int
lines_next(struct lines *l, struct span *line, struct err *e)
{
	size_t seen = 0;	/* of what is not given, without a line feed */

	for (;;) {
		const char *from = l->window + l->begin;
		size_t have = l->end - l->begin;
		const char *feed = memchr(from + seen, '\n', have - seen);
		ssize_t n;

		*line = (struct span){ from, have };
		if (feed != NULL) {
			line->len = (size_t)(feed - from);
			l->begin += line->len + 1;
			l->at += (int64_t)line->len + 1;
			return 1;
		}
		seen = have;
		n = fill(l, e);
		line->p = l->window;
		if (n <= 0)
			return (int)n;
	}
}
