/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "num.h"

#include "http_token.h"

#include "http_head.h"

#define VERSION_LEN 9		/* "HTTP/1.1 " */

/* see http_head.h */
void
http_head_init(struct http_head *h)
{
	h->status = 0;
	h->minor = 0;
	h->nfields = 0;
	h->why = NULL;
	h->line = 0;
	h->seen = 0;
}

static int
bad(struct http_head *h, const char *why)
{
	h->why = why;
	return HTTP_HEAD_BAD;
}

/*
 * The next complete line, without its CRLF: 0, HTTP_HEAD_BAD,
 * HTTP_HEAD_PARTIAL.  Every byte is looked at once however small the pieces
 * are in which they come.
 */
static int
next_line(struct http_head *h, struct span in, struct span *line)
{
	for (; h->seen < in.len; h->seen++) {
		char c = in.p[h->seen];
		bool after_cr = h->seen > h->line &&
		    in.p[h->seen - 1] == '\r';

		if (after_cr != (c == '\n'))
			return bad(h, "has a line that does not end in CRLF");
		if (c == '\n') {
			*line = (struct span){ in.p + h->line,
			    h->seen - 1 - h->line };
			h->line = ++h->seen;
			return 0;
		}
		if (c != '\r' && !http_token_is_text(c))
			return bad(h, "holds a control byte");
	}
	return HTTP_HEAD_PARTIAL;
}

/* "HTTP/1.1 200 OK": the reason is free text and may be empty. */
static int
status_line(struct http_head *h, struct span line)
{
	uint64_t status;

	if (line.len < VERSION_LEN + 4 || line.p[VERSION_LEN + 3] != ' ')
		return bad(h, "has no proper status line");
	if (memcmp(line.p, "HTTP/1.1 ", VERSION_LEN) == 0)
		h->minor = 1;
	else if (memcmp(line.p, "HTTP/1.0 ", VERSION_LEN) == 0)
		h->minor = 0;
	else
		return bad(h, "is not of HTTP/1.1 or HTTP/1.0");
	if (num_u64((struct span){ line.p + VERSION_LEN, 3 }, 599,
	    &status) == -1 || status < 100)
		return bad(h, "has no proper status");
	h->status = (int)status;
	return 0;
}

static int
field_line(struct http_head *h, struct span in, struct span line)
{
	struct span name, value = span_cut(line, ':', &name);

	if (line.p[0] == ' ' || line.p[0] == '\t')
		return bad(h, "has a folded line");
	if (value.p == NULL || name.len == 0)
		return bad(h, "has a line without a name and a colon");
	for (size_t i = 0; i < name.len; i++)
		if (!http_token_is_tchar(name.p[i]))
			return bad(h, "has a field with a bad name");
	if (h->nfields == HTTP_FIELDS_MAX)
		return bad(h, "has more than 100 fields");
	value = span_trim(value);
	h->field[h->nfields++] = (struct http_field){
		.name_at = (uint16_t)(name.p - in.p),
		.name_len = (uint16_t)name.len,
		.value_at = (uint16_t)(value.p - in.p),
		.value_len = (uint16_t)value.len
	};
	return 0;
}

/* see http_head.h */
ssize_t
http_head_parse(struct http_head *h, struct span in)
{
	struct span line;
	int rc;

	/* What lies behind the limit is not looked at, so offsets fit. */
	if (in.len > HTTP_HEAD_MAX)
		in.len = HTTP_HEAD_MAX;
	for (;;) {
		rc = next_line(h, in, &line);
		if (rc == HTTP_HEAD_PARTIAL && in.len == HTTP_HEAD_MAX)
			return bad(h, "is longer than 16384 bytes");
		if (rc != 0)
			return rc;
		if (h->status == 0)
			rc = status_line(h, line);
		else if (line.len > 0)
			rc = field_line(h, in, line);
		else
			return (ssize_t)h->line;
		if (rc != 0)
			return rc;
	}
}

static struct span
name_of(const struct http_field *f, struct span in)
{
	return (struct span){ in.p + f->name_at, f->name_len };
}

static struct span
value_of(const struct http_field *f, struct span in)
{
	return (struct span){ in.p + f->value_at, f->value_len };
}

/* How many fields of that name; *first is the first one's value. */
static size_t
count(const struct http_head *h, struct span in, const char *name,
    struct span *first)
{
	size_t n = 0;

	*first = (struct span){ NULL, 0 };
	for (size_t i = 0; i < h->nfields; i++)
		if (span_is_nocase(name_of(&h->field[i], in), name) &&
		    n++ == 0)
			*first = value_of(&h->field[i], in);
	return n;
}

/* see http_head.h */
struct span
http_head_find(const struct http_head *h, struct span in, const char *name)
{
	struct span first = { NULL, 0 };

	for (size_t i = 0; i < h->nfields; i++) {
		const struct http_field *f = &h->field[i];
		if (!span_is_nocase(name_of(f, in), name))
			continue;
		if (first.p == NULL)
			first = value_of(f, in);
		else if (!span_eq(first, value_of(f, in)))
			return (struct span){ NULL, 0 };
	}
	return first;
}

/* Does any Connection field have "close" in its list? */
static bool
wants_close(const struct http_head *h, struct span in)
{
	for (size_t i = 0; i < h->nfields; i++) {
		if (!span_is_nocase(name_of(&h->field[i], in), "connection"))
			continue;
		struct span item, rest = value_of(&h->field[i], in);
		while (rest.p != NULL) {
			rest = span_cut(rest, ',', &item);
			if (span_is_nocase(span_trim(item), "close"))
				return true;
		}
	}
	return false;
}

/* Content-Length into *size, -1 when there is none. */
static int
content_length(struct http_head *h, struct span in, int64_t *size)
{
	struct span first;
	uint64_t n;

	*size = -1;
	if (count(h, in, "content-length", &first) == 0)
		return 0;
	/* Repeats of one value are harmless (RFC 9112 section 6.3). */
	if (http_head_find(h, in, "content-length").p == NULL)
		return bad(h, "has several Content-Lengths");
	if (num_u64(first, INT64_MAX, &n) == -1)
		return bad(h, "has a Content-Length that is no number");
	*size = (int64_t)n;
	return 0;
}

/* see http_head.h */
int
http_head_frame(struct http_head *h, struct span in, bool to_head,
    struct http_frame *frame)
{
	struct span coding;
	size_t codings = count(h, in, "transfer-encoding", &coding);

	if (content_length(h, in, &frame->size) == -1)
		return -1;
	if (codings > 0 && frame->size >= 0)
		return bad(h, "has both Content-Length and Transfer-Encoding");
	if (codings > 0 && (codings > 1 || h->minor == 0 ||
	    !span_is_nocase(coding, "chunked")))
		return bad(h, "has a Transfer-Encoding other than chunked");

	/* HTTP/1.0 knows "keep-alive" only as an extension: not relied on. */
	frame->keep_alive = h->minor == 1 && !wants_close(h, in);
	if (to_head || h->status == 204 || h->status == 304) {
		/* A 204 that announces a body is followed by one, perhaps. */
		if (h->status == 204 && (codings > 0 || frame->size > 0))
			frame->keep_alive = false;
		if (!to_head)
			frame->size = 0;
		frame->framing = HTTP_EMPTY;
	} else if (codings > 0) {
		frame->framing = HTTP_CHUNKED;
	} else if (frame->size >= 0) {
		frame->framing = HTTP_LENGTH;
	} else {
		frame->framing = HTTP_TO_CLOSE;
		frame->keep_alive = false;
	}
	return 0;
}
