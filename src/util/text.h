/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "span.h"

/*
 * The length of the character that s, not empty, begins with; 0 where that
 * is not well-formed UTF-8 (RFC 3629).
 */
size_t text_char_len(struct span s);

/* Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates)? */
bool text_is_utf8(struct span s);

/*
 * How names are written wherever people or records see them: control bytes
 * (below 0x20, and 0x7f), '%', the C1 controls U+0080 to U+009F, and bytes
 * that are not UTF-8 become %XX (uppercase); the rest stays as it is.
 */
void text_escape(struct buf *out, struct span name);

/* The same for a whole message, in which '%' stays as it is. */
void text_clean(struct buf *out, struct span message);

/* The way back: -1 for a '%' without two uppercase hex digits. */
int text_unescape(struct buf *out, struct span text);

/*
 * The nearest of names (a NULL-terminated list) to word, for "did you mean";
 * NULL when none is near (more than two edits, or more than half of word).  An
 * edit is a character more, less or other, or two neighbours swapped.
 */
const char *text_nearest(struct span word, const char *const *names);

#endif
