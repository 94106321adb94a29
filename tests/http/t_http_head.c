/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "http_head.h"
#include "t.h"

/* What is a head and what is not: vectors/http.  Here: the interface. */

static const char whole[] =
    "HTTP/1.1 206 Partial Content\r\n"
    "Content-Length: 10\r\n"
    "etag:\"e\"\r\n"
    "X-Empty:  \t \r\n"
    "\r\n";

#define WHOLE ((struct span){ whole, sizeof(whole) - 1 })

static void
check_whole(const struct http_head *h)
{
	CHECK_INT(h->status, 206);
	CHECK_INT(h->minor, 1);
	CHECK_INT(h->nfields, 3);
	CHECK(span_is(http_head_find(h, WHOLE, "Content-length"), "10"));
	CHECK(span_is(http_head_find(h, WHOLE, "ETag"), "\"e\""));
	CHECK(span_is(http_head_find(h, WHOLE, "x-empty"), ""));
	CHECK(http_head_find(h, WHOLE, "x-empty").p != NULL);
	CHECK(http_head_find(h, WHOLE, "x-absent").p == NULL);
	CHECK(http_head_find(h, WHOLE, "").p == NULL);
}

static void
test_whole(void)
{
	struct http_head h;

	http_head_init(&h);
	CHECK_INT(http_head_parse(&h, WHOLE), WHOLE.len);
	check_whole(&h);
}

/* In two pieces, cut anywhere. */
static void
test_every_split(void)
{
	for (size_t n = 0; n < WHOLE.len; n++) {
		struct http_head h;

		t_row("split at %zu", n);
		http_head_init(&h);
		CHECK_INT(http_head_parse(&h, (struct span){ whole, n }),
		    HTTP_HEAD_PARTIAL);
		CHECK_INT(http_head_parse(&h, WHOLE), WHOLE.len);
		check_whole(&h);
	}
}

static void
test_byte_by_byte(void)
{
	struct http_head h;

	http_head_init(&h);
	for (size_t n = 0; n < WHOLE.len; n++)
		CHECK_INT(http_head_parse(&h, (struct span){ whole, n }),
		    HTTP_HEAD_PARTIAL);
	CHECK_INT(http_head_parse(&h, WHOLE), WHOLE.len);
	check_whole(&h);
}

/* What follows the head is not looked at. */
static void
test_more_behind(void)
{
	static const char in[] = "HTTP/1.1 200 \r\n\r\n\n\0\rbody";
	struct http_head h;

	http_head_init(&h);
	CHECK_INT(http_head_parse(&h,
	    (struct span){ in, sizeof(in) - 1 }), 17);
	CHECK_INT(h.status, 200);
	CHECK_INT(h.nfields, 0);
}

static void
test_bad_says_why(void)
{
	struct http_head h;

	http_head_init(&h);
	CHECK_INT(http_head_parse(&h, span_of("HTTP/1.1 200 OK\r\n b: c")),
	    HTTP_HEAD_PARTIAL);
	http_head_init(&h);
	CHECK_INT(http_head_parse(&h,
	    span_of("HTTP/1.1 200 OK\r\n b: c\r\n")), HTTP_HEAD_BAD);
	CHECK_STR(h.why, "has a folded line");
}

static void
test_frame(void)
{
	static const struct {
		const char *head;
		bool to_head;
		int rc;
		enum http_framing framing;
		int64_t size;
		bool keep_alive;
	} rows[] = {
		{ "HTTP/1.1 200 \r\nContent-Length: 7\r\n\r\n", false,
		    0, HTTP_LENGTH, 7, true },
		{ "HTTP/1.0 200 \r\nContent-Length: 7\r\n\r\n", false,
		    0, HTTP_LENGTH, 7, false },
		{ "HTTP/1.1 200 \r\nContent-Length: 7\r\n\r\n", true,
		    0, HTTP_EMPTY, 7, true },
		{ "HTTP/1.1 200 \r\n\r\n", true, 0, HTTP_EMPTY, -1, true },
		{ "HTTP/1.1 200 \r\n\r\n", false,
		    0, HTTP_TO_CLOSE, -1, false },
		{ "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n",
		    false, 0, HTTP_CHUNKED, -1, true },
		{ "HTTP/1.0 200 \r\nTransfer-Encoding: chunked\r\n\r\n",
		    false, -1, HTTP_EMPTY, 0, false },
		{ "HTTP/1.1 204 \r\n\r\n", false, 0, HTTP_EMPTY, 0, true },
		{ "HTTP/1.1 204 \r\nContent-Length: 7\r\n\r\n", false,
		    0, HTTP_EMPTY, 0, false },
		{ "HTTP/1.1 304 \r\nContent-Length: 7\r\n\r\n", false,
		    0, HTTP_EMPTY, 0, true },
		{ "HTTP/1.1 200 \r\nContent-Length: x\r\n\r\n", true,
		    -1, HTTP_EMPTY, 0, false }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span in = span_of(rows[i].head);
		struct http_frame f;
		struct http_head h;

		t_row("%zu", i);
		http_head_init(&h);
		if (!CHECK_INT(http_head_parse(&h, in), in.len))
			continue;
		CHECK_INT(http_head_frame(&h, in, rows[i].to_head, &f),
		    rows[i].rc);
		if (rows[i].rc == -1) {
			CHECK(h.why != NULL);
			continue;
		}
		CHECK_INT(f.framing, rows[i].framing);
		CHECK_INT(f.size, rows[i].size);
		CHECK_INT(f.keep_alive, rows[i].keep_alive);
	}
}

/* One byte changed to any other: never a crash, never a longer head. */
static void
test_every_byte_changed(void)
{
	char in[sizeof(whole)];
	int odd = 0;

	for (size_t at = 0; at < WHOLE.len; at++)
		for (int c = 0; c < 256; c++) {
			struct http_head h;

			memcpy(in, whole, sizeof(whole));
			in[at] = (char)c;
			http_head_init(&h);
			ssize_t n = http_head_parse(&h,
			    (struct span){ in, WHOLE.len });
			if (n > (ssize_t)WHOLE.len || n == 0 || n < -2)
				odd++;
		}
	CHECK_INT(odd, 0);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "whole", test_whole },
		{ "every_split", test_every_split },
		{ "byte_by_byte", test_byte_by_byte },
		{ "more_behind", test_more_behind },
		{ "bad_says_why", test_bad_says_why },
		{ "frame", test_frame },
		{ "every_byte_changed", test_every_byte_changed },
		{ NULL, NULL }
	};

	return t_main("http_head", cases);
}
