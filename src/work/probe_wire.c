/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "buf.h"
#include "hex.h"

#include "probe_wire.h"

static ssize_t
body_read(struct http_source *s, void *p, size_t n, struct err *e)
{
	struct probe_body *b = (struct probe_body *)(void *)s;

	(void)e;
	if (n > PROBE_WIRE_BODY - b->at)
		n = PROBE_WIRE_BODY - b->at;
	memcpy(p, b->text + b->at, n);
	b->at += n;
	return (ssize_t)n;
}

static int
body_rewind(struct client_body *body, struct err *e)
{
	(void)e;
	((struct probe_body *)(void *)body)->at = 0;
	return 0;
}

int
probe_wire_body(struct probe_body *b, int which, struct rng *rng,
    struct err *e)
{
	uint8_t random[16], digest[SHA256_LEN];
	char hex[2 * sizeof(random) + 1];
	struct buf text;

	*b = (struct probe_body){ .body = { .rewind = body_rewind,
	    .source = { PROBE_WIRE_BODY, body_read } } };
	if (rng->bytes(rng, random, sizeof(random), e) != 0)
		return -1;
	hex_encode(hex, random, sizeof(random));
	buf_fixed(&text, b->text, sizeof(b->text));
	buf_printf(&text, "consign probe %d %s\n", which, hex);
	BUG_ON(!buf_ok(&text) || text.len != PROBE_WIRE_BODY);
	sha256_of(digest, b->text, PROBE_WIRE_BODY);
	hex_encode(b->hex, digest, sizeof(digest));
	return 0;
}

/* The body of an answer, as far as there is room for it. */
static int
read_answer(struct probe_wire *w, struct err *e)
{
	ssize_t n;

	w->len = 0;
	w->cut = false;
	while ((n = client_read(w->c, w->answer + w->len,
	    sizeof(w->answer) - w->len, e)) > 0) {
		w->len += (size_t)n;
		if (w->len == sizeof(w->answer)) {
			w->cut = true;
			client_close(w->c);
			return 0;
		}
	}
	if (n < 0)
		client_close(w->c);
	else
		client_end(w->c);
	return n < 0 ? -1 : 0;
}

/* Refusals that are nobody's finding: the whole store will not do. */
static bool
is_fatal(enum s3_class class)
{
	return class == S3ERR_AUTH || class == S3ERR_CLOCK ||
	    class == S3ERR_REDIRECT || class == S3ERR_NO_BUCKET ||
	    class == S3ERR_QUOTA;
}

int
probe_wire_ask(struct probe_wire *w, const struct client_request *req,
    struct err *e)
{
	for (unsigned failures = 1;; failures++) {
		err_clear(e);
		if (client_begin(w->c, req, e) == 0 && read_answer(w, e) == 0)
			return client_check_clock(w->c, e);
		if (w->c->answered && client_check_clock(w->c, e) != 0)
			return -1;
		if (w->c->answered && !err_is_transient(e->code))
			return is_fatal(w->c->refusal.class) ? -1 : 1;
		if (req->op == S3_PUT)
			w->more = true;
		if (!client_again(w->c, failures, e))
			return -1;
	}
}

bool
probe_wire_refused(const struct probe_wire *w, int rc, enum s3_class class)
{
	return rc == 1 && w->c->refusal.class == class;
}

static struct client_request
request(const struct probe_wire *w, enum s3_op op, const char *method)
{
	return (struct client_request){ .op = op, .method = method,
	    .key = w->key };
}

int
probe_wire_get(struct probe_wire *w, const char *etag, const char *range,
    struct err *e)
{
	struct sigv4_pair header[2];
	char if_match[ETAG_MAX + 3];
	struct client_request req = request(w, S3_GET, "GET");

	req.header = header;
	if (etag != NULL) {
		etag_if_match(if_match, etag);
		header[req.nheader++] = (struct sigv4_pair){
		    span_of("If-Match"), span_of(if_match) };
	}
	if (range != NULL)
		header[req.nheader++] = (struct sigv4_pair){
		    span_of("Range"), span_of(range) };
	return probe_wire_ask(w, &req, e);
}

int
probe_wire_put(struct probe_wire *w, struct probe_body *b, bool only_new,
    struct err *e)
{
	static const struct sigv4_pair condition[] = {
		{ { "If-None-Match", 13 }, { "*", 1 } }
	};
	struct client_request req = request(w, S3_PUT, "PUT");
	struct span version;
	int rc;

	req.header = condition;
	req.nheader = only_new ? 1 : 0;
	req.body = &b->body;
	req.payload_hash = b->hex;
	w->stored = true;
	rc = probe_wire_ask(w, &req, e);
	w->more |= w->c->resent;
	if (rc != 0)
		return rc;
	version = client_header(w->c, "x-amz-version-id");
	if (version.p == NULL || span_is(version, "null"))
		return 0;
	w->versioned = true;
	if (w->nversions == PROBE_WIRE_VERSIONS_MAX ||
	    etag_normal(w->version[w->nversions], version) != 0)
		w->more = true;
	else
		w->nversions++;
	return 0;
}

int
probe_wire_delete(struct probe_wire *w, const char *etag,
    const char *version, struct err *e)
{
	struct sigv4_pair header[1], query[1];
	char if_match[ETAG_MAX + 3];
	struct client_request req = request(w, S3_DELETE, "DELETE");
	int rc;

	req.header = header;
	req.query = query;
	if (etag != NULL) {
		etag_if_match(if_match, etag);
		header[req.nheader++] = (struct sigv4_pair){
		    span_of("If-Match"), span_of(if_match) };
	}
	if (version != NULL)
		query[req.nquery++] = (struct sigv4_pair){
		    span_of("versionId"), span_of(version) };
	rc = probe_wire_ask(w, &req, e);
	if (rc == 0 && version == NULL && span_is_nocase(client_header(w->c,
	    "x-amz-delete-marker"), "true"))
		w->hidden = true;
	return rc;
}

bool
probe_wire_is(const struct probe_wire *w, const struct probe_body *b)
{
	return !w->cut && w->len == PROBE_WIRE_BODY &&
	    memcmp(w->answer, b->text, PROBE_WIRE_BODY) == 0;
}

int
probe_wire_look(struct probe_wire *w, bool *there, struct err *e)
{
	struct object o;

	err_clear(e);
	if (object_look(w->c, w->key, &o, e) != 0)
		return -1;
	*there = o.exists;
	return client_check_clock(w->c, e);
}
