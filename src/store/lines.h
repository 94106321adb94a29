/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "file.h"
#include "span.h"

/* The lines of a file, one after the other. */
struct lines {
	const struct file *file;
	int64_t at;		/* offset of what comes next; may be set
				   before the first line is asked for */

	/* Private. */
	char *window;
	size_t size;
	size_t begin, end;	/* what of window is read but not given */
};

/*
 * Both are the caller's, and must stay.  A line and its line feed have to
 * fit in the window.
 */
void lines_init(struct lines *l, const struct file *file, char *window,
    size_t size);

/*
 * 1 and the next line without its line feed, valid until the next call; 0 at
 * the end, where line is what stands behind the last line feed; -1:
 * ERR_LEDGER_BROKEN for a line that is too long, or why it can not be read.
 */
int lines_next(struct lines *l, struct span *line, struct err *e);

#endif
