/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "hex.h"

#include "uri.h"

static bool
is_unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') ||
	    c == '-' || c == '.' || c == '_' || c == '~';
}

/* see uri.h */
void
uri_encode(struct buf *out, struct span raw, bool keep_slash)
{
	static const char digit[] = "0123456789ABCDEF";

	for (size_t i = 0; i < raw.len; i++) {
		unsigned char c = (unsigned char)raw.p[i];

		if (is_unreserved(c) || (keep_slash && c == '/')) {
			buf_putc(out, (char)c);
		} else {
			buf_putc(out, '%');
			buf_putc(out, digit[c >> 4]);
			buf_putc(out, digit[c & 15]);
		}
	}
}

/* see uri.h */
int
uri_decode(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '%') {
			if (text.len - i < 3)
				return -1;
			int high = hex_digit(text.p[i + 1]);
			int low = hex_digit(text.p[i + 2]);
			if (high < 0 || low < 0)
				return -1;
			buf_putc(out, (char)(high * 16 + low));
			i += 2;
		} else {
			buf_putc(out, (char)(c == '+' ? ' ' : c));
		}
	}
	return 0;
}

/*
 * Where a byte's encoded form stands among the others': all that begin with
 * '%' come before the unreserved ones ('%' is less than '-'), and among
 * themselves they follow their value, as their digits do.
 */
static int
rank(char raw)
{
	unsigned char c = (unsigned char)raw;

	return is_unreserved(c) ? 256 + c : c;
}

/* see uri.h */
int
uri_compare(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < n; i++) {
		if (a.p[i] != b.p[i])
			return rank(a.p[i]) - rank(b.p[i]);
	}
	return (a.len > b.len) - (a.len < b.len);
}
