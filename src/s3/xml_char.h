/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef XML_CHAR_H
#define XML_CHAR_H

#include <stdbool.h>
#include <stddef.h>

#include "span.h"

/* The characters of XML 1.0, sections 2.2, 2.3 and 4.1, as xml.h says. */

bool xml_char_is_space(char c);
bool xml_char_in_name(char c);
bool xml_char_is_name(struct span s);	/* any byte from 0x80 on may be in it */

/* UTF-8 without control bytes but HTAB, LF and CR? */
bool xml_char_is_text(struct span s);

/*
 * The next character of text (which is not empty), decoded into out: its
 * length; *used is that of what stood there.  0 for a stray "&" and for a
 * reference to nothing.
 */
size_t xml_char_next(char out[4], struct span text, size_t *used);

/* Is there no such "&" in all of text? */
bool xml_char_is_decodable(struct span text);

#endif
