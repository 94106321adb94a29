/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "num.h"

#include "object.h"

/* Read in blocks of this size: four TLS records. */
#define FETCH_BLOCK 65536

/* Taken only if it is 1-128 characters that records may hold. */
static void
take_version(char out[OBJECT_VERSION_MAX + 1], struct span raw)
{
	/* The rule is that of entity tags, and so is the code. */
	etag_normal(out, raw);
	if (strcmp(out, "null") == 0)
		out[0] = '\0';	/* "null": written before versioning was on */
}

static void
note_generation(const struct client *c, struct object *o)
{
	etag_normal(o->etag, client_header(c, "etag"));
	take_version(o->version_id, client_header(c, "x-amz-version-id"));
}

bool
object_same_generation(const struct object *a, const struct object *b)
{
	if (a->size != b->size)
		return false;
	if (a->version_id[0] != '\0' && b->version_id[0] != '\0')
		return strcmp(a->version_id, b->version_id) == 0;
	if (a->etag[0] != '\0' && b->etag[0] != '\0')
		return etag_same(a->etag, b->etag);
	return true;
}

/* R2 and proxies decode what is stored encoded: such bytes prove nothing. */
static int
check_encoding(const struct client *c, struct err *e)
{
	struct span coding = client_header(c, "content-encoding");

	if (coding.p == NULL || span_is_nocase(coding, "identity") ||
	    span_is_nocase(coding, "aws-chunked"))
		return 0;
	return err_set(e, ERR_INDETERMINATE,
	    "the store sends this object with a content encoding");
}

/* "bytes 0-9/100": the three numbers, or -1. */
static int
parse_content_range(struct span v, uint64_t *first, uint64_t *last,
    uint64_t *total)
{
	struct span a, b;

	if (!span_starts(v, "bytes "))
		return -1;
	v.p += 6;
	v.len -= 6;
	v = span_cut(v, '-', &a);
	v = span_cut(v, '/', &b);
	if (v.p == NULL || num_u64(a, INT64_MAX, first) != 0 ||
	    num_u64(b, INT64_MAX, last) != 0 ||
	    num_u64(v, INT64_MAX, total) != 0)
		return -1;
	return 0;
}

/*
 * A HEAD that was refused has told its status only.  One byte by GET brings
 * the code; and where HEAD alone is forbidden, what is there.
 */
static int
look_by_get(struct client *c, struct span key, struct object *o,
    struct err *e)
{
	static const struct sigv4_pair range[] = {
		{ { "Range", 5 }, { "bytes=0-0", 9 } }
	};
	struct client_request req = { .op = S3_GET, .method = "GET",
	    .key = key, .header = range, .nheader = 1 };
	uint64_t first, last, total;
	int rc;

	err_clear(e);
	if (client_begin(c, &req, e) != 0) {
		if (!c->answered)
			return -1;
		if (c->refusal.class == S3ERR_ABSENT) {
			o->exists = false;
			return 0;
		}
		if (c->refusal.class == S3ERR_PERMISSION)
			e->code = ERR_ABSENCE_NOT_VISIBLE;
		return -1;
	}
	o->exists = true;
	note_generation(c, o);
	rc = check_encoding(c, e);
	if (rc == 0 && c->http.status == 206 &&
	    parse_content_range(client_header(c, "content-range"), &first,
	    &last, &total) == 0 && first == 0)
		o->size = (int64_t)total;
	else if (rc == 0 && c->http.status == 200 && c->http.body_size >= 0)
		o->size = c->http.body_size;
	else if (rc == 0)
		rc = err_set(e, ERR_INDETERMINATE,
		    "the store does not tell the object's size");
	client_close(c);
	return rc;
}

/* May what HEAD was refused for be told better by GET? */
static bool
worth_a_get(const struct client *c)
{
	return c->answered && c->refusal.status >= 400 &&
	    c->refusal.status < 500 && c->refusal.class != S3ERR_ABSENT &&
	    !err_is_transient(c->refusal.code);
}

