/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "base64.h"

void
base64_encode(char *out, const uint8_t *in, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		uint32_t group = (uint32_t)in[i] << 16;
		if (i + 1 < n)
			group |= (uint32_t)in[i + 1] << 8;
		if (i + 2 < n)
			group |= in[i + 2];
		*out++ = digit[group >> 18];
		*out++ = digit[group >> 12 & 63];
		*out++ = i + 1 < n ? digit[group >> 6 & 63] : '=';
		*out++ = i + 2 < n ? digit[group & 63] : '=';
	}
	*out = '\0';
}

static int
digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

int
base64_decode(uint8_t *out, size_t n, struct span in)
{
	size_t whole = n / 3, rest = n % 3;
	size_t digits = whole * 4 + (rest > 0 ? rest + 1 : 0);
	size_t done = 0;
	uint32_t bits = 0;	/* the last up to 24 bits; above, garbage */

	if (in.len != BASE64_LEN(n))
		return -1;
	for (size_t i = 0; i < digits; i++) {
		int v = digit_value(in.p[i]);
		if (v < 0)
			return -1;
		bits = bits << 6 | (uint32_t)v;
		/* Each digit but the first of four completes a byte. */
		if (i % 4 != 0)
			out[done++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
	}
	for (size_t i = digits; i < in.len; i++)
		if (in.p[i] != '=')
			return -1;
	/* One byte left over uses 8 of 12 bits, two use 16 of 18. */
	uint32_t unused = rest == 1 ? 15 : rest == 2 ? 3 : 0;
	return (bits & unused) == 0 ? 0 : -1;
}
