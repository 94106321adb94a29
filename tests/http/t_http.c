/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>
#include <string.h>

#include "http.h"
#include "script_conn.h"
#include "t.h"

/* Conversations: vectors/http.  Here: what a script cannot do. */

static struct script script;
static struct http http;
static int64_t taken;		/* bytes, by take_all() */
static int writes;		/* calls of count_writes() */

static void
start(const struct span *line, size_t n)
{
	struct http_limits limits = { .first_byte_ms = 1000,
	    .stall_ms = 1000, .min_rate = 1 };

	script_init(&script, line, n, 0);
	http_init(&http, &script.clock, &limits);
}

/* A body of any size, of which read_max bytes can be read. */
struct source {
	struct http_source source;
	int64_t given;
	int64_t read_max;
	struct clock *slow;	/* takes a minute for each block */
};

static ssize_t
source_read(struct http_source *hs, void *p, size_t n, struct err *e)
{
	struct source *s = (struct source *)((char *)hs -
	    offsetof(struct source, source));

	if (s->given + (int64_t)n > s->read_max)
		return err_set(e, ERR_IO_ERROR, "cannot read 'x'");
	if (s->slow != NULL)
		s->slow->sleep_ms(s->slow, 60000);
	memset(p, 'x', n);
	s->given += (int64_t)n;
	return (ssize_t)n;
}

static int
put(struct source *s, struct err *e)
{
	struct http_request req = { .method = "PUT", .target = span_of("/"),
	    .fields = span_of("Host: h\r\n"), .body = &s->source };

	return http_begin(&http, &script.conn, &req, e);
}

