/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HTTP_CHUNK_H
#define HTTP_CHUNK_H

#include <stddef.h>
#include <stdint.h>

/*
 * The chunked transfer coding (RFC 9112 section 7.1), decoded in place.
 * Pure: the state is in the struct, bytes may come in pieces of any size.
 *
 * Extensions and trailer fields are checked for their form and dropped: a
 * trailer is never a header (RFC 9110 section 6.5.1).  Sizes are below 2^63;
 * what stands around the chunks is bounded.
 */
#define HTTP_CHUNK_LINE_MAX 1024	/* one size with its extensions */
#define HTTP_CHUNK_TRAILER_MAX 8192	/* all trailer fields */

enum http_chunk_state {
	HTTP_CHUNK_SIZE_FIRST,	/* the first digit of a size */
	HTTP_CHUNK_SIZE,	/* digits; then ';', space, or CR */
	HTTP_CHUNK_SPACE,	/* space after a size: only before ';' */
	HTTP_CHUNK_EXTENSION,	/* anything up to CR */
	HTTP_CHUNK_SIZE_LF,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_DATA_CR,
	HTTP_CHUNK_DATA_LF,
	HTTP_CHUNK_TRAILER,	/* start of a line: a name, or CR */
	HTTP_CHUNK_NAME,	/* up to ':' */
	HTTP_CHUNK_VALUE,	/* up to CR */
	HTTP_CHUNK_VALUE_LF,
	HTTP_CHUNK_END_LF,
	HTTP_CHUNK_END,		/* the proper end was seen */
	HTTP_CHUNK_BAD
};

struct http_chunk {
	enum http_chunk_state state;
	int64_t left;		/* of the size being read, or of the data */
	size_t line;		/* bytes of this line, or of the trailer */
};

/* Starts before the first chunk; all zeroes are the same. */
void http_chunk_init(struct http_chunk *c);

/*
 * Decode the *n raw bytes at p: the data is moved to the front of p and its
 * length returned.  *n becomes the number of raw bytes that were used: all of
 * them, unless the end (HTTP_CHUNK_END) came before.  Look at state after
 * each call; data in front of a fault still counts as returned.
 */
size_t http_chunk_decode(struct http_chunk *c, char *p, size_t *n);

#endif