static int
look_once(struct client *c, struct span key, struct object *o, struct err *e)
{
	struct client_request req = { .op = S3_HEAD, .method = "HEAD",
	    .key = key };

	*o = (struct object){ .size = -1 };
	if (client_begin(c, &req, e) != 0) {
		if (c->answered && c->http.status == 404 &&
		    c->refusal.class == S3ERR_ABSENT) {
			err_clear(e);
			return 0;
		}
		return worth_a_get(c) ? look_by_get(c, key, o, e) : -1;
	}
	client_end(c);
	if (c->http.status != 200 || c->http.body_size < 0)
		return err_set(e, ERR_INDETERMINATE,
		    "the store does not tell the object's size");
	o->exists = true;
	o->size = c->http.body_size;
	note_generation(c, o);
	return 0;
}

int
object_look(struct client *c, struct span key, struct object *o,
    struct err *e)
{
	for (unsigned failures = 1;; failures++) {
		if (look_once(c, key, o, e) == 0)
			return 0;
		if (!client_again(c, failures, e))
			return err_ctx(e, "look at %.*s", (int)key.len, key.p);
	}
}

int
object_put(struct client *c, const struct object_put *put, struct object *o,
    struct err *e)
{
	struct sigv4_pair header[2] = {
		{ span_of("Content-Type"),
		  span_of("application/octet-stream") },
		{ span_of("If-None-Match"), span_of("*") }
	};
	struct client_request req = { .op = S3_PUT, .method = "PUT",
	    .key = put->key, .header = header,
	    .nheader = put->only_new ? 2 : 1, .body = put->body,
	    .payload_hash = put->sha256_hex };
	ssize_t n;

	*o = (struct object){ .size = put->body->source.size };
	if (client_begin(c, &req, e) != 0)
		return -1;
	if (c->http.status == 200 && c->http.sent == o->size) {
		o->exists = true;
		note_generation(c, o);
	}
	/* Read what comes, so that the connection can be used again. */
	do
		n = client_read(c, c->control, sizeof(c->control), e);
	while (n > 0);
	client_end(c);
	if (!o->exists)
		return err_set(e, ERR_INDETERMINATE,
		    "the store answered a PUT with %d after %lld bytes",
		    c->http.status, (long long)c->http.sent);
	err_clear(e);
	return 0;
}

struct fetch {
	struct client *c;
	struct span key;
	struct object *want;
	struct object_sink *sink;
	int64_t offset;			/* bytes given to the sink */
	bool other;			/* the answer was of another write */
};

/*
 * Does this answer carry the bytes from offset on, of the wanted generation?
 * Compared by us, so that a store that ignores If-Match or Range is safe.
 */
static int
check_answer(struct fetch *f, struct err *e)
{
	const struct client *c = f->c;
	struct object got = { .exists = true, .size = c->http.body_size };
	uint64_t first, last, total;

	note_generation(c, &got);
	if (check_encoding(c, e) != 0)
		return -1;
	if (f->offset > 0 && c->http.status == 206) {
		if (parse_content_range(client_header(c, "content-range"),
		    &first, &last, &total) != 0 ||
		    first != (uint64_t)f->offset || last + 1 != total ||
		    (got.size >= 0 && (uint64_t)got.size != total - first))
			return err_set(e, ERR_INDETERMINATE,
			    "the store sent another range than asked for");
		got.size = (int64_t)total;
	} else if (c->http.status != 200) {
		return err_set(e, ERR_INDETERMINATE,
		    "the store answered a GET with %d", c->http.status);
	} else if (f->offset > 0) {
		/* It ignores ranges: the bytes come again from the first. */
		f->offset = 0;
		if (f->sink->restart(f->sink, e) != 0)
			return -1;
	}
	if (got.size < 0)
		got.size = f->want->size;	/* chunked: drain() compares */
	if (f->want->size < 0)
		*f->want = got;		/* its size may be known at its end */
	f->other = !object_same_generation(f->want, &got);
	if (f->other || (got.etag[0] == '\0' && f->want->etag[0] != '\0'))
		return err_set(e, ERR_INDETERMINATE,
		    "the store sent another generation than it showed");
	return 0;
}

/*
 * Give the sink what comes, in whole blocks: TLS hands out a quarter of one.
 * What came before a failure counts, so that the fetch goes on behind it.
 */