/* A source that fails ends the request with its own error. */
static void
test_source_fails(void)
{
	struct span line[] = { span_of("> *") };
	struct source s = { .source = { 100000, source_read },
	    .read_max = 50000 };
	struct err e = {0};

	start(line, 1);
	CHECK_INT(put(&s, &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK_STR(e.msg, "cannot read 'x'");
	CHECK(http.sent > 0 && http.sent < 50000);
	CHECK(!http_reusable(&http));
}

/* A slow disk is no stall. */
static void
test_source_is_slow(void)
{
	struct span line[] = { span_of("> *"),
	    span_of("< HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n") };
	struct source s = { .source = { 100000, source_read },
	    .read_max = 100000 };
	struct err e = {0};

	start(line, 2);
	s.slow = &script.clock;
	CHECK_INT(put(&s, &e), 0);
	CHECK_INT(http.status, 200);
	CHECK_INT(http.sent, 100000);
}

/*
 * A server that has answered and yet takes all that comes, as fast as it
 * comes: heard before the body is sent.
 */
static ssize_t
take_all(struct conn *c, const void *p, size_t n, struct err *e)
{
	(void)c;
	(void)p;
	(void)e;
	taken += (int64_t)n;
	return (ssize_t)n;
}

static ssize_t
answer_after_first_write(struct conn *c, void *p, size_t n, struct err *e)
{
	static const char text[] =
	    "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";

	(void)c;
	(void)e;
	if (taken == 0 || n < sizeof(text))
		return CONN_AGAIN;
	memcpy(p, text, sizeof(text) - 1);
	return sizeof(text) - 1;
}

static void
test_swallowing_server(void)
{
	struct conn_ops ops = { answer_after_first_write, take_all, NULL,
	    NULL, NULL };
	struct conn conn = { &ops };
	struct source s = { .source = { INT64_C(1) << 40, source_read },
	    .read_max = INT64_MAX };
	struct http_request req = { .method = "PUT", .target = span_of("/"),
	    .fields = span_of("Host: h\r\n"), .body = &s.source };
	struct err e = {0};

	start(NULL, 0);
	taken = 0;
	CHECK_INT(http_begin(&http, &conn, &req, &e), 0);
	CHECK_INT(http.status, 403);
	CHECK(http.sent < 2 * 1024 * 1024);
	char byte;
	CHECK_INT(http_read(&http, &byte, 1, &e), 0);
	CHECK(!http_reusable(&http));
}

/* A signal ends the exchange also where nothing ever has to wait. */
static void
test_interrupted(void)
{
	struct conn_ops ops = { answer_after_first_write, take_all, NULL,
	    NULL, NULL };
	struct conn conn = { &ops };
	struct http_request req = { .method = "GET", .target = span_of("/"),
	    .fields = span_of("Host: h\r\n") };
	struct err e = {0};

	start(NULL, 0);
	script.signal = 15;
	CHECK_INT(http_begin(&http, &conn, &req, &e), -1);
	CHECK_INT(e.code, ERR_INTERRUPTED);
	CHECK_INT(e.sys, 15);
}

/* An error of the wait goes up as it is. */
static int
failing_wait(struct conn *c, int want, int64_t until, struct err *e)
{
	(void)c;
	(void)want;
	(void)until;
	return err_set(e, ERR_IO_ERROR, "cannot wait");
}

static void
test_wait_fails(void)
{
	struct span line[] = { span_of("> *") };
	struct http_request req = { .method = "GET", .target = span_of("/"),
	    .fields = span_of("Host: h\r\n") };
	struct conn_ops ops;
	struct err e = {0};

	start(line, 1);
	ops = *script.conn.ops;
	ops.wait = failing_wait;
	script.conn.ops = &ops;
	CHECK_INT(http_begin(&http, &script.conn, &req, &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
}

/* The longest head that is sent, and one byte more, which is not. */
static void
test_longest_request(void)
{
	static char fields[HTTP_OUT_MAX];
	struct span line[] = { span_of("> *"),
	    span_of("< HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n") };
	/* "GET / HTTP/1.1\r\n" and the empty line; buf keeps a byte. */
	size_t most = HTTP_OUT_MAX - 1 - 16 - 2;

	for (size_t n = most; n <= most + 1; n++) {
		struct http_request req = { .method = "GET",
		    .target = span_of("/"), .fields = { fields, n } };
		struct err e = {0};

		t_row("%zu", n);
		memset(fields, 'x', n);
		memcpy(fields, "X: ", 3);
		memcpy(fields + n - 2, "\r\n", 2);
		start(line, 2);
		CHECK_INT(http_begin(&http, &script.conn, &req, &e),
		    n == most ? 0 : -1);
		if (n > most)
			CHECK_INT(e.code, ERR_CONFIG_INVALID);
	}
}

/* Nothing of what a server sends stands in a message. */
static void
test_server_is_not_quoted(void)
{
	static const char *const answers[] = {
		"< HTTP/1.1 200 OK\\r\\nCanary : x\\r\\n\\r\\n",
		"< HTTP/1.1 Canary\\r\\n\\r\\n",
		"< Canary\\r\\n\\r\\n",
		"< HTTP/1.1 200 OK\\r\\nContent-Length: Canary\\r\\n\\r\\n",
		"< HTTP/1.1 200 OK\\r\\nTransfer-Encoding: Canary\\r\\n\\r\\n"
	};

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct span line[] = { span_of("> *"), span_of(answers[i]) };
		struct http_request req = { .method = "GET",
		    .target = span_of("/"), .fields = span_of("Host: h\r\n") };
		struct err e = {0};

		t_row("%zu", i);
		start(line, 2);
		CHECK_INT(http_begin(&http, &script.conn, &req, &e), -1);
		CHECK_INT(e.code, ERR_INDETERMINATE);
		CHECK(strstr(e.msg, "anary") == NULL);
	}
}

static ssize_t
count_writes(struct conn *c, const void *p, size_t n, struct err *e)
{
	writes++;
	return take_all(c, p, n, e);
}

static int
flush_at_once(struct conn *c, struct err *e)
{
	(void)c;
	(void)e;
	return 0;
}

/* Head and body leave in one write where they fit. */
static void
test_one_write(void)
{
	struct conn_ops ops = { answer_after_first_write, count_writes,
	    flush_at_once, NULL, NULL };
	struct conn conn = { &ops };
	struct source s = { .source = { 10000, source_read },
	    .read_max = 10000 };
	struct http_request req = { .method = "PUT", .target = span_of("/"),
	    .fields = span_of("Host: h\r\n"), .body = &s.source };
	struct err e = {0};

	start(NULL, 0);
	taken = writes = 0;
	CHECK_INT(http_begin(&http, &conn, &req, &e), 0);
	CHECK_INT(http.sent, 10000);
	CHECK_INT(writes, 1);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "source_fails", test_source_fails },
		{ "source_is_slow", test_source_is_slow },
		{ "swallowing_server", test_swallowing_server },
		{ "interrupted", test_interrupted },
		{ "wait_fails", test_wait_fails },
		{ "longest_request", test_longest_request },
		{ "one_write", test_one_write },
		{ "server_is_not_quoted", test_server_is_not_quoted },
		{ NULL, NULL }
	};

	return t_main("http", cases);
}
