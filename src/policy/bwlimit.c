/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdbool.h>

#include "num.h"

#include "bwlimit.h"

#define SHOWN 64	/* bytes of a text that an error shows */

/* The piece of the text that is wrong, and the character it begins with. */
static int
refuse(struct span text, struct span piece, const char *why, struct err *e)
{
	err_set(e, ERR_CONFIG_INVALID, "bwlimit: '%.*s' at character %zu %s",
	    (int)(piece.len < SHOWN ? piece.len : SHOWN), piece.p,
	    (size_t)(piece.p - text.p) + 1, why);
	return err_advise(e, "give a rate such as 512k, or times with rates: "
	    "08:00-23:00 512k, 23:00-08:00 off");
}

static int
parse_rate(uint64_t *rate, struct span text, struct span s, struct err *e)
{
	*rate = 0;
	if (span_is(s, "off"))
		return 0;
	if (num_size(s, BWLIMIT_MAX, rate) != 0)
		return refuse(text, s, "is no rate", e);
	return *rate >= BWLIMIT_MIN ? 0 :
	    refuse(text, s, "is too slow a rate; 1k is the least", e);
}

/* Every minute of a day, for there are not many. */
static bool
overlap(const struct window_span *a, const struct window_span *b)
{
	for (int m = 0; m < WINDOW_DAY; m++)
		if (window_span_has(a, m) && window_span_has(b, m))
			return true;
	return false;
}

static int
parse_row(struct bwlimit *b, struct span text, struct span piece,
    struct err *e)
{
	struct bwlimit_row *row = &b->row[b->n];
	struct span at, rate = span_trim(span_cut(piece, ' ', &at));

	if (b->n == BWLIMIT_ROWS)
		return refuse(text, piece, "is one time too many", e);
	if (window_span_parse(&row->at, at) != 0)
		return refuse(text, at, "is no time", e);
	if (rate.p == NULL)
		return refuse(text, piece, "has no rate", e);
	if (parse_rate(&row->rate, text, rate, e) != 0)
		return -1;
	for (size_t i = 0; i < b->n; i++)
		if (overlap(&b->row[i].at, &row->at))
			return refuse(text, at, "overlaps another time", e);
	b->n++;
	return 0;
}

int
bwlimit_parse(struct bwlimit *b, struct span text, struct err *e)
{
	struct span rest = text, piece;

	*b = (struct bwlimit){ .n = 0 };
	span_cut(text, ':', &piece);
	if (piece.len == text.len)
		return parse_rate(&b->rate, text, span_trim(text), e);
	do {
		rest = span_cut(rest, ',', &piece);
		if (parse_row(b, text, span_trim(piece), e) != 0)
			return -1;
	} while (rest.p != NULL);
	return 0;
}

uint64_t
bwlimit_rate(const struct bwlimit *b, int minute)
{
	for (size_t i = 0; i < b->n; i++)
		if (window_span_has(&b->row[i].at, minute))
			return b->row[i].rate;
	return b->rate;
}

uint64_t
bwlimit_lowest(const struct bwlimit *b, const struct window *w)
{
	uint64_t lowest = 0;

	for (int m = 0; m < WINDOW_DAY; m++) {
		uint64_t rate = window_is_open(w, m) ? bwlimit_rate(b, m) : 0;

		if (rate != 0 && (lowest == 0 || rate < lowest))
			lowest = rate;
	}
	return lowest;
}

uint64_t
bwlimit_day(const struct bwlimit *b, const struct window *w)
{
	uint64_t bytes = 0;

	for (int m = 0; m < WINDOW_DAY; m++) {
		uint64_t rate = bwlimit_rate(b, m);

		if (!window_is_open(w, m))
			continue;
		if (rate == 0)
			return 0;
		bytes += rate * 60;	/* below 2^40 * 86400 */
	}
	return bytes;
}
