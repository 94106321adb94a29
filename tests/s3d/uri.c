/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "uri.h"

static int
digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)((at - digits) % 16) : -1;
}

ssize_t
uri_decode(char *out, struct span in, bool plus)
{
	char *o = out;

	for (size_t i = 0; i < in.len; i++) {
		char c = in.p[i];
		if (c == '%') {
			if (in.len - i < 3)
				return -1;
			int hi = digit(in.p[i + 1]), lo = digit(in.p[i + 2]);
			if (hi < 0 || lo < 0)
				return -1;
			c = (char)(hi * 16 + lo);
			i += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		*o++ = c;
	}
	return o - out;
}

static bool
stays(char c, bool slash)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	    c == '~' || (slash && c == '/');
}

void
uri_encode(struct buf *out, struct span in, bool slash)
{
	for (size_t i = 0; i < in.len; i++) {
		if (stays(in.p[i], slash))
			buf_putc(out, in.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)in.p[i]);
	}
}

bool
uri_is_canonical(struct span in, const char *also)
{
	for (size_t i = 0; i < in.len; i++) {
		char c = in.p[i], byte;
		if (stays(c, false) || (c != '\0' && strchr(also, c) != NULL))
			continue;
		struct span escape = { in.p + i, 3 };
		if (c != '%' || in.len - i < 3 ||
		    uri_decode(&byte, escape, false) != 1 ||
		    stays(byte, false))
			return false;
		for (int k = 1; k < 3; k++)
			if (in.p[i + (size_t)k] >= 'a')
				return false;
		i += 2;
	}
	return true;
}
