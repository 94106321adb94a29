/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "http.h"
#include "num.h"
#include "script_conn.h"
#include "t.h"
#include "vec.h"

/*
 * Kind http: exchanges with a scripted server, see vectors/README.
 * Every case is replayed with bytes moving as they come, by seven and by one.
 */
#define LINES_MAX 64
#define BODY_MAX (1 << 20)
#define CUTS_MAX 4096

/* The body of a request, out of the vector. */
struct source {
	struct http_source source;
	struct span left;
};

struct outcome {
	struct err err;
	bool failed;
	int64_t got;		/* bytes of body[] */
};

static struct script script;
static struct http http;
static char body[BODY_MAX];

/* The value that belongs to exchange i, or fallback. */
static struct span
value(const struct vec *v, const char *key, size_t i, const char *fallback)
{
	if (i < vec_count(v, key))
		return vec_nth(v, key, i);
	return fallback != NULL ? span_of(fallback) :
	    (struct span){ NULL, 0 };
}

static int64_t
number(const struct vec *v, const char *key, size_t i, int64_t fallback)
{
	struct span s = value(v, key, i, NULL);
	uint64_t n;

	if (s.p == NULL)
		return fallback;
	if (span_is(s, "-1"))
		return -1;
	return CHECK(num_u64(s, INT64_MAX, &n) == 0) ? (int64_t)n : -1;
}

static int64_t
time_ms(const struct vec *v, const char *key, int64_t fallback)
{
	struct span s = value(v, key, 0, NULL);
	uint64_t n;

	if (s.p == NULL)
		return fallback;
	return CHECK(num_ms(s, INT64_MAX / 2, &n) == 0) ? (int64_t)n : -1;
}

static ssize_t
source_read(struct http_source *source, void *p, size_t n, struct err *e)
{
	struct source *s = (struct source *)((char *)source -
	    offsetof(struct source, source));

	(void)e;
	if (n > s->left.len)
		n = s->left.len;
	memcpy(p, s->left.p, n);
	s->left.p += n;
	s->left.len -= n;
	return (ssize_t)n;
}

/* Read the answer's body, in pieces as small as the script's. */
static void
read_body(struct outcome *o, size_t grain)
{
	ssize_t n = -1;

	do {
		size_t room = sizeof(body) - (size_t)o->got;
		if (grain > 0 && room > grain)
			room = grain;
		if (room == 0)
			break;
		n = http_read(&http, body + o->got, room, &o->err);
		o->got += n > 0 ? n : 0;
	} while (n > 0);
	o->failed = n != 0;
}

/* Exchange i of a case. */
static void
exchange(const struct vec *v, size_t i, size_t grain, struct outcome *o)
{
	static char method[16];
	struct span m = value(v, "method", i, "GET");
	struct source s = { { 0, source_read }, value(v, "body", i, NULL) };
	struct http_request req = { .method = method,
	    .target = value(v, "target", i, "/"),
	    .fields = value(v, "fields", i, "Host: h\r\n"),
	    .close = value(v, "close", i, NULL).p != NULL };

	memset(o, 0, sizeof(*o));
	if (!CHECK(m.len < sizeof(method)))
		return;
	memcpy(method, m.p, m.len);
	method[m.len] = '\0';
	if (s.left.p != NULL) {
		s.source.size = number(v, "body_size", i,
		    (int64_t)s.left.len);
		req.body = &s.source;
	}
	if (http_begin(&http, &script.conn, &req, &o->err) == 0)
		read_body(o, grain);
	else
		o->failed = true;
}

/* Every "want_header = Name: value"; without a value: there is none. */
static void
check_headers(const struct vec *v)
{
	for (size_t i = 0; i < vec_count(v, "want_header"); i++) {
		char name[64];
		struct span head, got;
		struct span want = span_cut(vec_nth(v, "want_header", i),
		    ':', &head);

		if (!CHECK(head.len < sizeof(name)))
			continue;
		memcpy(name, head.p, head.len);
		name[head.len] = '\0';
		want = span_trim(want);
		got = http_header(&http, name);
		CHECK_MEM(got.p, got.len, want.p, want.len);
	}
}

