/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>

#include "text.h"

#include "xml_char.h"

/* see xml_char.h */
bool
xml_char_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_name_start(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    c == '_' || ((unsigned char)c & 0x80) != 0;
}

/* see xml_char.h */
bool
xml_char_in_name(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' ||
	    c == '.' || c == ':';
}

/* see xml_char.h */
bool
xml_char_is_name(struct span s)
{
	if (s.len == 0 || !is_name_start(s.p[0]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!xml_char_in_name(s.p[i]))
			return false;
	return true;
}

static uint32_t
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (uint32_t)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (uint32_t)(c - 'A') + 10;
	return UINT32_MAX;
}

/* "#233" or "#xE9": the character, or 0 for none that may be named. */
static uint32_t
numeric(struct span ref)
{
	uint32_t base = 10, c = 0;
	size_t i = 1;

	if (ref.len > 1 && ref.p[1] == 'x') {
		base = 16;
		i = 2;
	}
	if (i == ref.len)
		return 0;
	for (; i < ref.len; i++) {
		uint32_t d = digit_of(ref.p[i]);
		if (d >= base)
			return 0;
		c = c * base + d;
		if (c > 0x10ffff)
			return 0;
	}
	return c >= 0xd800 && c <= 0xdfff ? 0 : c;
}

/* The character that "&ref;" stands for, or 0. */
static uint32_t
reference(struct span ref)
{
	static const struct {
		const char *name;
		char c;
	} entity[] = {
		{ "amp", '&' }, { "lt", '<' }, { "gt", '>' },
		{ "quot", '"' }, { "apos", '\'' }
	};

	for (size_t i = 0; i < sizeof(entity) / sizeof(entity[0]); i++)
		if (span_is(ref, entity[i].name))
			return (uint32_t)entity[i].c;
	return span_starts(ref, "#") ? numeric(ref) : 0;
}

static size_t
utf8(char out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	out[0] = (char)((0xf00 >> n & 0xff) | c);
	return n;
}

/* see xml_char.h */
size_t
xml_char_next(char out[4], struct span text, size_t *used)
{
	struct span ref;
	uint32_t c;

	*used = 1;
	out[0] = text.p[0];
	if (text.p[0] != '&')
		return 1;
	text = span_cut((struct span){ text.p + 1, text.len - 1 }, ';', &ref);
	if (text.p == NULL || (c = reference(ref)) == 0)
		return 0;
	*used = ref.len + 2;
	return utf8(out, c);
}

/* see xml_char.h */
bool
xml_char_is_decodable(struct span text)
{
	char c[4];
	size_t used;

	for (size_t i = 0; i < text.len; i += used)
		if (xml_char_next(c, (struct span){ text.p + i, text.len - i },
		    &used) == 0)
			return false;
	return true;
}

/* see xml_char.h */
bool
xml_char_is_text(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < 0x20 &&
		    !xml_char_is_space(s.p[i]))
			return false;
	return text_is_utf8(s);
}
