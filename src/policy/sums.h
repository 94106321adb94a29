/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SUMS_H
#define SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "span.h"

#define SUMS_HEX_LEN 64

/*
 * A line of a file of checksums, without its line feed, as sha256sum(1) and
 * its like make and read them:
 *
 *	HEX  NAME	or "HEX *NAME"
 *	\HEX  NAME	\\ \n \r in the name stand for what they do in C
 *	SHA256 (NAME) = HEX
 *
 * hex is in the line; the name's bytes are put at the end of name.  false for
 * anything else.
 */
bool sums_line(struct span line, struct span *hex, struct buf *name);

/*
 * The next 64 hex digits in free text that stand alone (no letter, digit or
 * '_' beside them), in either case; text then begins behind them.
 */
bool sums_next(struct span *text, struct span *hex);

#endif