static void
check_outcome(const struct vec *v, size_t i, const struct outcome *o)
{
	struct span error = value(v, "want_error", i, "");
	struct span want = value(v, "want_body", i, NULL);
	struct span reusable = value(v, "want_reusable", i, NULL);
	struct span answered = value(v, "want_answered", i, NULL);

	if (span_is(error, "-"))
		error.len = 0;
	CHECK_STR(script.fault, NULL);
	CHECK_INT(o->failed, error.len > 0);
	if (o->failed && error.len > 0)
		CHECK_MEM(err_word(o->err.code),
		    strlen(err_word(o->err.code)), error.p, error.len);
	CHECK_INT(http.status, number(v, "want_status", i, http.status));
	CHECK_INT(http.body_size, number(v, "want_size", i, http.body_size));
	CHECK_INT(http.sent, number(v, "want_sent", i, http.sent));
	CHECK_INT(http.received, o->got);
	if (want.p != NULL)
		CHECK_MEM(body, (size_t)o->got, want.p, want.len);
	if (reusable.p != NULL)
		CHECK_INT(http_reusable(&http), span_is(reusable, "yes"));
	if (answered.p != NULL)
		CHECK_INT(http.answered, span_is(answered, "yes"));
	if (i == 0)
		check_headers(v);
}

static size_t
script_lines(const struct vec *v, struct span line[LINES_MAX])
{
	size_t n = vec_count(v, "script");

	if (!CHECK(n > 0 && n <= LINES_MAX))
		return 0;
	for (size_t i = 0; i < n; i++)
		line[i] = vec_nth(v, "script", i);
	return n;
}

static void
start(const struct vec *v, const struct span *line, size_t n, size_t grain)
{
	struct http_limits limits = {
		.first_byte_ms = time_ms(v, "first_byte", 10000),
		.stall_ms = time_ms(v, "stall", 10000),
		.min_rate = (uint64_t)number(v, "min_rate", 0, 1),
		.whole_ms = time_ms(v, "whole", 0)
	};

	script_init(&script, line, n, grain);
	http_init(&http, &script.clock, &limits);
}

static void
play(const struct vec *v, const struct span *line, size_t n, size_t grain)
{
	size_t exchanges = (size_t)number(v, "exchanges", 0, 1);
	int64_t idle = time_ms(v, "idle", 0);
	struct outcome o;

	start(v, line, n, grain);
	for (size_t i = 0; i < exchanges; i++) {
		if (i > 0)
			script_idle(&script, idle);
		exchange(v, i, grain, &o);
		check_outcome(v, i, &o);
	}
	if (http_reusable(&http))
		CHECK(script_is_done(&script));
}

/* The server's bytes end too early, at every place: never a proper end. */
static void
play_cut(const struct vec *v, const struct span *line, size_t n, int64_t cut)
{
	struct outcome o;

	start(v, line, n, 0);
	script.cut = cut;
	exchange(v, 0, 0, &o);
	CHECK(o.failed);
	CHECK(o.err.code == ERR_UNREACHABLE ||
	    o.err.code == ERR_INDETERMINATE);
	CHECK_INT(http.answered, cut > 0);
	CHECK(!http_reusable(&http));
}

static void
check(const struct vec *v)
{
	static const size_t grains[] = { 0, 7, 1 };
	struct span line[LINES_MAX];
	size_t n = script_lines(v, line);
	int64_t all = 0;

	for (size_t i = 0; i < 3 && n > 0; i++) {
		t_row("by %zu", grains[i]);
		play(v, line, n, grains[i]);
		all = script.answered;
	}
	if (vec_has(v, "cut"))
		CHECK(all > 0 && all < CUTS_MAX);
	else
		all = 0;
	for (int64_t cut = 0; cut < all && cut < CUTS_MAX; cut++) {
		t_row("cut after %d", (int)cut);
		play_cut(v, line, n, cut);
	}
}

const struct vec_kind vec_http = { "http", check };
