/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "buf.h"

#include "http_token.h"

#include "http.h"

/* Interim answers: a server has reason for one or two, never for a flood. */
#define INTERIMS_MAX 8

/*
 * While writes never have to wait, look for an early answer this often: a
 * server may refuse at once and yet swallow all of a body.
 */
#define LOOK_BYTES (1024 * 1024)

/* see http.h */
void
http_init(struct http *h, struct clock *clock,
    const struct http_limits *limits)
{
	memset(h, 0, sizeof(*h));
	http_watch_init(&h->watch, clock, limits);
}

/* Wait for want.  Silent: all is sent, and no byte of an answer has come. */
static int
await(struct http *h, int want, struct err *e)
{
	bool silent = !h->sending && h->status == 0 && h->filled == 0;

	return http_watch_wait(&h->watch, h->conn, want, silent, e);
}

/* --- The answer's head --- */

static struct span
heard(const struct http *h)
{
	return (struct span){ h->head, h->filled };
}

static int
improper(const struct http *h, struct err *e)
{
	return err_set(e, ERR_INDETERMINATE,
	    "what came back is no proper answer: its head %s", h->parsed.why);
}

/* Drop an interim answer (RFC 9110 section 15.2); we ask for no upgrade. */
static int
pass_over(struct http *h, size_t len, struct err *e)
{
	if (h->parsed.status == 101)
		return err_set(e, ERR_INDETERMINATE,
		    "the server changed to a protocol nobody asked for");
	if (++h->interims > INTERIMS_MAX)
		return err_set(e, ERR_INDETERMINATE,
		    "the server sent more than %d interim answers",
		    INTERIMS_MAX);
	h->filled -= len;
	memmove(h->head, h->head + len, h->filled);
	http_head_init(&h->parsed);
	http_watch_asked(&h->watch);
	return 0;
}

/* Look at what was heard; sets status once the final head is complete. */
static int
parse(struct http *h, struct err *e)
{
	while (h->status == 0) {
		ssize_t len = http_head_parse(&h->parsed, heard(h));
		if (len == HTTP_HEAD_PARTIAL)
			return 0;
		if (len == HTTP_HEAD_BAD)
			return improper(h, e);
		if (h->parsed.status < 200) {
			if (pass_over(h, (size_t)len, e) == -1)
				return -1;
			continue;
		}
		h->status = h->parsed.status;
		h->next = (size_t)len;
	}
	return 0;
}

/* Take in what has come, without waiting, up to the end of the head. */
static int
hear(struct http *h, struct err *e)
{
	while (h->status == 0) {
		/* There is room: a full head would not be partial. */
		ssize_t n = h->conn->ops->read(h->conn, h->head + h->filled,
		    HTTP_HEAD_MAX - h->filled, e);
		if (n == CONN_AGAIN)
			return 0;
		if (n < 0)
			return -1;
		if (n == 0)
			return err_set(e, ERR_UNREACHABLE, h->answered ?
			    "the connection ended inside the answer's head" :
			    "the connection ended without an answer");
		h->answered = true;
		h->filled += (size_t)n;
		http_watch_moved(&h->watch, n);
		if (parse(h, e) == -1)
			return -1;
	}
	return 0;
}

/* --- The request --- */

static bool
is_clean(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!http_token_is_text(s.p[i]))
			return false;
	return true;
}

/* Lines of text, each ended by CRLF? */
static bool
is_clean_fields(struct span fields)
{
	struct span line;

	while (fields.len > 0) {
		fields = span_cut(fields, '\n', &line);
		if (fields.p == NULL || line.len == 0 ||
		    line.p[--line.len] != '\r' || !is_clean(line))
			return false;
	}
	return true;
}

static int
write_head(struct http *h, const struct http_request *req, struct err *e)
{
	struct buf b;

	BUG_ON(!is_clean(span_of(req->method)) || !is_clean(req->target) ||
	    !is_clean_fields(req->fields));
	buf_fixed(&b, h->out, sizeof(h->out));
	buf_puts(&b, req->method);
	buf_putc(&b, ' ');
	buf_span(&b, req->target);
	buf_puts(&b, " HTTP/1.1\r\n");
	buf_span(&b, req->fields);
	if (req->body != NULL)
		buf_printf(&b, "Content-Length: %lld\r\n",
		    (long long)req->body->size);
	if (req->close)
		buf_puts(&b, "Connection: close\r\n");
	buf_puts(&b, "\r\n");
	if (!buf_ok(&b))
		return err_set(e, ERR_CONFIG_INVALID,
		    "the head of the request is longer than %d bytes",
		    HTTP_OUT_MAX);
	h->out_at = 0;
	h->out_len = h->out_head = b.len;
	h->source_left = req->body != NULL ? req->body->size : 0;
	return 0;
}

