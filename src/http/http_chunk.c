/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"

#include "http_chunk.h"

#include "http_token.h"

/* see http_chunk.h */
void
http_chunk_init(struct http_chunk *c)
{
	*c = (struct http_chunk){ .state = HTTP_CHUNK_SIZE_FIRST };
}

static enum http_chunk_state
size_digit(struct http_chunk *c, char ch)
{
	int digit = hex_digit(ch);

	if (digit < 0 || c->left > (INT64_MAX - digit) / 16)
		return HTTP_CHUNK_BAD;
	c->left = c->left * 16 + digit;
	return HTTP_CHUNK_SIZE;
}

/* What may follow the digits of a size. */
static enum http_chunk_state
size_end(char ch)
{
	switch (ch) {
	case '\r':
		return HTTP_CHUNK_SIZE_LF;
	case ';':
		return HTTP_CHUNK_EXTENSION;
	case ' ':
	case '\t':
		return HTTP_CHUNK_SPACE;
	default:
		return HTTP_CHUNK_BAD;
	}
}

/* Text up to CR: an extension, or the value of a trailer field. */
static enum http_chunk_state
text_until_cr(char ch, enum http_chunk_state same, enum http_chunk_state then)
{
	if (ch == '\r')
		return then;
	return http_token_is_text(ch) ? same : HTTP_CHUNK_BAD;
}

static enum http_chunk_state
expect(char ch, char want, enum http_chunk_state then)
{
	return ch == want ? then : HTTP_CHUNK_BAD;
}

/* The state after one byte that is not data. */
static enum http_chunk_state
step(struct http_chunk *c, char ch)
{
	switch (c->state) {
	case HTTP_CHUNK_SIZE_FIRST:
		return size_digit(c, ch);
	case HTTP_CHUNK_SIZE:
		return hex_digit(ch) >= 0 ? size_digit(c, ch) : size_end(ch);
	case HTTP_CHUNK_SPACE:
		/* RFC 9112 section 7.1.1 has it before ';' only. */
		return ch == '\r' ? HTTP_CHUNK_BAD : size_end(ch);
	case HTTP_CHUNK_EXTENSION:
		return text_until_cr(ch, HTTP_CHUNK_EXTENSION,
		    HTTP_CHUNK_SIZE_LF);
	case HTTP_CHUNK_SIZE_LF:
		c->line = 0;
		return expect(ch, '\n',
		    c->left > 0 ? HTTP_CHUNK_DATA : HTTP_CHUNK_TRAILER);
	case HTTP_CHUNK_DATA_CR:
		return expect(ch, '\r', HTTP_CHUNK_DATA_LF);
	case HTTP_CHUNK_DATA_LF:
		c->line = 0;
		return expect(ch, '\n', HTTP_CHUNK_SIZE_FIRST);
	case HTTP_CHUNK_TRAILER:
		if (ch == '\r')
			return HTTP_CHUNK_END_LF;
		return http_token_is_tchar(ch) ? HTTP_CHUNK_NAME :
		    HTTP_CHUNK_BAD;
	case HTTP_CHUNK_NAME:
		if (ch == ':')
			return HTTP_CHUNK_VALUE;
		return http_token_is_tchar(ch) ? HTTP_CHUNK_NAME :
		    HTTP_CHUNK_BAD;
	case HTTP_CHUNK_VALUE:
		return text_until_cr(ch, HTTP_CHUNK_VALUE,
		    HTTP_CHUNK_VALUE_LF);
	case HTTP_CHUNK_VALUE_LF:
		return expect(ch, '\n', HTTP_CHUNK_TRAILER);
	case HTTP_CHUNK_END_LF:
		return expect(ch, '\n', HTTP_CHUNK_END);
	default:
		return HTTP_CHUNK_BAD;
	}
}

/* How long the line, or the trailer, may grow in this state. */
static size_t
line_max(enum http_chunk_state state)
{
	return state >= HTTP_CHUNK_TRAILER ? HTTP_CHUNK_TRAILER_MAX :
	    HTTP_CHUNK_LINE_MAX;
}

/* Move the data among the bytes from at to the front; returns its length. */
static size_t
take_data(struct http_chunk *c, char *to, const char *from, size_t n)
{
	if ((uint64_t)c->left < n)
		n = (size_t)c->left;
	memmove(to, from, n);
	c->left -= (int64_t)n;
	if (c->left == 0)
		c->state = HTTP_CHUNK_DATA_CR;
	return n;
}

/* see http_chunk.h */
size_t
http_chunk_decode(struct http_chunk *c, char *p, size_t *n)
{
	size_t at = 0, out = 0;

	while (at < *n && c->state != HTTP_CHUNK_END &&
	    c->state != HTTP_CHUNK_BAD) {
		if (c->state == HTTP_CHUNK_DATA) {
			size_t got = take_data(c, p + out, p + at, *n - at);
			at += got;
			out += got;
			continue;
		}
		c->state = step(c, p[at++]);
		if (++c->line > line_max(c->state))
			c->state = HTTP_CHUNK_BAD;
	}
	*n = at;
	return out;
}
