/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "span.h"

/*
 * The times of day at which a run may send: "22:00-06:00,12:30-13:30".  From
 * the first minute on, up to, not including, the second; over midnight where
 * the second is the earlier.  "24:00" is the end of a day.
 *
 * Minutes are those of the local day, 0 to WINDOW_DAY - 1.
 */
#define WINDOW_DAY 1440
#define WINDOW_SPANS 8		/* at most, in one text */

struct window {
	size_t n;		/* 0: open at any time */
	struct window_span {
		int from, to;
	} span[WINDOW_SPANS];
};

/* ERR_CONFIG_INVALID; an empty span ("06:00-06:00") is one, too. */
int window_parse(struct window *w, struct span text, struct err *e);

bool window_is_open(const struct window *w, int minute);

/* One "HH:MM-HH:MM", without blanks: 0 or -1.  Is that minute in it? */
int window_span_parse(struct window_span *s, struct span text);
bool window_span_has(const struct window_span *s, int minute);

/* How long it stays as it is, open or shut; WINDOW_DAY: for ever. */
int window_minutes(const struct window *w, int minute);

#endif