static int
drain(struct fetch *f, struct err *e)
{
	uint8_t block[FETCH_BLOCK];
	struct err failed = {0};
	size_t have = 0;
	ssize_t n;

	do {
		n = client_read(f->c, block + have, sizeof(block) - have, e);
		if (n > 0)
			have += (size_t)n;
		if (have == 0 || (n > 0 && have < sizeof(block)))
			continue;
		if (f->sink->write(f->sink, block, have, &failed) != 0) {
			*e = failed;
			return -1;
		}
		f->offset += (int64_t)have;
		have = 0;
	} while (n > 0);
	if (n < 0)
		return -1;
	if (f->want->size < 0)
		f->want->size = f->offset;
	if (f->offset != f->want->size)
		return err_set(e, ERR_INDETERMINATE,
		    "the store sent %lld bytes of %lld",
		    (long long)f->offset, (long long)f->want->size);
	return 0;
}

static int
fetch_once(struct fetch *f, struct err *e)
{
	struct sigv4_pair header[2], query[1];
	char if_match[ETAG_MAX + 3], range[32];
	struct buf b;
	struct client_request req = { .op = S3_GET, .method = "GET",
	    .key = f->key, .header = header, .query = query };
	int rc;

	if (f->want->version_id[0] != '\0') {
		query[req.nquery++] = (struct sigv4_pair){
		    span_of("versionId"), span_of(f->want->version_id) };
	} else if (f->want->etag[0] != '\0') {
		etag_if_match(if_match, f->want->etag);
		header[req.nheader++] = (struct sigv4_pair){
		    span_of("If-Match"), span_of(if_match) };
	}
	if (f->offset > 0) {
		buf_fixed(&b, range, sizeof(range));
		buf_printf(&b, "bytes=%lld-", (long long)f->offset);
		header[req.nheader++] = (struct sigv4_pair){
		    span_of("Range"), buf_as_span(&b) };
	}
	f->other = false;
	if (client_begin(f->c, &req, e) != 0)
		return -1;
	rc = check_answer(f, e);
	if (rc == 0)
		rc = drain(f, e);
	if (rc == 0)
		client_end(f->c);
	else
		client_close(f->c);
	return rc;
}

/* 412, 404, or an answer of another write than the wanted one. */
static bool
is_elsewhere(const struct fetch *f)
{
	const struct client *c = f->c;

	return f->want->size >= 0 && (f->other || (c->answered &&
	    (c->refusal.class == S3ERR_EXISTS ||
	    c->refusal.class == S3ERR_ABSENT)));
}

/* The generation is not to be had: look again before that is alleged. */
static int
judge(struct fetch *f, struct err *e)
{
	struct object now;

	err_clear(e);
	if (object_look(f->c, f->key, &now, e) != 0)
		return -1;
	if (!now.exists)
		return err_set(e, ERR_REPLACED_BY_OTHER,
		    "the object was removed meanwhile");
	if (object_same_generation(f->want, &now))
		return err_set(e, ERR_INDETERMINATE,
		    "the store shows this generation but does not send it");
	return err_set(e, ERR_REPLACED_BY_OTHER,
	    "the object was replaced by another meanwhile");
}

int
object_fetch(struct client *c, struct span key, struct object *want,
    struct object_sink *sink, struct err *e)
{
	struct fetch f = { .c = c, .key = key, .want = want, .sink = sink };
	unsigned failures = 0;
	int64_t reached = 0;	/* unlike offset, never goes back */

	for (;;) {
		if (fetch_once(&f, e) == 0)
			return 0;
		if (is_elsewhere(&f)) {
			judge(&f, e);
			break;
		}
		failures = f.offset > reached ? 1 : failures + 1;
		if (f.offset > reached)
			reached = f.offset;
		if (!client_again(c, failures, e))
			break;
		/* Without a name for the generation, parts may not be mixed. */
		if (f.offset > 0 && want->etag[0] == '\0' &&
		    want->version_id[0] == '\0') {
			f.offset = 0;
			if (sink->restart(sink, e) != 0)
				break;
		}
	}
	return err_ctx(e, "fetch %.*s", (int)key.len, key.p);
}
