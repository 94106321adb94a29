/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SPEED_H
#define SPEED_H

#include "err.h"
#include "store_conf.h"

/*
 * How fast bodies go at the least, as far as settings tell: by the lowest rate
 * of bwlimit that applies while the window is open.  A line that is slower than
 * that is not known of.
 */

/* Into sc's speed and day_bytes.  window: NULL, any time. */
int speed_find(struct store_conf *sc, const char *window, struct err *e);

/*
 * An earlier run saw so many bytes a second on this line: what settings tell is
 * not more than that.  However slow it was, parts of the smallest size shall
 * do: by now it may be faster.
 */
int speed_recall(struct store_conf *sc, int64_t rate, const char *window,
    struct err *e);

/*
 * How many workers there may be: jobs, or, where it is not set, one a
 * processor, up to 4, but no more than send a part each in time at sc's speed:
 * at a limit that one reaches more would only send smaller parts.
 */
unsigned speed_jobs(const struct store_conf *sc);

/*
 * The rate below which a transfer stalls: min_rate, or less where that many
 * workers would not reach it for bwlimit, which is no fault of the line's.
 */
int speed_min_rate(uint64_t *rate, const struct store_conf *sc,
    unsigned workers, struct err *e);

#endif
