/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "uri.h"

#include "canon.h"

/* Trimmed, and runs of spaces are one. */
static void
put_value(struct buf *out, struct span value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.p[i] != ' ' || value.p[i - 1] != ' ')
			buf_putc(out, value.p[i]);
}

static void
put_headers(struct buf *out, const struct request *r, struct span names)
{
	struct span name, rest = names;

	while (rest.p != NULL) {
		const char *comma = ":";
		rest = span_cut(rest, ';', &name);
		buf_span(out, name);
		for (size_t i = 0; i < r->nfields; i++) {
			char text[256];
			if (name.len >= sizeof(text))
				continue;
			memcpy(text, name.p, name.len);
			text[name.len] = '\0';
			if (!span_is_nocase(r->field[i].name, text))
				continue;
			buf_puts(out, comma);
			put_value(out, r->field[i].value);
			comma = ",";
		}
		if (*comma == ':')
			buf_putc(out, ':');
		buf_putc(out, '\n');
	}
}

struct pair {
	struct span name, value;
};

static int
by_name(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
	int d = memcmp(x->name.p, y->name.p, n);

	return d != 0 ? d : x->name.len < y->name.len ? -1 :
	    x->name.len > y->name.len;
}

/* The query, sorted after encoding; -1 where a name comes twice. */
static int
put_query(struct buf *out, const struct request *r)
{
	struct pair pair[REQUEST_PARAMS_MAX];
	struct buf text;
	size_t n = 0;
	int status = 0;

	buf_init(&text, CANON_MAX);
	for (size_t i = 0; i < r->nparams; i++) {
		if (span_is(r->param[i].name, "X-Amz-Signature"))
			continue;
		struct pair *p = &pair[n++];
		p->name.len = text.len;
		uri_encode(&text, r->param[i].name, false);
		p->name.len = text.len - p->name.len;
		p->value.len = text.len;
		uri_encode(&text, r->param[i].value, false);
		p->value.len = text.len - p->value.len;
	}
	/* Only now does the text stay where it is. */
	const char *at = text.data != NULL ? text.data : "";
	for (size_t i = 0; i < n; i++) {
		pair[i].name.p = at;
		pair[i].value.p = at + pair[i].name.len;
		at = pair[i].value.p + pair[i].value.len;
	}
	qsort(pair, n, sizeof(pair[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && span_eq(pair[i].name, pair[i - 1].name))
			status = -1;
		if (i > 0)
			buf_putc(out, '&');
		buf_span(out, pair[i].name);
		buf_putc(out, '=');
		buf_span(out, pair[i].value);
	}
	buf_free(&text);
	return status;
}

static void
put_path(struct buf *out, struct span path)
{
	char plain[REQUEST_HEAD_MAX];
	ssize_t n = uri_decode(plain, path, false);

	if (n > 0)
		uri_encode(out, (struct span){ plain, (size_t)n }, true);
}

int
canon_request(struct buf *out, const struct request *r, struct span names,
    struct span payload)
{
	buf_span(out, r->method);
	buf_putc(out, '\n');
	put_path(out, r->path);
	buf_putc(out, '\n');
	int status = put_query(out, r);
	buf_putc(out, '\n');
	put_headers(out, r, names);
	buf_putc(out, '\n');
	buf_span(out, names);
	buf_putc(out, '\n');
	buf_span(out, payload);
	return status;
}
