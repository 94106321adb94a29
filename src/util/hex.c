/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "hex.h"

int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void
hex_encode(char *out, const uint8_t *in, size_t n)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*out++ = digit[in[i] >> 4];
		*out++ = digit[in[i] & 15];
	}
	*out = '\0';
}

static int
lower_digit(char c)
{
	return c >= 'A' && c <= 'F' ? -1 : hex_digit(c);
}

int
hex_decode(uint8_t *out, size_t n, struct span in)
{
	if (in.len % 2 != 0 || in.len / 2 != n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int high = lower_digit(in.p[2 * i]);
		int low = lower_digit(in.p[2 * i + 1]);
		if (high < 0 || low < 0)
			return -1;
		out[i] = (uint8_t)(high * 16 + low);
	}
	return 0;
}

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
base64_value(char c)
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
		int v = base64_value(in.p[i]);
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
