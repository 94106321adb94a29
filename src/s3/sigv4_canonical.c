/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "sigv4_internal.h"
#include "uri.h"

#include "sigv4.h"

/* --- What may be signed ------------------------------------------------ */

/* see sigv4_internal.h */
bool
sigv4_canonical_word(struct span s, const char *extra)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9') ||
		    (c != '\0' && strchr(extra, c) != NULL)))
			return false;
	}
	return s.len > 0;
}

/* RFC 9110 section 5.6.2 */
static bool
is_token(struct span s)
{
	return sigv4_canonical_word(s, "!#$%&'*+-.^_`|~");
}

static bool
has_control(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f)
			return true;
	}
	return false;
}

static int
check_target(const struct sigv4_request *req, struct err *e)
{
	if (req->path.len > 0 && req->path.p[0] != '/')
		return err_set(e, ERR_USAGE,
		    "cannot sign a path that does not begin with '/'");
	if (req->nquery > SIGV4_QUERY_MAX)
		return err_set(e, ERR_USAGE,
		    "cannot sign more than %d query parameters",
		    SIGV4_QUERY_MAX);
	return 0;
}

/* see sigv4_internal.h */
int
sigv4_canonical_check_headers(const struct sigv4_request *req, struct err *e)
{
	bool host = false;

	if (req->nheader > SIGV4_HEADER_MAX)
		return err_set(e, ERR_USAGE,
		    "cannot sign more than %d headers", SIGV4_HEADER_MAX);
	for (size_t i = 0; i < req->nheader; i++) {
		const struct sigv4_pair *h = &req->header[i];

		if (!is_token(h->name) ||
		    span_is_nocase(h->name, "authorization"))
			return err_set(e, ERR_USAGE,
			    "cannot sign a header of that name");
		if (has_control(h->value))
			return err_set(e, ERR_USAGE,
			    "cannot sign a header with a control character");
		host = host || span_is_nocase(h->name, "host");
	}
	if (!host)
		return err_set(e, ERR_USAGE,
		    "cannot sign a request without a Host header");
	return 0;
}

/* see sigv4_internal.h */
int
sigv4_canonical_fit(const struct buf *out, struct err *e)
{
	if (!buf_ok(out))
		return err_set(e, ERR_USAGE, "request is too long to sign");
	return 0;
}

/* --- Order ------------------------------------------------------------- */

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Compares names as they are when in lower case. */
static int
compare_headers(const struct sigv4_pair *a, const struct sigv4_pair *b)
{
	size_t n = a->name.len < b->name.len ? a->name.len : b->name.len;

	for (size_t i = 0; i < n; i++) {
		int diff = lower(a->name.p[i]) - lower(b->name.p[i]);

		if (diff != 0)
			return diff;
	}
	return (a->name.len > b->name.len) - (a->name.len < b->name.len);
}

static int
compare_query(const struct sigv4_pair *a, const struct sigv4_pair *b)
{
	int diff = uri_compare(a->name, b->name);

	return diff != 0 ? diff : uri_compare(a->value, b->value);
}

/* The indexes of pair[] in order; equal ones stay as they came. */
static void
sort(uint8_t order[], const struct sigv4_pair *pair, size_t n,
    int (*compare)(const struct sigv4_pair *, const struct sigv4_pair *))
{
	for (size_t i = 0; i < n; i++) {
		size_t at = i;

		for (; at > 0 &&
		    compare(&pair[order[at - 1]], &pair[i]) > 0; at--)
			order[at] = order[at - 1];
		order[at] = (uint8_t)i;
	}
}

/* --- The canonical request --------------------------------------------- */

static void
put_path(struct buf *out, const struct sigv4_request *req)
{
	if (req->path.len == 0)
		buf_putc(out, '/');
	uri_encode(out, req->path, true);
}

static void
put_query(struct buf *out, const struct sigv4_request *req)
{
	uint8_t order[SIGV4_QUERY_MAX];

	sort(order, req->query, req->nquery, compare_query);
	for (size_t i = 0; i < req->nquery; i++) {
		const struct sigv4_pair *q = &req->query[order[i]];

		if (i > 0)
			buf_putc(out, '&');
		uri_encode(out, q->name, false);
		buf_putc(out, '=');
		uri_encode(out, q->value, false);
	}
}

static void
put_lower(struct buf *out, struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		buf_putc(out, lower(name.p[i]));
}

/* see sigv4_internal.h */
void
sigv4_canonical_put_value(struct buf *out, struct span value)
{
	bool space = false;

	value = span_trim(value);
	for (size_t i = 0; i < value.len; i++) {
		char c = value.p[i];

		if (c != ' ' || !space)
			buf_putc(out, c);
		space = c == ' ';
	}
}

/* "name:value\n" each, equal names on one line. */
static void
put_headers(struct buf *out, const struct sigv4_request *req)
{
	uint8_t order[SIGV4_HEADER_MAX];
	const struct sigv4_pair *before = NULL;

	sort(order, req->header, req->nheader, compare_headers);
	for (size_t i = 0; i < req->nheader; i++) {
		const struct sigv4_pair *h = &req->header[order[i]];

		if (before != NULL && compare_headers(before, h) == 0) {
			buf_putc(out, ',');
		} else {
			if (before != NULL)
				buf_putc(out, '\n');
			put_lower(out, h->name);
			buf_putc(out, ':');
		}
		sigv4_canonical_put_value(out, h->value);
		before = h;
	}
	buf_putc(out, '\n');
}

/* see sigv4_internal.h */
void
sigv4_canonical_put_names(struct buf *out, const struct sigv4_request *req)
{
	uint8_t order[SIGV4_HEADER_MAX];
	const struct sigv4_pair *before = NULL;

	sort(order, req->header, req->nheader, compare_headers);
	for (size_t i = 0; i < req->nheader; i++) {
		const struct sigv4_pair *h = &req->header[order[i]];

		if (before != NULL && compare_headers(before, h) == 0)
			continue;
		if (before != NULL)
			buf_putc(out, ';');
		put_lower(out, h->name);
		before = h;
	}
}

/* see sigv4.h */
int
sigv4_canonical(struct buf *out, const struct sigv4_request *req,
    struct err *e)
{
	if (check_target(req, e) != 0 ||
	    sigv4_canonical_check_headers(req, e) != 0)
		return -1;
	if (!is_token(span_of(req->method)))
		return err_set(e, ERR_USAGE, "cannot sign that method");
	if (!sigv4_canonical_word(req->payload_hash, "-"))
		return err_set(e, ERR_USAGE, "cannot sign that payload hash");

	buf_puts(out, req->method);
	buf_putc(out, '\n');
	put_path(out, req);
	buf_putc(out, '\n');
	put_query(out, req);
	buf_putc(out, '\n');
	put_headers(out, req);
	buf_putc(out, '\n');
	sigv4_canonical_put_names(out, req);
	buf_putc(out, '\n');
	buf_span(out, req->payload_hash);
	return sigv4_canonical_fit(out, e);
}

/* see sigv4_internal.h */
int
sigv4_canonical_target(struct buf *out, const struct sigv4_request *req,
    struct err *e)
{
	if (check_target(req, e) != 0)
		return -1;
	put_path(out, req);
	if (req->nquery > 0) {
		buf_putc(out, '?');
		put_query(out, req);
	}
	return sigv4_canonical_fit(out, e);
}
