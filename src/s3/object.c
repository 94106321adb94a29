/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "base64.h"
#include "hex.h"

#include "answer.h"
#include "object.h"

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

bool
object_is_named(const struct object *o)
{
	return o->etag[0] != '\0' || o->version_id[0] != '\0';
}

bool
object_is_current(const struct object *known, const struct object *now)
{
	if (!known->exists || !now->exists || known->size != now->size)
		return false;
	if (known->version_id[0] != '\0' && now->version_id[0] != '\0')
		return strcmp(known->version_id, now->version_id) == 0;
	return etag_same(known->etag, now->etag);
}

int
object_differs(const struct object *want, const struct object *now,
    struct err *e)
{
	struct object resized = *now;

	resized.exists = true;
	resized.size = want->size;
	if (!now->exists)
		return err_set(e, ERR_REPLACED_BY_OTHER,
		    "the object was removed meanwhile");
	if (object_same_generation(want, now))
		return err_set(e, ERR_INDETERMINATE,
		    "the store shows this generation but does not send it");
	if (object_is_current(want, &resized))
		return err_set(e, ERR_INDETERMINATE,
		    "the store shows %lld bytes of this generation, not %lld",
		    (long long)now->size, (long long)want->size);
	return err_set(e, ERR_REPLACED_BY_OTHER,
	    "the object was replaced by another meanwhile");
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
	answer_generation(c, o);
	rc = answer_check_encoding(c, e);
	if (rc == 0 && c->http.status == 206 &&
	    answer_range(c, &first, &last, &total) == 0 && first == 0)
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
	answer_generation(c, o);
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

/*
 * A PUT with a retention has to have a checksum besides the signature's
 * (Amazon S3 API reference, PutObject).
 */
#define RETAIN_HEADERS 3

static size_t
retain(struct sigv4_pair header[RETAIN_HEADERS], const struct object_put *put,
    char checksum[BASE64_LEN(SHA256_LEN) + 1])
{
	uint8_t digest[SHA256_LEN];

	BUG_ON(hex_decode(digest, SHA256_LEN, span_of(put->sha256_hex)) != 0);
	base64_encode(checksum, digest, SHA256_LEN);
	header[0] = (struct sigv4_pair){ span_of("x-amz-checksum-sha256"),
	    span_of(checksum) };
	header[1] = (struct sigv4_pair){ span_of("x-amz-object-lock-mode"),
	    span_of("COMPLIANCE") };
	header[2] = (struct sigv4_pair){
	    span_of("x-amz-object-lock-retain-until-date"),
	    span_of(put->retain_until) };
	return RETAIN_HEADERS;
}

int
object_put(struct client *c, const struct object_put *put, struct object *o,
    struct err *e)
{
	struct sigv4_pair header[2 + RETAIN_HEADERS] = {
		{ span_of("Content-Type"),
		  span_of("application/octet-stream") },
		{ span_of("If-None-Match"), span_of("*") }
	};
	struct client_request req = { .op = S3_PUT, .method = "PUT",
	    .key = put->key, .header = header,
	    .nheader = put->only_new ? 2 : 1, .body = put->body,
	    .payload_hash = put->sha256_hex };
	char checksum[BASE64_LEN(SHA256_LEN) + 1];
	ssize_t n;

	if (put->retain_until != NULL)
		req.nheader += retain(header + req.nheader, put, checksum);
	*o = (struct object){ .size = put->body->source.size };
	if (client_begin(c, &req, e) != 0)
		return -1;
	if (c->http.status == 200 && c->http.sent == o->size) {
		o->exists = true;
		answer_generation(c, o);
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

static int
delete_once(struct client *c, struct span key, const struct object *o,
    enum object_way way, struct err *e)
{
	struct sigv4_pair header[1], query[1];
	char if_match[ETAG_MAX + 3];
	struct client_request req = { .op = S3_DELETE, .method = "DELETE",
	    .key = key, .header = header, .query = query };
	ssize_t n;

	if (way == OBJECT_BY_VERSION) {
		BUG_ON(o->version_id[0] == '\0');
		query[req.nquery++] = (struct sigv4_pair){
		    span_of("versionId"), span_of(o->version_id) };
	} else if (way == OBJECT_BY_ETAG) {
		etag_if_match(if_match, o->etag);
		header[req.nheader++] = (struct sigv4_pair){
		    span_of("If-Match"), span_of(if_match) };
	}
	if (client_begin(c, &req, e) != 0)
		return -1;
	do
		n = client_read(c, c->control, sizeof(c->control), e);
	while (n > 0);
	client_end(c);
	if (c->http.status != 204 && c->http.status != 200)
		return err_set(e, ERR_INDETERMINATE,
		    "the store answered a DELETE with %d", c->http.status);
	err_clear(e);
	return 0;
}

int
object_delete(struct client *c, struct span key,
    const struct object *generation, enum object_way way, struct err *e)
{
	for (unsigned failures = 1;; failures++) {
		if (delete_once(c, key, generation, way, e) == 0)
			return 0;
		if (c->answered && c->refusal.class == S3ERR_ABSENT) {
			err_clear(e);
			return 0;
		}
		if (c->answered && c->refusal.class == S3ERR_EXISTS)
			e->code = ERR_REPLACED_BY_OTHER;
		if (!client_again(c, failures, e))
			return err_ctx(e, "delete %.*s", (int)key.len, key.p);
	}
}
