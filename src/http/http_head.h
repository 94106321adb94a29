/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "span.h"

/*
 * The head of an answer (RFC 9112 sections 2 to 6), parsed in place and as
 * strictly as the grammar allows, so that no two readers of the same bytes
 * can disagree on where the answer ends.  Pure: bytes in, verdict out.
 *
 * Refused, although a lenient reader might take it: a line that ends in LF
 * alone, CR elsewhere, any other control byte but HTAB, a folded line
 * (section 5.2), space before a colon (5.1), a status line without the space
 * that stands before its reason (4), versions other than 1.0 and 1.1.
 */
#define HTTP_HEAD_MAX 16384	/* status line and fields; more is refused */
#define HTTP_FIELDS_MAX 100

struct http_field {
	uint16_t name_at, name_len;	/* in the bytes that were parsed */
	uint16_t value_at, value_len;	/* trimmed */
};

struct http_head {
	int status;		/* 100 to 599 */
	int minor;		/* HTTP/1.minor */
	size_t nfields;
	struct http_field field[HTTP_FIELDS_MAX];
	const char *why;	/* after HTTP_HEAD_BAD: "has a folded line" */

	/* Private: where to go on. */
	size_t line;		/* start of the line that is not complete */
	size_t seen;		/* bytes that were looked at */
};

#define HTTP_HEAD_BAD (-1)
#define HTTP_HEAD_PARTIAL (-2)

void http_head_init(struct http_head *h);

/*
 * The length of the head, its empty line included; HTTP_HEAD_BAD;
 * HTTP_HEAD_PARTIAL when more bytes are needed: call again with the same
 * bytes and those behind them.  It goes on where it stopped.
 */
ssize_t http_head_parse(struct http_head *h, struct span in);

/*
 * The value of the only field of that name (ASCII case ignored); {NULL, 0}
 * when there is none, or when there are several that differ.  in: as parsed.
 */
struct span http_head_find(const struct http_head *h, struct span in,
    const char *name);

/* How the body of an answer ends (RFC 9112 section 6.3). */
enum http_framing {
	HTTP_EMPTY,		/* there is none */
	HTTP_LENGTH,
	HTTP_CHUNKED,
	HTTP_TO_CLOSE		/* nobody can tell a whole one from a part */
};

struct http_frame {
	enum http_framing framing;
	int64_t size;		/* of the body, -1: not told; for a HEAD, of
				   the body that a GET would have */
	bool keep_alive;	/* for all that the head says */
};

/*
 * What the head says of the body; to_head: the request was a HEAD.  -1 with
 * h->why for Content-Length with Transfer-Encoding (section 6.1: smuggling),
 * several Content-Lengths that differ, one that is not a number of at most 19
 * digits without leading zeros, any transfer coding but one "chunked".
 */
int http_head_frame(struct http_head *h, struct span in, bool to_head,
    struct http_frame *frame);

#endif
