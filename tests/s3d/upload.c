/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

#include "markup.h"
#include "object.h"
#include "shared.h"
#include "spool.h"
#include "uploads.h"

#include "upload.h"

#define PARTS_PAGE 1000

struct upload
upload_named(const struct exchange *x)
{
	return (struct upload){ x->options->dir, x->request.bucket,
	    request_param(&x->request, "uploadId") };
}

const char *
upload_find(const struct exchange *x, const struct upload *u, struct object *o)
{
	int found = uploads_find(u, o);

	if (found < 0)
		return "InternalError";
	return found == 1 && span_eq(vault_key(o), x->request.key) ? NULL :
	    "NoSuchUpload";
}

static const char *
find_locked(const struct exchange *x, const struct upload *u)
{
	struct object o;

	shared_lock(SHARED_VAULT);
	const char *wrong = upload_find(x, u, &o);
	shared_unlock(SHARED_VAULT);
	return wrong;
}

void
upload_create(struct exchange *x)
{
	char id[VAULT_ID_MAX];
	struct object o = { .mtime = exchange_now(x) };
	struct upload u = upload_named(x);

	vault_new_id(id);
	u.id = span_of(id);
	vault_set_key(&o, x->request.key);
	object_take_fields(&o, &x->request);
	shared_lock(SHARED_VAULT);
	int failed = uploads_create(&u, &o);
	shared_unlock(SHARED_VAULT);
	if (failed != 0) {
		reply_error(&x->reply, "InternalError");
		return;
	}
	struct buf *b = reply_xml(&x->reply);
	buf_puts(b, "<InitiateMultipartUploadResult" MARKUP_XMLNS ">");
	markup_element(b, "Bucket", x->request.bucket);
	markup_element(b, "Key", x->request.key);
	markup_element(b, "UploadId", u.id);
	buf_puts(b, "</InitiateMultipartUploadResult>");
}

/* The body is in: NULL, or why it is no part. */
static const char *
commit_part(struct exchange *x, const struct upload *u, unsigned number,
    struct spool *body)
{
	struct part p = { .size = body->size, .mtime = exchange_now(x) };
	struct object o;

	memcpy(p.etag, body->md5_hex, sizeof(body->md5_hex));
	shared_lock(SHARED_VAULT);
	/* It may have ended while the body came. */
	const char *wrong = upload_find(x, u, &o);
	if (wrong == NULL && uploads_put_part(u, number, &p, body->path) != 0)
		wrong = "InternalError";
	shared_unlock(SHARED_VAULT);
	if (wrong == NULL) {
		body->path[0] = '\0';
		reply_etag(&x->reply, p.etag);
	}
	return wrong;
}

void
upload_part(struct exchange *x)
{
	struct request *r = &x->request;
	struct upload u = upload_named(x);
	struct spool body = { .fd = -1 };
	const char *wrong;
	uint64_t n = 0;

	if (num_u64(request_param(r, "partNumber"), x->options->max_parts,
	    &n) != 0 || n == 0)
		wrong = "InvalidArgument";
	else if (r->body_size < 0)
		wrong = "MissingContentLength";
	else if (r->body_size > (int64_t)x->options->max_put)
		wrong = "EntityTooLarge";
	else if (request_field(r, "x-amz-copy-source").p != NULL)
		wrong = "NotImplemented";
	else if ((wrong = find_locked(x, &u)) == NULL &&
	    spool_open(&body, x->options->dir) != 0)
		wrong = "InternalError";
	if (wrong == NULL)
		wrong = spool_body(&body, r, x->verdict.payload,
		    x->options->trust_digests);
	if (wrong == NULL)
		wrong = commit_part(x, &u, (unsigned)n, &body);
	if (wrong != NULL)
		reply_error(&x->reply, wrong);
	spool_drop(&body);
}

void
upload_abort(struct exchange *x)
{
	struct upload u = upload_named(x);
	struct object o;

	shared_lock(SHARED_VAULT);
	const char *wrong = upload_find(x, &u, &o);
	if (wrong == NULL && uploads_end(&u, NULL) != 0)
		wrong = "InternalError";
	shared_unlock(SHARED_VAULT);
	if (wrong != NULL)
		reply_error(&x->reply, wrong);
	else
		x->reply.status = 204;
}

/* One part of the list; 0 or -1. */
static int
put_part(struct exchange *x, const struct upload *u, unsigned number)
{
	struct buf *b = &x->reply.body;
	char etag[EXCHANGE_ETAG_MAX];
	struct part p;
	bool absent;

	if (uploads_find_part(u, number, &p) != 1)
		return -1;
	exchange_etag(x, etag, p.etag, &absent);
	buf_puts(b, "<Part>");
	markup_number(b, "PartNumber", (long long)number);
	markup_time(b, "LastModified", p.mtime);
	if (!absent)
		markup_element(b, "ETag", span_of(etag));
	markup_number(b, "Size", p.size);
	buf_puts(b, "</Part>");
	return 0;
}

/* Up to max parts behind marker. */
static int
put_parts(struct exchange *x, const struct upload *u, uint64_t marker,
    uint64_t max)
{
	bool there[UPLOADS_PART_MAX + 1];
	struct buf *b = &x->reply.body;
	uint64_t n, shown = 0, last = marker;

	if (uploads_parts(u, there) != 0)
		return -1;
	for (n = marker + 1; n <= UPLOADS_PART_MAX; n++) {
		if (!there[n])
			continue;
		if (shown == max)
			break;
		if (put_part(x, u, (unsigned)n) != 0)
			return -1;
		shown++;
		last = n;
	}
	markup_number(b, "PartNumberMarker", (long long)marker);
	markup_number(b, "MaxParts", (long long)max);
	if (n <= UPLOADS_PART_MAX)
		markup_number(b, "NextPartNumberMarker", (long long)last);
	markup_element(b, "IsTruncated",
	    span_of(n <= UPLOADS_PART_MAX ? "true" : "false"));
	return 0;
}

void
upload_list_parts(struct exchange *x)
{
	const struct request *r = &x->request;
	struct upload u = upload_named(x);
	uint64_t marker = 0, max = PARTS_PAGE;
	struct object o;

	if ((request_has(r, "part-number-marker") && num_u64(request_param(r,
	    "part-number-marker"), UPLOADS_PART_MAX, &marker) != 0) ||
	    (request_has(r, "max-parts") && num_u64(request_param(r,
	    "max-parts"), PARTS_PAGE, &max) != 0)) {
		reply_error(&x->reply, "InvalidArgument");
		return;
	}
	shared_lock(SHARED_VAULT);
	const char *wrong = upload_find(x, &u, &o);
	if (wrong == NULL) {
		struct buf *b = reply_xml(&x->reply);
		buf_puts(b, "<ListPartsResult" MARKUP_XMLNS ">");
		markup_element(b, "Bucket", r->bucket);
		markup_element(b, "Key", r->key);
		markup_element(b, "UploadId", u.id);
		if (put_parts(x, &u, marker, max) != 0)
			wrong = "InternalError";
		buf_puts(b, "</ListPartsResult>");
	}
	shared_unlock(SHARED_VAULT);
	if (wrong != NULL)
		reply_error(&x->reply, wrong);
}