/* Fill the rest of out from the body, so that small ones leave at once. */
static int
refill(struct http *h, const struct http_request *req, struct err *e)
{
	while (h->source_left > 0 && h->out_len < HTTP_OUT_MAX) {
		size_t room = HTTP_OUT_MAX - h->out_len;
		if ((uint64_t)h->source_left < room)
			room = (size_t)h->source_left;
		ssize_t n = req->body->read(req->body, h->out + h->out_len,
		    room, e);
		if (n < 0)
			return -1;
		if (n == 0)
			return err_set(e, ERR_LOCAL_BYTES_CHANGED,
			    "the body ended %lld bytes early",
			    (long long)h->source_left);
		h->out_len += (size_t)n;
		h->source_left -= n;
	}
	return 0;
}

/*
 * One write, or the flush that ends them: 1 when it moved something, 0 when
 * nothing is left to do, CONN_AGAIN, -1.  A write that fails ends the sending
 * but is no failure yet: the server may have answered before it closed.
 */
static int
send_some(struct http *h, const struct http_request *req, struct err *e)
{
	if (h->out_at == h->out_len) {
		h->out_at = h->out_len = 0;
		if (refill(h, req, e) == -1)
			return -1;
	}
	const struct conn_ops *ops = h->conn->ops;
	size_t len = h->out_len - h->out_at;
	ssize_t n = len > 0 ?
	    ops->write(h->conn, h->out + h->out_at, len, e) :
	    ops->flush(h->conn, e);
	if (n == CONN_AGAIN)
		return CONN_AGAIN;
	if (n < 0) {
		err_clear(e);
		h->send_failed = true;
		return 0;
	}
	if (len == 0)
		return 0;
	size_t of_head = (size_t)n < h->out_head ? (size_t)n : h->out_head;
	h->out_head -= of_head;
	h->sent += n - (ssize_t)of_head;
	h->out_at += (size_t)n;
	http_watch_moved(&h->watch, n);
	return 1;
}

/* An answer may come while the last bytes still move: have they? */
static bool
is_all_sent(struct http *h)
{
	struct err ignored = {0};

	return !h->send_failed && h->out_at == h->out_len &&
	    h->source_left == 0 && h->conn->ops->flush(h->conn, &ignored) == 0;
}

/* Until all is sent, sending fails, or the final answer's head is in. */
static int
send_request(struct http *h, const struct http_request *req, struct err *e)
{
	int64_t looked = 0;
	int rc;

	if (write_head(h, req, e) == -1 || refill(h, req, e) == -1)
		return -1;
	h->sending = true;
	while (h->status == 0 && (rc = send_some(h, req, e)) != 0) {
		int ready = 0;

		if (rc == -1 || http_watch_check(&h->watch, e) == -1)
			return -1;
		if (rc == CONN_AGAIN)
			ready = await(h, CONN_READ | CONN_WRITE, e);
		if (ready == -1)
			return -1;
		if ((ready & CONN_READ) || h->sent - looked >= LOOK_BYTES) {
			looked = h->sent;
			if (hear(h, e) == -1)
				return -1;
		}
	}
	h->sending = false;
	http_watch_asked(&h->watch);
	h->sent_all = is_all_sent(h);
	return 0;
}

static void
start_exchange(struct http *h, struct conn *c)
{
	h->conn = c;
	h->status = 0;
	h->body_size = -1;
	h->answered = false;
	h->sent = h->received = 0;
	h->next = h->filled = 0;
	http_head_init(&h->parsed);
	h->interims = 0;
	http_chunk_init(&h->chunk);
	h->keep_alive = h->complete = false;
	h->sending = h->send_failed = h->sent_all = false;
	http_watch_start(&h->watch);
}

/*
 * A kept connection that has ended, or on which something came that nobody
 * asked for, cannot carry a request; nothing is sent then.
 */
static int
check_idle(struct http *h, struct err *e)
{
	char byte;
	ssize_t n = h->conn->ops->read(h->conn, &byte, 1, e);

	if (n == CONN_AGAIN)
		return 0;
	if (n < 0)
		return -1;
	return err_set(e, ERR_UNREACHABLE, n == 0 ?
	    "the connection had ended before the request" :
	    "the server spoke before it was asked");
}

/* --- The answer's body --- */

