/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "text.h"

#include "html.h"

/* Of two or three bytes: is it one that turns text around? */
static bool
turns(const unsigned char *p, size_t n)
{
	if (n == 2)
		return p[0] == 0xd8 && p[1] == 0x9c;
	if (n != 3 || p[0] != 0xe2)
		return false;
	if (p[1] == 0x80)
		return p[2] == 0x8e || p[2] == 0x8f ||
		    (p[2] >= 0xa8 && p[2] <= 0xae);
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9;
}

static const char *
reference(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* See html.h. */
size_t
html_char(struct buf *out, struct span text)
{
	const char *ref = reference(text.p[0]);
	size_t n = text_char_len(text);

	if (ref != NULL)
		buf_puts(out, ref);
	else if (turns((const unsigned char *)text.p, n))
		buf_puts(out, "\xef\xbf\xbd");
	else
		text_clean(out, (struct span){ text.p, n > 0 ? n : 1 });
	return n > 0 ? n : 1;
}
