/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bearssl.h>

#include "hex.h"
#include "num.h"

#include "cond.h"
#include "markup.h"
#include "object.h"
#include "partlist.h"
#include "shared.h"
#include "spool.h"
#include "uploads.h"

#include "upload.h"

#define LIST_MAX (2u << 20)	/* 10,000 parts of 120 bytes, and some */
#define PARTS_PAGE 1000

static const char xmlns[] =
    " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

static struct upload
upload_of(const struct exchange *x)
{
	return (struct upload){ x->options->dir, x->request.bucket,
	    request_param(&x->request, "uploadId") };
}

/* The upload that the request names, under SHARED_VAULT; NULL or a code. */
static const char *
find(const struct exchange *x, const struct upload *u, struct object *o)
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
	const char *wrong = find(x, u, &o);
	shared_unlock(SHARED_VAULT);
	return wrong;
}

void
upload_create(struct exchange *x)
{
	char id[VAULT_ID_MAX];
	struct object o = { .mtime = exchange_now(x) };
	struct upload u = upload_of(x);

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
	buf_printf(b, "<InitiateMultipartUploadResult%s>", xmlns);
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
	const char *wrong = find(x, u, &o);
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
	struct upload u = upload_of(x);
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

/* The list of parts out of the request's body: NULL or a code. */
static const char *
read_list(struct exchange *x, struct partlist *list)
{
	struct request *r = &x->request;
	size_t size = r->body_size > 0 ? (size_t)r->body_size : 0;
	unsigned char digest[32];
	br_sha256_context sha;
	char hex[65];
	const char *wrong = NULL;

	if (size == 0 || r->body_size > (int64_t)LIST_MAX)
		return "MalformedXML";
	char *text = malloc(size);
	if (text == NULL)
		return "InternalError";
	if (request_body_full(r, text, size) != (ssize_t)size)
		wrong = "IncompleteBody";
	if (wrong == NULL && !span_is(x->verdict.payload, VERIFY_UNSIGNED)) {
		br_sha256_init(&sha);
		br_sha256_update(&sha, text, size);
		br_sha256_out(&sha, digest);
		hex_encode(hex, digest, sizeof(digest));
		if (!span_is(x->verdict.payload, hex))
			wrong = "XAmzContentSHA256Mismatch";
	}
	if (wrong == NULL &&
	    partlist_parse(list, (struct span){ text, size }) != 0)
		wrong = "MalformedXML";
	free(text);
	return wrong;
}

/* A part's size against the rules: NULL or a code. */
static const char *
check_size(const struct options *o, int64_t size, int64_t first, bool last)
{
	if (!last && size < (int64_t)o->min_part)
		return "EntityTooSmall";
	if (o->equal_parts && (last ? size > first : size != first))
		return "InvalidPart";
	return NULL;
}

/*
 * Checks the list against what is there, and makes the ETag: the MD5 of the
 * parts' MD5s, and their number.
 */
static const char *
check_parts(const struct options *o, const struct upload *u,
    const struct partlist *list, char etag[VAULT_ETAG_MAX])
{
	unsigned char digest[16];
	br_md5_context md5;
	int64_t first = 0;
	struct part p;

	br_md5_init(&md5);
	for (size_t i = 0; i < list->n; i++) {
		unsigned number = list->part[i].number;

		if (i > 0 && number <= list->part[i - 1].number)
			return "InvalidPartOrder";
		if (uploads_find_part(u, number, &p) != 1 ||
		    strcmp(p.etag, list->part[i].etag) != 0 ||
		    hex_decode(digest, 16, (struct span){ p.etag, 32 }) != 0)
			return "InvalidPart";
		if (i == 0)
			first = p.size;
		const char *wrong = check_size(o, p.size, first,
		    i == list->n - 1);
		if (wrong != NULL)
			return wrong;
		br_md5_update(&md5, digest, sizeof(digest));
	}
	br_md5_out(&md5, digest);
	hex_encode(etag, digest, sizeof(digest));
	snprintf(etag + 32, VAULT_ETAG_MAX - 32, "-%u", (unsigned)list->n);
	return NULL;
}

static int
join_parts(struct spool *body, const struct upload *u,
    const struct partlist *list)
{
	struct part p;

	for (size_t i = 0; i < list->n; i++) {
		int fd = uploads_part_body(u, list->part[i].number);
		if (fd < 0)
			return -1;
		int failed = uploads_find_part(u, list->part[i].number,
		    &p) != 1 || spool_copy(body, fd, p.size) != 0;
		close(fd);
		if (failed)
			return -1;
	}
	return spool_end(body);
}

/* Makes o of the parts, current, and ends the upload: NULL or a code. */
static const char *
build(struct exchange *x, const struct upload *u,
    const struct partlist *list, struct object *o)
{
	struct spool body = { .fd = -1 };
	const char *dir = x->options->dir;
	const char *wrong = check_parts(x->options, u, list, o->etag);

	if (wrong != NULL)
		return wrong;
	if (spool_open(&body, dir) != 0 || join_parts(&body, u, list) != 0) {
		wrong = "InternalError";
	} else {
		o->size = body.size;
		o->mtime = exchange_now(x);
		if (vault_put(dir, u->bucket, o, body.path,
		    x->options->versioned) != 0 || uploads_end(u, o) != 0)
			wrong = "InternalError";
		else
			body.path[0] = '\0';
	}
	spool_drop(&body);
	return wrong;
}

/*
 * Under SHARED_VAULT from the first look to the last.  A repeated Complete
 * succeeds again as long as its object is there, as Amazon's does.
 */
static const char *
complete(struct exchange *x, const struct partlist *list, struct object *o)
{
	struct upload u = upload_of(x);
	struct object now;
	int current = object_current(x, &now);
	const char *wrong = find(x, &u, o);

	if (current < 0)
		return "InternalError";
	if (wrong != NULL)
		return current == 1 && uploads_find_done(&u, o) == 1 &&
		    span_eq(vault_key(o), x->request.key) &&
		    strcmp(o->etag, now.etag) == 0 ? NULL : wrong;
	int refused = cond_check(x, current ? &now : NULL);
	if (refused != 0)
		return refused == 501 ? "NotImplemented" :
		    refused == 404 ? "NoSuchKey" : "PreconditionFailed";
	return build(x, &u, list, o);
}

void
upload_complete(struct exchange *x)
{
	struct partlist *list = malloc(sizeof(*list));
	struct object o;
	const char *wrong = "InternalError";
	char etag[EXCHANGE_ETAG_MAX];
	bool absent;

	if (list != NULL && (wrong = read_list(x, list)) == NULL) {
		shared_lock(SHARED_VAULT);
		wrong = complete(x, list, &o);
		shared_unlock(SHARED_VAULT);
	}
	free(list);
	if (wrong != NULL) {
		reply_error(&x->reply, wrong);
		return;
	}
	struct buf *b = reply_xml(&x->reply);
	if (o.version[0] != '\0')
		reply_field(&x->reply, "x-amz-version-id", "%s", o.version);
	buf_printf(b, "<CompleteMultipartUploadResult%s><Location>", xmlns);
	markup_text(b, x->request.path);
	buf_puts(b, "</Location>");
	markup_element(b, "Bucket", x->request.bucket);
	markup_element(b, "Key", x->request.key);
	exchange_etag(x, etag, o.etag, &absent);
	if (!absent)
		markup_element(b, "ETag", span_of(etag));
	buf_puts(b, "</CompleteMultipartUploadResult>");
}

void
upload_abort(struct exchange *x)
{
	struct upload u = upload_of(x);
	struct object o;

	shared_lock(SHARED_VAULT);
	const char *wrong = find(x, &u, &o);
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
	struct upload u = upload_of(x);
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
	const char *wrong = find(x, &u, &o);
	if (wrong == NULL) {
		struct buf *b = reply_xml(&x->reply);
		buf_printf(b, "<ListPartsResult%s>", xmlns);
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
