/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

#include "reqlog.h"
#include "sparse.h"

#include "respond.h"

#define CHUNK (256u << 10)
#define HUGE_HEAD (1u << 20)

/* Where the raw bytes of an answer go, and where they are cut off. */
struct sender {
	struct exchange *x;
	int64_t left;		/* raw bytes until the cut; -1: no cut */
	bool reset;		/* cut by RST */
	bool chunked;
	bool has_body;
	int64_t body_size;
};

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} reasons[] = {
		{ 200, "OK" }, { 204, "No Content" },
		{ 206, "Partial Content" }, { 304, "Not Modified" },
		{ 307, "Temporary Redirect" }, { 400, "Bad Request" },
		{ 403, "Forbidden" }, { 404, "Not Found" },
		{ 412, "Precondition Failed" }, { 503, "Slow Down" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Status";
}

static void
put_etag(struct exchange *x, struct buf *head)
{
	char text[EXCHANGE_ETAG_MAX];
	bool absent;

	if (x->reply.etag == NULL)
		return;
	exchange_etag(x, text, x->reply.etag, &absent);
	if (!absent)
		buf_printf(head, "ETag: %s\r\n", text);
}

static void
put_range(struct exchange *x, struct buf *head)
{
	int64_t at = x->reply.at, size = x->reply.size;

	if (x->reply.total < 0)
		return;
	if (x->faults.on[FAULT_WRONG_CONTENT_RANGE])
		at++;
	buf_printf(head, "Content-Range: bytes %lld-%lld/%lld\r\n",
	    (long long)at, (long long)(at + size - 1),
	    (long long)x->reply.total);
}

static void
put_framing(const struct sender *s, struct buf *head, bool http10)
{
	if (s->chunked)
		buf_puts(head, "Transfer-Encoding: chunked\r\n");
	else if (!http10 && s->x->reply.status != 204 &&
	    s->x->reply.status != 304)
		buf_printf(head, "Content-Length: %lld\r\n",
		    (long long)s->body_size);
	if (s->x->reply.close)
		buf_puts(head, "Connection: close\r\n");
	buf_puts(head, "\r\n");
}

static void
put_head(const struct sender *s, struct buf *head)
{
	struct exchange *x = s->x;
	bool http10 = x->faults.on[FAULT_HTTP10];
	char date[EXCHANGE_DATE_MAX];

	exchange_date(date, exchange_now(x) + (x->faults.on[FAULT_DATE] ?
	    fault_number(&x->faults, FAULT_DATE, 0) : 0));
	buf_printf(head, "HTTP/1.%d %d %s\r\n", http10 ? 0 : 1,
	    x->reply.status, reason(x->reply.status));
	buf_printf(head, "Date: %s\r\nServer: s3d\r\n"
	    "x-amz-request-id: %016X\r\n", date, x->seq);
	buf_span(head, buf_as_span(&x->reply.fields));
	put_etag(x, head);
	put_range(x, head);
	if (x->faults.on[FAULT_CONTENT_ENCODING])
		buf_printf(head, "Content-Encoding: %s\r\n",
		    x->faults.arg[FAULT_CONTENT_ENCODING]);
	if (x->faults.on[FAULT_HEAD_HUGE])
		for (unsigned i = 0; i < HUGE_HEAD / 64; i++)
			buf_printf(head, "x-amz-meta-huge-%010u: %034d\r\n",
			    i, 0);
	put_framing(s, head, http10);
}

/* Raw bytes, as far as the cut; -1 there, or when the peer is gone. */
static int
send_raw(struct sender *s, const void *p, size_t n)
{
	bool cut = s->left >= 0 && (int64_t)n >= s->left;

	if (cut)
		n = (size_t)s->left;
	if (s->left >= 0)
		s->left -= (int64_t)n;
	if (link_write(s->x->link, p, n) != 0)
		return -1;
	if (!cut)
		return 0;
	link_flush(s->x->link);
	reqlog_write(s->x);
	if (s->reset)
		link_reset(s->x->link);
	else
		link_drop(s->x->link);
	return -1;
}

/* The body's next bytes into chunk; 0 where its file is shorter than said. */
static ssize_t
load(struct exchange *x, char *chunk, int64_t done, size_t want)
{
	if (x->reply.fd >= 0)
		return sparse_read(x->reply.fd, chunk, want,
		    x->reply.at + done);
	memcpy(chunk, x->reply.body.data + done, want);
	return (ssize_t)want;
}

static int
send_chunk(struct sender *s, const char *p, size_t n, bool last)
{
	char size[32];

	if (!s->chunked)
		return send_raw(s, p, n);
	int len = snprintf(size, sizeof(size), "%zx\r\n", n);
	if (send_raw(s, size, (size_t)len) != 0 || send_raw(s, p, n) != 0)
		return -1;
	return last ? send_raw(s, "\r\n0\r\n\r\n", 7) : send_raw(s, "\r\n", 2);
}

/* Spoils the middle byte of the body where it is in this chunk. */
static void
corrupt(const struct sender *s, char *chunk, int64_t done, size_t n)
{
	const struct faults *f = &s->x->faults;
	int64_t middle = s->body_size / 2 - done;

	if ((f->on[FAULT_CORRUPT] || f->on[FAULT_CORRUPT_ONCE]) &&
	    middle >= 0 && middle < (int64_t)n)
		chunk[middle] ^= 1;
}

static void
send_body(struct sender *s)
{
	struct exchange *x = s->x;
	int64_t done = 0, size = s->body_size, half = size / 2;
	bool stall = x->faults.on[FAULT_STALL] && x->request.body_size <= 0;
	char *chunk = malloc(CHUNK);

	if (x->faults.on[FAULT_SHORT_BODY])
		size = half;
	while (chunk != NULL && done < size) {
		size_t want = size - done < CHUNK ? (size_t)(size - done) :
		    CHUNK;
		if (stall && done < half && half - done < (int64_t)want)
			want = (size_t)(half - done);
		if (stall && done == half) {
			link_flush(x->link);
			link_sleep(x->link,
			    fault_number(&x->faults, FAULT_STALL, 0));
		}
		ssize_t got = load(x, chunk, done, want);
		if (got <= 0)
			break;
		corrupt(s, chunk, done, (size_t)got);
		done += got;
		x->bytes_out = done;
		if (done == size)
			reqlog_write(x);
		if (send_chunk(s, chunk, (size_t)got,
		    done == s->body_size) != 0)
			break;
	}
	free(chunk);
	if (done < s->body_size)
		x->reply.close = true;
}

/* N blanks in front of the text, for FAULT_WHITESPACE_THEN. */
static void
put_blanks(struct exchange *x)
{
	struct span n;
	uint64_t blanks = 0;
	struct buf *b = &x->reply.body;

	span_cut(span_of(x->faults.arg[FAULT_WHITESPACE_THEN]), '/', &n);
	num_u64(n, 1u << 20, &blanks);
	size_t text = b->len;
	for (uint64_t i = 0; i < blanks; i++)
		buf_putc(b, ' ');
	if (buf_ok(b) && b->len > 0) {
		memmove(b->data + blanks, b->data, text);
		memset(b->data, ' ', (size_t)blanks);
	}
}

static void
prepare(struct sender *s)
{
	struct exchange *x = s->x;
	struct faults *f = &x->faults;
	struct reply *r = &x->reply;

	if (r->code != NULL && r->body.len == 0)
		exchange_put_error(x);
	if (f->on[FAULT_WHITESPACE_THEN])
		put_blanks(x);
	if (f->on[FAULT_HTTP10])
		r->close = true;
	s->chunked = f->on[FAULT_CHUNKED] || f->on[FAULT_WHITESPACE_THEN];
	s->body_size = r->fd >= 0 || span_is(x->request.method, "HEAD") ?
	    r->size : (int64_t)r->body.len;
	s->has_body = !span_is(x->request.method, "HEAD") &&
	    r->status != 204 && r->status != 304;
	s->left = -1;
	if (f->on[FAULT_LOSE_ANSWER_AFTER_BYTES]) {
		s->left = fault_number(f, FAULT_LOSE_ANSWER_AFTER_BYTES, 0);
	} else if (f->on[FAULT_RESET_AFTER_BYTES] &&
	    x->request.body_size <= 0) {
		s->left = fault_number(f, FAULT_RESET_AFTER_BYTES, 0);
		s->reset = true;
	}
}

/* The answers that are none; whether one was given. */
static bool
send_oddly(struct exchange *x)
{
	static const char garbage[] = "\x16\x03\x01 220 mail ready\r\n\r\n";

	if (x->faults.on[FAULT_GARBAGE]) {
		x->silent = true;
		reqlog_write(x);
		link_write(x->link, garbage, sizeof(garbage) - 1);
		link_flush(x->link);
		x->reply.close = true;
		return true;
	}
	if (x->faults.on[FAULT_LOSE_ANSWER] || x->link->broken) {
		x->silent = true;
		reqlog_write(x);
		link_drop(x->link);
		return true;
	}
	return false;
}

void
respond_send(struct exchange *x)
{
	struct sender s = { .x = x };
	struct buf head;

	if (x->faults.on[FAULT_DELAY])
		link_sleep(x->link,
		    fault_number(&x->faults, FAULT_DELAY, 0));
	if (send_oddly(x))
		return;
	prepare(&s);
	buf_init(&head, 4 * HUGE_HEAD);
	put_head(&s, &head);
	bool body = s.has_body && s.body_size > 0;
	if (!body)
		reqlog_write(x);
	if (!buf_ok(&head) || send_raw(&s, head.data, head.len) != 0)
		link_drop(x->link);
	else if (body)
		send_body(&s);
	else if (s.has_body && s.chunked)
		send_raw(&s, "0\r\n\r\n", 5);
	buf_free(&head);
	link_flush(x->link);
	reqlog_write(x);
}
