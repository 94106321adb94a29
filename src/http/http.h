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

#include "http_chunk.h"
#include "http_head.h"
#include "http_watch.h"

/*
 * One HTTP/1.1 exchange over a conn (RFC 9110, RFC 9112), client side, as
 * strict as DESIGN.md's "Rules of the wire".
 *
 *  1. http_init() once, with the limits.
 *  2. http_begin() sends head and body, listening all the while, and returns
 *     when the head of the final answer is in (interim 1xx are passed over).
 *     An answer that comes before the body is sent ends the sending.
 *  3. http_header() looks at the answer; http_read() gives its body.
 *  4. When http_read() returned 0, or the answer can have no body (HEAD,
 *     204, 304), it is complete, and http_reusable() says whether the conn
 *     may carry another exchange.  In every other case the caller closes
 *     the conn.
 *
 * Nothing is allocated; the struct is the caller's and holds all state.
 */

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

#define HTTP_OUT_MAX 16384	/* one TLS record; the request's head fits */

struct http {
	/* The answer. */
	int status;
	int64_t body_size;	/* -1: not known before its end; after HEAD
				   what Content-Length says, or -1 */
	bool answered;		/* at least one byte came back */
	int64_t sent;		/* bytes of the request's body handed over */
	int64_t received;	/* bytes of the answer's body handed out */

	/* Private from here on. */
	struct conn *conn;
	struct http_watch watch;

	char head[HTTP_HEAD_MAX];	/* head, then what was read past it */
	size_t next, filled;
	struct http_head parsed;
	int interims;		/* 1xx answers passed over */
	enum http_framing framing;
	struct http_chunk chunk;
	int64_t left;		/* of a body of known length */
	bool keep_alive;
	bool complete;

	char out[HTTP_OUT_MAX];	/* head, then blocks of the body */
	size_t out_at, out_len;
	size_t out_head;	/* bytes of the head that are not sent yet */
	int64_t source_left;	/* bytes of the body that are not read yet */
	bool sending;
	bool send_failed;
	bool sent_all;		/* and nothing waits to be flushed */
};

/* limits: see http_watch.h. */
void http_init(struct http *h, struct clock *clock,
    const struct http_limits *limits);

/*
 * 0 with status, body_size and the fields filled in; or -1:
 *	ERR_TIMED_OUT		a deadline passed
 *	ERR_UNREACHABLE		the conn failed or ended (see answered)
 *	ERR_INDETERMINATE	what came back is not a proper answer
 *	ERR_LOCAL_BYTES_CHANGED	the body's source ended early
 *	ERR_CONFIG_INVALID	the head does not fit into HTTP_OUT_MAX
 *	ERR_INTERRUPTED		a signal asks the process to end
 * and whatever the conn or the body's source reported.  Method, target and
 * fields hold no stray control bytes: the caller's duty, and checked.
 */
int http_begin(struct http *h, struct conn *c, const struct http_request *req,
    struct err *e);

/*
 * Up to n bytes (n > 0) of the body, decoded: their number, 0 at its proper
 * end, -1.  A body cut short is ERR_UNREACHABLE, never an end; one whose end
 * is the connection's close never gives 0 but ERR_INDETERMINATE at its end.
 */
ssize_t http_read(struct http *h, void *p, size_t n, struct err *e);

/*
 * The value of the only field of that name (ASCII case ignored), trimmed;
 * {NULL, 0} when there is none, or when there are several that differ.
 * Valid until the next http_begin().
 */
struct span http_header(const struct http *h, const char *name);

/* Whether the answer is complete and the conn may be used again. */
bool http_reusable(const struct http *h);

#endif
