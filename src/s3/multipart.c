/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"
#include "sha256.h"

#include "answer.h"
#include "multipart_list.h"
#include "xml.h"

#include "multipart.h"

/* Aborts that are answered as if they had found something to end. */
#define ABORT_ROUNDS 3

/* --- Answers -------------------------------------------------------------- */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * The document that answers a Create or Complete, as far as it came: whether
 * that is all of it, xml.h tells.  The blanks that keep a connection alive
 * until a Complete is done take no room.  Whatever was done is worth knowing:
 * no ceiling cuts it off.
 */
static struct span
read_document(struct client *c)
{
	struct err ignored = {0};
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(c->control)) {
		n = http_read(&c->http, c->control + len,
		    sizeof(c->control) - len, &ignored);
		if (n <= 0)
			break;
		c->counts.bytes_down += (uint64_t)n;
		if (len == 0) {
			size_t blank = 0;

			while (blank < (size_t)n &&
			    is_space(c->control[blank]))
				blank++;
			memmove(c->control, c->control + blank,
			    (size_t)n - blank);
			n -= (ssize_t)blank;
		}
		len += (size_t)n;
	}
	client_end(c);
	return (struct span){ c->control, len };
}

/* Read what comes, so that the connection can be used again. */
static void
drain(struct client *c)
{
	struct err ignored = {0};

	while (client_read(c, c->control, sizeof(c->control), &ignored) > 0)
		continue;
	client_end(c);
}

/* --- Create --------------------------------------------------------------- */

/* A body of no bytes: some stores insist on a length. */
static ssize_t
nothing_read(struct http_source *s, void *p, size_t n, struct err *e)
{
	(void)s;
	(void)p;
	(void)n;
	(void)e;
	return 0;
}

static int
nothing_rewind(struct client_body *body, struct err *e)
{
	(void)body;
	(void)e;
	return 0;
}

bool
multipart_is_id(const char *id)
{
	for (const char *p = id; *p != '\0'; p++)
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= 'A' && *p <= 'Z') &&
		    !(*p >= '0' && *p <= '9') &&
		    strchr("._~+/=-", *p) == NULL)
			return false;
	return id[0] != '\0';
}

/* An upload that can not be kept track of must not be left behind. */
static int
refuse_id(struct client *c, struct span key, const char *id, struct err *e)
{
	struct multipart up = { key, id };
	struct err ignored = {0};

	multipart_abort(c, &up, &ignored);
	return err_set(e, ERR_STORE_REFUSED,
	    "the store names its uploads in characters that are not taken");
}

