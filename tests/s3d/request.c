/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "num.h"

#include "link.h"
#include "uri.h"

#include "request.h"

void
request_init(struct request *r, struct link *l)
{
	r->link = l;
	r->next = r->filled = r->head_len = 0;
}

/* Length of the head with its blank line, 0 as long as that has not come. */
static size_t
head_length(const char *p, size_t n)
{
	for (size_t i = 0; i + 3 < n; i++)
		if (memcmp(p + i, "\r\n\r\n", 4) == 0)
			return i + 4;
	return 0;
}

static int
fill_head(struct request *r)
{
	memmove(r->buffer, r->buffer + r->next, r->filled - r->next);
	r->filled -= r->next;
	r->next = 0;
	while ((r->head_len = head_length(r->buffer, r->filled)) == 0) {
		if (r->filled == sizeof(r->buffer))
			return -1;
		ssize_t got = link_read(r->link, r->buffer + r->filled,
		    sizeof(r->buffer) - r->filled);
		if (got <= 0)
			return r->filled == 0 ? 0 : -1;
		r->filled += (size_t)got;
	}
	r->next = r->head_len;
	return 1;
}

/* METHOD SP target SP HTTP/1.x, nothing else (RFC 9112 section 3). */
static int
parse_line(struct request *r)
{
	struct span version, target;
	struct span rest = span_cut(r->line, ' ', &r->method);

	version = span_cut(rest, ' ', &target);
	if (r->method.len == 0 || !span_starts(target, "/"))
		return -1;
	r->keep_alive = span_is(version, "HTTP/1.1");
	if (!r->keep_alive && !span_is(version, "HTTP/1.0"))
		return -1;
	r->query = span_cut(target, '?', &r->path);
	return 0;
}

static int
parse_field(struct request *r, struct span line)
{
	struct request_field *f = &r->field[r->nfields];
	struct span value = span_cut(line, ':', &f->name);

	/* No folded lines, no space before the colon (RFC 9112 section 5). */
	if (value.p == NULL || f->name.len == 0 ||
	    span_trim(f->name).len != f->name.len ||
	    r->nfields == REQUEST_FIELDS_MAX - 1)
		return -1;
	f->value = span_trim(value);
	r->nfields++;
	return 0;
}

static int
parse_lines(struct request *r)
{
	struct span line, rest = { r->buffer, r->head_len - 2 };

	if (memchr(rest.p, '\0', rest.len) != NULL)
		return -1;
	r->nfields = 0;
	for (bool first = true; rest.len > 0; first = false) {
		rest = span_cut(rest, '\n', &line);
		if (line.len == 0 || line.p[line.len - 1] != '\r')
			return -1;
		line.len--;
		if (first)
			r->line = line;
		if (first ? parse_line(r) != 0 : parse_field(r, line) != 0)
			return -1;
	}
	return 0;
}

static int
parse_framing(struct request *r)
{
	struct span length = request_field(r, "Content-Length");
	struct span connection = request_field(r, "Connection");
	uint64_t n;

	r->body_size = -1;
	r->body_left = 0;
	if (length.p != NULL) {
		if (num_u64(length, INT64_MAX, &n) != 0)
			return -1;
		r->body_size = r->body_left = (int64_t)n;
	}
	for (size_t i = 0, seen = 0; i < r->nfields; i++)
		if (span_is_nocase(r->field[i].name, "Content-Length") &&
		    seen++ > 0)
			return -1;
	if (request_field(r, "Transfer-Encoding").p != NULL) {
		r->bad = "NotImplemented";
		r->keep_alive = false;
	}
	if (span_is_nocase(connection, "close"))
		r->keep_alive = false;
	r->expect = r->body_left > 0 &&
	    span_is_nocase(request_field(r, "Expect"), "100-continue");
	return 0;
}

/* Decoded bytes of s, which live as long as the request. */
static int
decode(struct request *r, struct span s, bool plus, struct span *out)
{
	char *at = r->text + r->text_len;
	ssize_t n = -1;

	if (s.len <= sizeof(r->text) - r->text_len)
		n = uri_decode(at, s, plus);
	if (n < 0) {
		r->bad = "InvalidURI";
		return -1;
	}
	*out = (struct span){ at, (size_t)n };
	r->text_len += (size_t)n;
	return 0;
}

static int
parse_params(struct request *r)
{
	struct span pair, name, value, rest = r->query;

	r->nparams = 0;
	while (rest.p != NULL) {
		rest = span_cut(rest, '&', &pair);
		if (pair.len == 0)
			continue;
		if (r->nparams == REQUEST_PARAMS_MAX)
			return -1;
		struct request_param *p = &r->param[r->nparams++];
		value = span_cut(pair, '=', &name);
		if (decode(r, name, true, &p->name) != 0 ||
		    decode(r, value, true, &p->value) != 0)
			return -1;
	}
	return 0;
}

/* The bucket's part of "bucket.host:port"; empty in path style. */
static struct span
virtual_bucket(const struct request *r, const char *host)
{
	struct span name;
	size_t n = strlen(host);

	span_cut(request_field(r, "Host"), ':', &name);
	if (name.len <= n + 1)
		return (struct span){ "", 0 };
	struct span end = { name.p + name.len - n, n };
	if (!span_is_nocase(end, host) || end.p[-1] != '.')
		return (struct span){ "", 0 };
	return (struct span){ name.p, name.len - n - 1 };
}

static int
parse_path(struct request *r, const char *host)
{
	struct span rest = { r->path.p + 1, r->path.len - 1 };
	struct span name;

	r->bucket = virtual_bucket(r, host);
	if (r->bucket.len == 0) {
		rest = span_cut(rest, '/', &name);
		if (decode(r, name, false, &r->bucket) != 0)
			return -1;
	}
	if (decode(r, rest, false, &r->key) != 0)
		return -1;
	if (r->key.len > REQUEST_KEY_MAX)
		r->bad = "KeyTooLongError";
	else if (memchr(r->key.p, '\0', r->key.len) != NULL)
		r->bad = "InvalidURI";
	return 0;
}

