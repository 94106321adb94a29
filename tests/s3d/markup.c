/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "utc.h"

#include "markup.h"

void
markup_text(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c == '&')
			buf_puts(out, "&amp;");
		else if (c == '<')
			buf_puts(out, "&lt;");
		else if (c == '>')
			buf_puts(out, "&gt;");
		else if (c == '"')
			buf_puts(out, "&quot;");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "&#x%X;", c);
		else
			buf_putc(out, (char)c);
	}
}

void
markup_element(struct buf *out, const char *name, struct span text)
{
	buf_printf(out, "<%s>", name);
	markup_text(out, text);
	buf_printf(out, "</%s>", name);
}

void
markup_number(struct buf *out, const char *name, long long n)
{
	buf_printf(out, "<%s>%lld</%s>", name, n, name);
}

void
markup_time(struct buf *out, const char *name, long long t)
{
	char iso[UTC_ISO_LEN + 1];

	utc_iso(iso, t);
	buf_printf(out, "<%s>%.19s.000Z</%s>", name, iso, name);
}
