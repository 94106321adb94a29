/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "span.h"

/*
 * The secret guard: knows the values of the credentials, and looks at every
 * byte that the program says or records before it is written.
 *
 * A value is found as it is, in hex (lower or upper case), in base64 and
 * base64url (padded or not, and inside of a longer base64 text at each of the
 * three alignments), and with any of its characters, or of those encodings',
 * written as %XX or as a JSON escape; in each case also across the border of
 * two writes.
 *
 * Values of 16 bytes or more are found anywhere.  Shorter ones would be
 * found in innocent text: they count only as whole words (neighbours other
 * than A-Z a-z 0-9 _), where the border of a write that is not yet followed
 * by another counts as the end of a word.  Of a value longer than 64 bytes
 * the first 64 stand for all of it.
 *
 *  1. guard_init(); guard_add() for each value, before it is first used.
 *  2. guard_check() for each write, before it.
 *  3. guard_wipe().
 *
 * Nothing is allocated.
 */
#define GUARD_MIN 4		/* bytes of the shortest value */
#define GUARD_ANYWHERE 16	/* from this length on, found in words too */
#define GUARD_KEPT 64		/* bytes that are kept of a value */
#define GUARD_VALUES_MAX 64

/* The longest text that can show a kept value: hex, each digit as \uXXXX. */
#define GUARD_TAIL (6 * 2 * GUARD_KEPT)

struct guard {
	struct guard_value {
		size_t len;
		bool whole_word;
		uint8_t bytes[GUARD_KEPT];
	} value[GUARD_VALUES_MAX];
	size_t n;
	size_t window;		/* length of the shortest form of all values */
	uint32_t seen[2048];	/* a bit a hash: may be a part of some form */
};

/* One stream of text: what was said last, for the border of two writes. */
struct guard_stream {
	size_t len;
	char tail[GUARD_TAIL];
};

void guard_init(struct guard *g);

/*
 * Learn a value; the bytes are copied.  One already known is no error.
 * ERR_CONFIG_INVALID: shorter than GUARD_MIN, or one too many.
 */
int guard_add(struct guard *g, struct span value, struct err *e);

/*
 * May text be written next to this stream (a zeroed struct at its start)?
 * 0, and the stream remembers it; or -1 with ERR_SECRET_GUARD, whose message
 * says nothing of the value.  s is NULL for a text that stands alone.
 */
int guard_check(const struct guard *g, struct guard_stream *s,
    struct span text, struct err *e);

void guard_wipe(struct guard *g);	/* forgets all; then as guard_init() */

#endif