struct route {
	const char *method;
	const char *param;	/* must be in the query; NULL: any query */
	enum op op;
};

/* In order; the first that fits. */
static const struct route object_routes[] = {
	{ "PUT", "uploadId", OP_PART },
	{ "PUT", NULL, OP_PUT },
	{ "GET", "uploadId", OP_LISTPARTS },
	{ "GET", NULL, OP_GET },
	{ "HEAD", NULL, OP_HEAD },
	{ "DELETE", "uploadId", OP_ABORT },
	{ "DELETE", NULL, OP_DELETE },
	{ "POST", "uploads", OP_CREATE },
	{ "POST", "uploadId", OP_COMPLETE },
	{ NULL, NULL, OP_OTHER }
};

static const struct route bucket_routes[] = {
	{ "GET", "location", OP_LOCATION },
	{ "GET", "versioning", OP_VERSIONING },
	{ "GET", "lifecycle", OP_LIFECYCLE },
	{ "GET", "object-lock", OP_LOCKCONF },
	{ "GET", "versions", OP_LISTVERSIONS },
	{ "GET", "uploads", OP_LISTUPLOADS },
	{ "GET", NULL, OP_LIST },
	{ "HEAD", NULL, OP_HEADBUCKET },
	{ "PUT", NULL, OP_MAKEBUCKET },
	{ NULL, NULL, OP_OTHER }
};

static const struct route service_routes[] = {
	{ "GET", NULL, OP_LISTBUCKETS },
	{ NULL, NULL, OP_OTHER }
};

/* What we do not have must not be taken for its plain namesake. */
static const char *const not_built[] = {
	"acl", "tagging", "attributes", "retention", "legal-hold", "policy",
	"cors", "delete", "encryption", "restore",
	"select", "torrent", "website", "replication", "logging", NULL
};

static enum op
route(const struct request *r)
{
	const struct route *t = r->bucket.len == 0 ? service_routes :
	    r->key.len == 0 ? bucket_routes : object_routes;

	for (size_t i = 0; not_built[i] != NULL; i++)
		if (request_has(r, not_built[i]))
			return OP_OTHER;
	while (t->method != NULL && (!span_is(r->method, t->method) ||
	    (t->param != NULL && !request_has(r, t->param))))
		t++;
	return t->op;
}

int
request_read(struct request *r, const char *host)
{
	r->bad = NULL;
	r->text_len = 0;
	r->reset_at = -1;
	r->stall_ms = 0;
	int n = fill_head(r);
	if (n != 1)
		return n;
	if (parse_lines(r) != 0 || parse_framing(r) != 0)
		return -1;
	r->bucket = r->key = (struct span){ "", 0 };
	r->op = OP_OTHER;
	if (parse_params(r) == 0 && parse_path(r, host) == 0)
		r->op = route(r);
	else if (r->bad == NULL)
		r->bad = "InvalidURI";
	return 1;
}

/* The faults amid a body, which end what is read at once; -1: no more. */
static int
disturb(struct request *r, size_t *n)
{
	int64_t done = r->body_size - r->body_left, half = r->body_size / 2;

	if (r->reset_at >= 0) {
		if (done >= r->reset_at) {
			link_reset(r->link);
			return -1;
		}
		if ((int64_t)*n > r->reset_at - done)
			*n = (size_t)(r->reset_at - done);
	}
	if (r->stall_ms > 0 && done < half) {
		if ((int64_t)*n > half - done)
			*n = (size_t)(half - done);
	} else if (r->stall_ms > 0) {
		link_sleep(r->link, r->stall_ms);
		r->stall_ms = 0;
	}
	return 0;
}

ssize_t
request_body(struct request *r, void *p, size_t n)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	ssize_t got;

	if (r->body_left < (int64_t)n)
		n = (size_t)r->body_left;
	if (n == 0)
		return 0;
	if (disturb(r, &n) != 0)
		return -1;
	if (r->expect) {
		r->expect = false;
		if (link_write(r->link, go_on, sizeof(go_on) - 1) != 0 ||
		    link_flush(r->link) != 0)
			return -1;
	}
	if (r->filled > r->next) {
		if (n > r->filled - r->next)
			n = r->filled - r->next;
		memcpy(p, r->buffer + r->next, n);
		r->next += n;
		got = (ssize_t)n;
	} else if ((got = link_read(r->link, p, n)) <= 0) {
		return -1;
	}
	r->body_left -= got;
	return got;
}

ssize_t
request_body_full(struct request *r, void *p, size_t n)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = request_body(r, (char *)p + have, n - have);
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

bool
request_drain(struct request *r, int64_t most)
{
	char waste[16384];

	if (r->body_left > most || r->expect)
		return r->body_left == 0;
	while (r->body_left > 0)
		if (request_body(r, waste, sizeof(waste)) <= 0)
			return false;
	return true;
}

struct span
request_field(const struct request *r, const char *name)
{
	for (size_t i = 0; i < r->nfields; i++)
		if (span_is_nocase(r->field[i].name, name))
			return r->field[i].value;
	return (struct span){ NULL, 0 };
}

struct span
request_param(const struct request *r, const char *name)
{
	for (size_t i = 0; i < r->nparams; i++)
		if (span_is(r->param[i].name, name))
			return r->param[i].value;
	return (struct span){ NULL, 0 };
}

bool
request_has(const struct request *r, const char *name)
{
	return request_param(r, name).p != NULL;
}
