/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bearssl.h>

#include "hex.h"

#include "cond.h"
#include "markup.h"
#include "object.h"
#include "partlist.h"
#include "shared.h"
#include "spool.h"
#include "upload.h"
#include "uploads.h"

#include "complete.h"

#define LIST_MAX (2u << 20)	/* 10,000 parts of 120 bytes, and some */

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
	struct upload u = upload_named(x);
	struct object now;
	int current = object_current(x, &now);
	const char *wrong = upload_find(x, &u, o);

	if (current < 0)
		return "InternalError";
	if (wrong != NULL)
		return current == 1 && uploads_find_done(&u, o) == 1 &&
		    span_eq(vault_key(o), x->request.key) &&
		    strcmp(o->etag, now.etag) == 0 ? NULL : wrong;
	int refused = cond_check(x, current ? &now : NULL);
	if (refused != 0)
		return cond_code(refused);
	return build(x, &u, list, o);
}

void
complete_upload(struct exchange *x)
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
	buf_puts(b, "<CompleteMultipartUploadResult" MARKUP_XMLNS ">");
	markup_element(b, "Location", x->request.path);
	markup_element(b, "Bucket", x->request.bucket);
	markup_element(b, "Key", x->request.key);
	exchange_etag(x, etag, o.etag, &absent);
	if (!absent)
		markup_element(b, "ETag", span_of(etag));
	buf_puts(b, "</CompleteMultipartUploadResult>");
}
