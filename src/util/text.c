/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>
#include <string.h>

#include "hex.h"

#include "text.h"

/*
 * The bounds of the second byte are those of RFC 3629 section 4: they shut
 * out overlong forms, surrogates and what is above U+10FFFF.
 */
size_t
text_char_len(struct span s)
{
	const uint8_t *p = (const uint8_t *)s.p;
	uint8_t low = 0x80, high = 0xbf;
	size_t n;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (s.len < n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return n;
}

static struct span
skip(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.len - n };
}

/* Without the ASCII that s begins with, eight bytes at a time. */
static struct span
skip_ascii(struct span s)
{
	uint64_t eight;

	while (s.len >= sizeof(eight)) {
		memcpy(&eight, s.p, sizeof(eight));
		if ((eight & UINT64_C(0x8080808080808080)) != 0)
			break;
		s = skip(s, sizeof(eight));
	}
	return s;
}

bool
text_is_utf8(struct span s)
{
	while (s.len > 0) {
		size_t n = text_char_len(s);
		if (n == 0)
			return false;
		s = skip_ascii(skip(s, n));
	}
	return true;
}

/* Is the character of n bytes at p one that a terminal would act on? */
static bool
is_control(const char *p, size_t n)
{
	const uint8_t *u = (const uint8_t *)p;

	if (n == 1)
		return u[0] < 0x20 || u[0] == 0x7f;
	return n == 2 && u[0] == 0xc2 && u[1] < 0xa0;
}

static void
put_percent(struct buf *out, const char *p, size_t n)
{
	static const char digit[] = "0123456789ABCDEF";
	char text[3 * 4];
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t c = (uint8_t)p[i];
		text[len++] = '%';
		text[len++] = digit[c >> 4];
		text[len++] = digit[c & 15];
	}
	buf_put(out, text, len);
}

static void
escape(struct buf *out, struct span s, bool percent_too)
{
	while (s.len > 0) {
		size_t n = text_char_len(s);
		bool bad = n == 0;
		if (bad)
			n = 1;
		if (bad || is_control(s.p, n) || (percent_too && *s.p == '%'))
			put_percent(out, s.p, n);
		else
			buf_put(out, s.p, n);
		s = skip(s, n);
	}
}

void
text_escape(struct buf *out, struct span name)
{
	escape(out, name, true);
}

void
text_clean(struct buf *out, struct span message)
{
	escape(out, message, false);
}

static int
upper_digit(char c)
{
	return c >= 'a' && c <= 'f' ? -1 : hex_digit(c);
}

int
text_unescape(struct buf *out, struct span text)
{
	while (text.len > 0) {
		if (*text.p != '%') {
			buf_putc(out, *text.p);
			text = skip(text, 1);
			continue;
		}
		if (text.len < 3)
			return -1;
		int high = upper_digit(text.p[1]);
		int low = upper_digit(text.p[2]);
		if (high < 0 || low < 0)
			return -1;
		buf_putc(out, (char)(high * 16 + low));
		text = skip(text, 3);
	}
	return 0;
}

#define NEAREST_MAX 64	/* longer words are near to nothing */

/* Insertions, deletions, replacements and swaps of neighbours, a to b. */
static size_t
distance(struct span a, struct span b)
{
	size_t row[3][NEAREST_MAX + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *now = row[i % 3];
		const size_t *last = row[(i + 2) % 3];
		const size_t *before = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t best = last[j - 1] + (a.p[i - 1] != b.p[j - 1]);
			if (best > last[j] + 1)
				best = last[j] + 1;
			if (best > now[j - 1] + 1)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1] &&
			    best > before[j - 2] + 1)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[a.len % 3][b.len];
}

const char *
text_nearest(struct span word, const char *const *names)
{
	size_t limit = word.len / 2 < 2 ? word.len / 2 : 2;
	const char *nearest = NULL;

	if (word.len > NEAREST_MAX)
		return NULL;
	for (; *names != NULL; names++) {
		struct span name = span_of(*names);
		if (name.len > NEAREST_MAX)
			continue;
		size_t d = distance(word, name);
		if (d > limit || (nearest != NULL && d == limit))
			continue;
		nearest = *names;
		limit = d;
	}
	return nearest;
}
