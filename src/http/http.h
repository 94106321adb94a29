/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock.h"
#include "conn.h"
#include "err.h"
#include "span.h"

/*
 * One HTTP/1.1 exchange over a conn (RFC 9110, RFC 9112), client side, as
 * strict as DESIGN.md's "Rules of the wire".
 *
 *  1. http_init() once, with the limits.
 *  2. http_begin() sends head and body, listening all the while, and returns
 *     when the head of the final answer is in (interim 1xx are passed over).
 *     An answer that comes before the body is sent ends the sending.
 *  3. http_header() looks at the answer; http_read() gives its body.
 *  4. When http_read() returned 0 the answer is complete, and
 *     http_reusable() says whether the conn may carry another exchange.
 *     In every other case the caller closes the conn.
 *
 * Nothing is allocated; the struct is the caller's and holds all state.
 */

#define HTTP_HEAD_MAX 16384	/* status line and fields; more is refused */
#define HTTP_FIELDS_MAX 100

/* The body of a request: size is known before it is sent. */
struct http_source {
	int64_t size;
	/* Up to n next bytes; 0 is a premature end; -1.  Not called at end. */
	ssize_t (*read)(struct http_source *, void *p, size_t n, struct err *);
};

struct http_request {
	const char *method;
	struct span target;	/* path and query, exactly as to be sent */
	struct span fields;	/* "Name: value\r\n" each, Host among them */
	struct http_source *body;	/* NULL: no body, no Content-Length */
	bool close;		/* ask for the connection to be closed after */
};

struct http_limits {
	int64_t first_byte_ms;	/* from the last byte sent to the first back */
	int64_t stall_ms;	/* over this time ... */
	uint64_t min_rate;	/* ... at least this many bytes a second move */
	int64_t whole_ms;	/* the whole exchange; 0: no limit */
};

struct http_field {
	uint16_t name_at, name_len;	/* in http.head */
	uint16_t value_at, value_len;
};

struct http {
	struct clock *clock;
	struct http_limits limits;
	struct conn *conn;

	/* The answer. */
	int status;
	int64_t body_size;	/* -1: not known before its end */
	bool answered;		/* at least one byte came back */
	int64_t sent;		/* bytes of the request's body handed over */
	int64_t received;	/* bytes of the answer's body handed out */

	/* Private from here on. */
	char head[HTTP_HEAD_MAX];	/* head, then what was read past it */
	size_t head_len, next, filled;
	struct http_field field[HTTP_FIELDS_MAX];
	size_t nfields;
	int framing;		/* how the body ends */
	int chunk_state;
	int64_t left;		/* of the body, or of the current chunk */
	bool keep_alive;
	bool send_failed;
	bool complete;
	int64_t deadline;	/* of the whole exchange, mono_ms */
	int64_t window_start;	/* of the stall watch */
	uint64_t window_bytes;
};

void http_init(struct http *h, struct clock *clock,
    const struct http_limits *limits);

/*
 * 0 with status, body_size and the fields filled in; or -1:
 *	ERR_TIMED_OUT		a deadline passed
 *	ERR_UNREACHABLE		the conn failed or ended (see answered)
 *	ERR_INDETERMINATE	what came back is not a proper answer
 * and whatever the body's source reported.
 */
int http_begin(struct http *h, struct conn *c, const struct http_request *req,
    struct err *e);

/*
 * Up to n bytes of the body, decoded: their number, 0 at its proper end, -1.
 * A body cut short is ERR_UNREACHABLE, never an end; one whose end is the
 * connection's close never gives 0 but ERR_INDETERMINATE at its end.
 */
ssize_t http_read(struct http *h, void *p, size_t n, struct err *e);

/*
 * The value of the only field of that name (ASCII case ignored), trimmed;
 * {NULL, 0} when there is none, or when there are several that differ.
 */
struct span http_header(const struct http *h, const char *name);

/* Whether the answer is complete and the conn may be used again. */
bool http_reusable(const struct http *h);

#endif