/*
 * The answer is complete.  Whatever came behind it, bytes or an end, makes
 * the conn useless for another exchange.
 */
static void
finish(struct http *h)
{
	struct err ignored = {0};
	char byte;

	h->complete = true;
	if (h->next < h->filled || !h->sent_all)
		h->keep_alive = false;
	if (h->keep_alive && h->conn->ops->read(h->conn, &byte, 1,
	    &ignored) != CONN_AGAIN)
		h->keep_alive = false;
}

/* see http.h */
int
http_begin(struct http *h, struct conn *c, const struct http_request *req,
    struct err *e)
{
	struct http_frame frame;

	start_exchange(h, c);
	if (check_idle(h, e) == -1 || send_request(h, req, e) == -1)
		return -1;
	while (h->status == 0)
		if (hear(h, e) == -1 || (h->status == 0 &&
		    await(h, CONN_READ, e) == -1))
			return -1;
	if (http_head_frame(&h->parsed, heard(h),
	    strcmp(req->method, "HEAD") == 0, &frame) == -1)
		return improper(h, e);
	h->framing = frame.framing;
	h->body_size = h->left = frame.size;
	h->keep_alive = frame.keep_alive && !req->close;
	if (h->framing == HTTP_EMPTY)
		finish(h);
	return 0;
}

/*
 * Bytes as they came, waiting for one at least; 0 at the connection's end.
 * The first ones were read together with the head.
 */
static ssize_t
read_raw(struct http *h, char *p, size_t n, struct err *e)
{
	size_t over = h->filled - h->next;

	if (over > 0) {
		if (n > over)
			n = over;
		memcpy(p, h->head + h->next, n);
		h->next += n;
		return (ssize_t)n;
	}
	if (http_watch_check(&h->watch, e) == -1)
		return -1;
	for (;;) {
		ssize_t got = h->conn->ops->read(h->conn, p, n, e);
		if (got > 0)
			http_watch_moved(&h->watch, got);
		if (got != CONN_AGAIN)
			return got;
		if (await(h, CONN_READ, e) == -1)
			return -1;
	}
}

static ssize_t
read_length(struct http *h, char *p, size_t n, struct err *e)
{
	ssize_t got;

	if (h->left == 0)
		return 0;
	if ((uint64_t)h->left < n)
		n = (size_t)h->left;
	got = read_raw(h, p, n, e);
	if (got == 0)
		return err_set(e, ERR_UNREACHABLE,
		    "the connection ended %lld bytes before the answer did",
		    (long long)h->left);
	if (got > 0)
		h->left -= got;
	return got;
}

/* Decoded where it was read to: the data is never longer than its chunks. */
static ssize_t
read_chunked(struct http *h, char *p, size_t n, struct err *e)
{
	while (h->chunk.state != HTTP_CHUNK_END) {
		if (h->chunk.state == HTTP_CHUNK_BAD)
			return err_set(e, ERR_INDETERMINATE,
			    "the answer's chunks are malformed");
		ssize_t got = read_raw(h, p, n, e);
		if (got < 0)
			return -1;
		if (got == 0)
			return err_set(e, ERR_UNREACHABLE,
			    "the connection ended between the answer's "
			    "chunks");
		size_t used = (size_t)got;
		size_t data = http_chunk_decode(&h->chunk, p, &used);
		if (used < (size_t)got)
			h->keep_alive = false;
		if (data > 0)
			return (ssize_t)data;
	}
	return 0;
}

static ssize_t
read_to_close(struct http *h, char *p, size_t n, struct err *e)
{
	ssize_t got = read_raw(h, p, n, e);

	if (got == 0)
		return err_set(e, ERR_INDETERMINATE,
		    "only the connection's end ends the answer: it may be "
		    "cut short");
	return got;
}

/* see http.h */
ssize_t
http_read(struct http *h, void *p, size_t n, struct err *e)
{
	ssize_t got;

	BUG_ON(n == 0);
	if (h->complete)
		return 0;
	if (h->framing == HTTP_LENGTH)
		got = read_length(h, p, n, e);
	else if (h->framing == HTTP_CHUNKED)
		got = read_chunked(h, p, n, e);
	else
		got = read_to_close(h, p, n, e);
	if (got > 0)
		h->received += got;
	if (got == 0)
		finish(h);
	return got;
}

/* see http.h */
struct span
http_header(const struct http *h, const char *name)
{
	return http_head_find(&h->parsed, heard(h), name);
}

/* see http.h */
bool
http_reusable(const struct http *h)
{
	return h->complete && h->keep_alive;
}

