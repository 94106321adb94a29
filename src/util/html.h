/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HTML_H
#define HTML_H

#include <stddef.h>

#include "buf.h"
#include "span.h"

/* What one character becomes at most, with room to spare: "&quot;". */
#define HTML_CHAR_MAX 8

/*
 * Write the first character of text (not empty) as it has to stand in an HTML
 * document's text, or in an attribute's value between quotes of either kind:
 * & < > " ' as references; control bytes, U+0080 to U+009F, and bytes that are
 * not UTF-8 as %XX, as text.h does; whatever else turns the direction of
 * text or its lines around (U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066
 * to U+2069) as a reference to U+FFFD.  Returns how many bytes of text that
 * was.
 */
size_t html_char(struct buf *out, struct span text);

#endif
