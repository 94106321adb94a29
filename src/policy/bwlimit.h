/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef BWLIMIT_H
#define BWLIMIT_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "span.h"
#include "window.h"

/*
 * How many bytes a second may be sent, and as many read, at which time of the
 * day: "512k" for always, or "08:00-23:00 512k, 23:00-08:00 off".
 *
 * Times are those of window.h, in any order; no minute may be in two of them,
 * and one that is in none has no limit.  A rate is a size with k, M or G, at
 * least BWLIMIT_MIN, or "off" for no limit.
 *
 * Minutes are those of the local day, looked up anew each time: so it is right
 * on the two days a year that have an hour more or less.
 */
#define BWLIMIT_MIN 1024
#define BWLIMIT_MAX (UINT64_C(1) << 40)
#define BWLIMIT_ROWS 16		/* at most, in one text */

struct bwlimit {
	size_t n;		/* 0: rate holds always */
	uint64_t rate;
	struct bwlimit_row {
		struct window_span at;
		uint64_t rate;	/* 0: none, as everywhere here */
	} row[BWLIMIT_ROWS];
};

/* ERR_CONFIG_INVALID, with the piece that is wrong and where it stands. */
int bwlimit_parse(struct bwlimit *b, struct span text, struct err *e);

/* Bytes a second at that minute of the day. */
uint64_t bwlimit_rate(const struct bwlimit *b, int minute);

/* The lowest that applies at any minute of the window. */
uint64_t bwlimit_lowest(const struct bwlimit *b, const struct window *w);

/*
 * Bytes that all minutes of a day's window carry; 0 where that is not known,
 * for one of them has no limit.
 */
uint64_t bwlimit_day(const struct bwlimit *b, const struct window *w);

#endif