int
multipart_create(struct client *c, struct span key,
    char id[MULTIPART_ID_MAX + 1], struct err *e)
{
	const struct sigv4_pair header = { span_of("Content-Type"),
	    span_of("application/octet-stream") };
	const struct sigv4_pair query = { span_of("uploads"), { NULL, 0 } };
	struct client_body empty = { .source = { 0, nothing_read },
	    .rewind = nothing_rewind };
	struct client_request req = { .op = S3_CREATE, .method = "POST",
	    .key = key, .query = &query, .nquery = 1, .header = &header,
	    .nheader = 1, .body = &empty };
	char hash[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct span doc;

	id[0] = '\0';
	sha256_of(digest, "", 0);
	hex_encode(hash, digest, SHA256_LEN);
	req.payload_hash = hash;
	if (client_begin(c, &req, e) != 0)
		return -1;
	doc = read_document(c);
	if (c->http.status != 200 ||
	    xml_text(doc, "InitiateMultipartUploadResult/UploadId", id,
	    MULTIPART_ID_MAX + 1) != 1 || id[0] == '\0')
		return err_set(e, ERR_INDETERMINATE,
		    "the store did not tell the upload's id");
	if (multipart_is_id(id))
		return 0;
	refuse_id(c, key, id, e);
	id[0] = '\0';
	return -1;
}

/* --- Parts ---------------------------------------------------------------- */

int
multipart_send(struct client *c, const struct multipart *up,
    const struct multipart_part *part, char etag[ETAG_MAX + 1],
    struct err *e)
{
	char number[16];
	struct buf b;
	struct sigv4_pair query[2] = {
		{ span_of("partNumber"), { NULL, 0 } },
		{ span_of("uploadId"), span_of(up->id) }
	};
	struct client_request req = { .op = S3_PART, .method = "PUT",
	    .key = up->key, .query = query, .nquery = 2, .body = part->body,
	    .payload_hash = part->sha256_hex, .upload_id = true };

	buf_fixed(&b, number, sizeof(number));
	buf_printf(&b, "%u", part->number);
	query[0].value = buf_as_span(&b);
	etag[0] = '\0';
	if (client_begin(c, &req, e) != 0)
		return -1;
	etag_normal(etag, client_header(c, "etag"));
	drain(c);
	if (c->http.status != 200 || c->http.sent != part->body->source.size)
		return err_set(e, ERR_INDETERMINATE,
		    "the store answered a part with %d after %lld bytes",
		    c->http.status, (long long)c->http.sent);
	if (etag[0] == '\0')
		return err_set(e, ERR_STORE_REFUSED,
		    "the store took a part and names no ETag for it");
	return 0;
}

/* --- Complete ------------------------------------------------------------- */

/*
 * The list of parts as a document, made piece by piece while it is sent: of
 * 10,000 parts it is some 900 KiB.
 */
struct list_body {
	struct client_body body;
	const struct multipart_tags *tags;
	unsigned next;		/* piece: 0 begins, count + 1 ends */
	char piece[256];	/* longer than an ETag and its part's tags */
	size_t at, len;
};

/* false behind the last piece. */
static bool
next_piece(struct list_body *l)
{
	static const char end[] = "</CompleteMultipartUpload>";
	static const char begin[] = "<CompleteMultipartUpload xmlns="
	    "\"http://s3.amazonaws.com/doc/2006-03-01/\">";
	const struct multipart_tags *t = l->tags;
	struct buf b;

	buf_fixed(&b, l->piece, sizeof(l->piece));
	if (l->next > t->count + 1)
		return false;
	if (l->next == 0)
		buf_puts(&b, begin);
	else if (l->next <= t->count)
		buf_printf(&b, "<Part><PartNumber>%u</PartNumber>"
		    "<ETag>\"%s\"</ETag></Part>", l->next,
		    t->etag(t, l->next));
	else
		buf_puts(&b, end);
	BUG_ON(!buf_ok(&b));
	l->next++;
	l->at = 0;
	l->len = b.len;
	return true;
}

static ssize_t
list_read(struct http_source *s, void *p, size_t n, struct err *e)
{
	struct list_body *l = (struct list_body *)s;
	size_t got = 0;

	(void)e;
	while (got < n && (l->at < l->len || next_piece(l))) {
		size_t some = l->len - l->at;

		if (some > n - got)
			some = n - got;
		memcpy((char *)p + got, l->piece + l->at, some);
		l->at += some;
		got += some;
	}
	return (ssize_t)got;
}

static int
list_rewind(struct client_body *body, struct err *e)
{
	struct list_body *l = (struct list_body *)body;

	(void)e;
	l->next = 0;
	l->at = l->len = 0;
	return 0;
}

/* Size and digest of the document, by making all of it once. */
static void
measure(struct list_body *l, char hex[SHA256_HEX_LEN + 1])
{
	uint8_t digest[SHA256_LEN];
	struct sha256 h;

	sha256_init(&h);
	l->body.source.size = 0;
	while (next_piece(l)) {
		sha256_update(&h, l->piece, l->len);
		l->body.source.size += (int64_t)l->len;
	}
	sha256_final(&h, digest);
	hex_encode(hex, digest, SHA256_LEN);
}

/* What the answer to a Complete says, however it came. */
static int
judge_complete(struct client *c, struct span doc, struct object *o,
    struct err *e)
{
	static const char result[] = "CompleteMultipartUploadResult";
	char etag[ETAG_MAX + sizeof("\"\"")];

	if (c->http.status == 200 && xml_root(doc, result)) {
		answer_generation(c, o);
		o->etag[0] = '\0';	/* a header's is the answer's */
		if (xml_text(doc, "CompleteMultipartUploadResult/ETag", etag,
		    sizeof(etag)) == 1)
			etag_normal(o->etag, span_of(etag));
		o->exists = true;
		return 0;
	}
	if (c->http.status == 200 && xml_root(doc, "Error")) {
		struct s3err_answer a = { .method = "POST", .status = 200,
		    .upload_id = true, .body = doc };

		s3err_classify(&c->refusal, &a);
		c->answered = true;
		return s3err_report(&c->refusal, e);
	}
	return err_set(e, ERR_INDETERMINATE,
	    "the store did not tell whether it completed the upload");
}

int
multipart_complete(struct client *c, const struct multipart *up,
    const struct multipart_tags *tags, bool only_new, struct object *o,
    struct err *e)
{
	const struct sigv4_pair query = { span_of("uploadId"),
	    span_of(up->id) };
	const struct sigv4_pair header[2] = {
		{ span_of("Content-Type"), span_of("application/xml") },
		{ span_of("If-None-Match"), span_of("*") }
	};
	char hash[SHA256_HEX_LEN + 1];
	struct list_body list = { .body = { .source = { 0, list_read },
	    .rewind = list_rewind }, .tags = tags };
	struct client_request req = { .op = S3_COMPLETE, .method = "POST",
	    .key = up->key, .query = &query, .nquery = 1, .header = header,
	    .nheader = only_new ? 2 : 1, .body = &list.body,
	    .payload_hash = hash, .upload_id = true };

	struct span doc;

	*o = (struct object){ .size = -1 };
	measure(&list, hash);
	if (client_begin(c, &req, e) != 0)
		return -1;
	doc = read_document(c);
	/* Of a list that was not heard to its end nothing was made. */
	if (c->http.sent != list.body.source.size)
		doc.len = 0;
	return judge_complete(c, doc, o, e);
}

/* --- Abort ---------------------------------------------------------------- */

/* 1: gone; 0: the store took it; -1. */
static int
abort_once(struct client *c, const struct multipart *up, struct err *e)
{
	const struct sigv4_pair query = { span_of("uploadId"),
	    span_of(up->id) };
	struct client_request req = { .op = S3_ABORT, .method = "DELETE",
	    .key = up->key, .query = &query, .nquery = 1, .upload_id = true };

	for (unsigned failures = 1;; failures++) {
		if (client_begin(c, &req, e) == 0) {
			drain(c);
			return 0;
		}
		if (c->answered && c->refusal.class == S3ERR_NO_UPLOAD) {
			err_clear(e);
			return 1;
		}
		if (!client_again(c, failures, e))
			return -1;
	}
}

/* The store never says that it is gone: does it still list its parts? */
static int
check_gone(struct client *c, const struct multipart *up, struct err *e)
{
	struct multipart_found part;
	struct multipart_list_parts list;
	int rc;

	multipart_list_parts_open(&list, c, up, 0);
	rc = multipart_list_parts_next(&list, &part, e);
	multipart_list_parts_close(&list);
	if (rc >= 0)
		return err_set(e, ERR_INDETERMINATE,
		    "the store takes each Abort and keeps the upload");
	if (!c->answered || c->refusal.class != S3ERR_NO_UPLOAD)
		return -1;
	err_clear(e);
	return 0;
}

int
multipart_abort(struct client *c, const struct multipart *up, struct err *e)
{
	int rc = 0;

	for (int round = 0; round < ABORT_ROUNDS && rc == 0; round++)
		rc = abort_once(c, up, e);
	if (rc == 0)
		rc = check_gone(c, up, e);
	return rc < 0 ? err_ctx(e, "end an upload of %.*s",
	    (int)up->key.len, up->key.p) : 0;
}
