/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "http_chunk.h"
#include "t.h"

/* Accepted and refused bodies: vectors/http.  Here: pieces and bounds. */

static const char whole[] =
    "5;x=\"y\"\r\nhello\r\n0006\r\n world\r\n0\r\nT: v\r\n\r\n";

#define WHOLE_LEN (sizeof(whole) - 1)

/* Decode n bytes at in, behind what is in out. */
static size_t
feed(struct http_chunk *c, const char *in, size_t n, char *out, size_t *len)
{
	char block[256];

	memcpy(block, in, n);
	*len = http_chunk_decode(c, block, &n);
	memcpy(out, block, *len);
	return n;
}

static void
test_every_split(void)
{
	for (size_t cut = 0; cut <= WHOLE_LEN; cut++) {
		struct http_chunk c;
		char out[64];
		size_t a, b;

		t_row("split at %zu", cut);
		http_chunk_init(&c);
		CHECK_INT(feed(&c, whole, cut, out, &a), cut);
		CHECK_INT(c.state == HTTP_CHUNK_END, cut == WHOLE_LEN);
		CHECK_INT(feed(&c, whole + cut, WHOLE_LEN - cut, out + a,
		    &b), WHOLE_LEN - cut);
		CHECK_INT(c.state, HTTP_CHUNK_END);
		CHECK_MEM(out, a + b, "hello world", 11);
	}
}

static void
test_byte_by_byte(void)
{
	struct http_chunk c = {0};
	char out[64];
	size_t len = 0;

	for (size_t i = 0; i < WHOLE_LEN; i++) {
		size_t n;

		CHECK(c.state != HTTP_CHUNK_END);
		CHECK_INT(feed(&c, whole + i, 1, out + len, &n), 1);
		len += n;
	}
	CHECK_INT(c.state, HTTP_CHUNK_END);
	CHECK_MEM(out, len, "hello world", 11);
}

/* What follows the end is left alone. */
static void
test_behind_the_end(void)
{
	static const char in[] = "1\r\nx\r\n0\r\n\r\n0\r\n\r\n";
	struct http_chunk c;
	char out[64];
	size_t len;

	http_chunk_init(&c);
	CHECK_INT(feed(&c, in, sizeof(in) - 1, out, &len), 11);
	CHECK_INT(c.state, HTTP_CHUNK_END);
	CHECK_MEM(out, len, "x", 1);
	CHECK_INT(feed(&c, in, 1, out, &len), 0);
	CHECK_INT(c.state, HTTP_CHUNK_END);
}

/* Data in front of a fault is returned; nothing behind it is. */
static void
test_fault(void)
{
	static const char in[] = "1\r\nx\r\nz\r\ny\r\n0\r\n\r\n";
	struct http_chunk c;
	char out[64];
	size_t len;

	http_chunk_init(&c);
	CHECK_INT(feed(&c, in, sizeof(in) - 1, out, &len), 7);
	CHECK_INT(c.state, HTTP_CHUNK_BAD);
	CHECK_MEM(out, len, "x", 1);
	CHECK_INT(feed(&c, "0\r\n\r\n", 5, out, &len), 0);
	CHECK_INT(c.state, HTTP_CHUNK_BAD);
}

static enum http_chunk_state
state_after(const char *start, size_t times, char c, const char *end)
{
	struct http_chunk chunk;
	char out[256];
	size_t len;

	http_chunk_init(&chunk);
	feed(&chunk, start, strlen(start), out, &len);
	for (size_t i = 0; i < times; i++)
		feed(&chunk, &c, 1, out, &len);
	feed(&chunk, end, strlen(end), out, &len);
	return chunk.state;
}

/* The longest that is taken, and one more. */
static void
test_bounds(void)
{
	static const struct {
		const char *start;
		char fill;
		const char *end;
		size_t most;
		enum http_chunk_state state;
	} rows[] = {
		{ "5;", 'x', "\r\n", HTTP_CHUNK_LINE_MAX - 3,
		    HTTP_CHUNK_DATA },
		{ "", '0', "5\r\n", HTTP_CHUNK_LINE_MAX - 2,
		    HTTP_CHUNK_DATA },
		{ "0\r\nA:", 'x', "\r\n\r\n", HTTP_CHUNK_TRAILER_MAX - 7,
		    HTTP_CHUNK_END },
		{ "7", 'f', "\r\n", 15, HTTP_CHUNK_DATA }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%zu", i);
		CHECK_INT(state_after(rows[i].start, rows[i].most,
		    rows[i].fill, rows[i].end), rows[i].state);
		CHECK_INT(state_after(rows[i].start, rows[i].most + 1,
		    rows[i].fill, rows[i].end), HTTP_CHUNK_BAD);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "every_split", test_every_split },
		{ "byte_by_byte", test_byte_by_byte },
		{ "behind_the_end", test_behind_the_end },
		{ "fault", test_fault },
		{ "bounds", test_bounds },
		{ NULL, NULL }
	};

	return t_main("http_chunk", cases);
}
