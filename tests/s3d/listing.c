/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"
#include "num.h"

#include "markup.h"
#include "page.h"
#include "shared.h"
#include "uploads.h"
#include "uri.h"
#include "vault.h"

#include "listing.h"

#define PAGE_MAX 1000

/* What a listing was asked for, and the page it fills. */
struct query {
	struct span prefix, delimiter;
	struct span after;	/* only what is behind this key ... */
	uint64_t after_rank;	/* ... and, among its entries, this rank */
	bool all;		/* every version */
	bool url;		/* keys are sent percent-encoded */
	uint64_t max;
	struct page page;
};

static int
parse_query(struct query *q, struct exchange *x, const char *max,
    const char *after)
{
	const struct request *r = &x->request;
	struct span encoding = request_param(r, "encoding-type");

	*q = (struct query){ .max = PAGE_MAX, .after_rank = UINT64_MAX };
	q->prefix = request_param(r, "prefix");
	q->delimiter = request_param(r, "delimiter");
	q->after = request_param(r, after);
	q->url = span_is(encoding, "url");
	if ((encoding.p != NULL && !q->url) || (request_has(r, max) &&
	    num_u64(request_param(r, max), INT32_MAX, &q->max) != 0)) {
		reply_error(&x->reply, "InvalidArgument");
		return -1;
	}
	if (q->max > PAGE_MAX)
		q->max = PAGE_MAX;
	if (page_init(&q->page, (size_t)q->max) != 0) {
		reply_error(&x->reply, "InternalError");
		return -1;
	}
	return 0;
}

static bool
starts(struct span s, struct span with)
{
	return s.len >= with.len &&
	    (with.len == 0 || memcmp(s.p, with.p, with.len) == 0);
}

/* Length of key up to and with its first delimiter behind the prefix; 0. */
static size_t
common_length(const struct query *q, struct span key)
{
	size_t n = q->delimiter.len;

	for (size_t i = q->prefix.len; n > 0 && i + n <= key.len; i++)
		if (memcmp(key.p + i, q->delimiter.p, n) == 0)
			return i + n;
	return 0;
}

/* Offers one object or upload to the page, if it is asked for. */
static int
offer(struct query *q, struct entry *e, struct span key)
{
	size_t common = common_length(q, key);

	if (!starts(key, q->prefix))
		return 0;
	if (common > 0) {
		*e = (struct entry){ .prefix = true };
		key.len = common;
	}
	int behind = q->after.p != NULL ? page_compare(key, q->after) : 1;
	if (behind < 0 || (behind == 0 && e->rank <= q->after_rank))
		return 0;
	return page_offer(&q->page, e, key);
}

/* Versions of a key stand from the newest to the oldest. */
static uint64_t
version_rank(const struct object *o)
{
	return UINT64_MAX - o->number;
}

static int
offer_object(void *arg, const struct object *o)
{
	struct query *q = arg;
	struct entry e = { .rank = version_rank(o), .size = o->size,
	    .mtime = o->mtime, .marker = o->marker, .latest = o->latest };

	if (o->marker && !q->all)
		return 0;
	memcpy(e.etag, o->etag, sizeof(e.etag));
	memcpy(e.id, o->version[0] != '\0' ? o->version : "null",
	    o->version[0] != '\0' ? sizeof(o->version) : sizeof("null"));
	return offer(q, &e, vault_key(o));
}

static void
put_key(const struct query *q, struct buf *b, const char *name,
    struct span key)
{
	if (!q->url) {
		markup_element(b, name, key);
		return;
	}
	buf_printf(b, "<%s>", name);
	uri_encode(b, key, true);
	buf_printf(b, "</%s>", name);
}

static void
put_etag(struct exchange *x, struct buf *b, const char *hex)
{
	char text[EXCHANGE_ETAG_MAX];
	bool absent;

	exchange_etag(x, text, hex, &absent);
	if (!absent)
		markup_element(b, "ETag", span_of(text));
}

static void
put_object(struct exchange *x, const struct query *q, const struct entry *e)
{
	struct buf *b = &x->reply.body;
	const char *element = !q->all ? "Contents" :
	    e->marker ? "DeleteMarker" : "Version";

	buf_printf(b, "<%s>", element);
	put_key(q, b, "Key", page_key(e));
	if (q->all) {
		markup_element(b, "VersionId", span_of(e->id));
		markup_element(b, "IsLatest",
		    span_of(e->latest ? "true" : "false"));
	}
	markup_time(b, "LastModified", e->mtime);
	if (!e->marker) {
		put_etag(x, b, e->etag);
		markup_number(b, "Size", e->size);
		buf_puts(b, "<StorageClass>STANDARD</StorageClass>");
	}
	buf_printf(b, "</%s>", element);
}

static void
put_upload(struct exchange *x, const struct query *q, const struct entry *e)
{
	struct buf *b = &x->reply.body;

	buf_puts(b, "<Upload>");
	put_key(q, b, "Key", page_key(e));
	markup_element(b, "UploadId", span_of(e->id));
	buf_puts(b, "<StorageClass>STANDARD</StorageClass>");
	markup_time(b, "Initiated", e->mtime);
	buf_puts(b, "</Upload>");
}

static void
put_entries(struct exchange *x, const struct query *q, bool uploads)
{
	struct buf *b = &x->reply.body;

	for (size_t i = 0; i < q->page.n; i++) {
		const struct entry *e = &q->page.entry[i];
		if (e->prefix) {
			buf_puts(b, "<CommonPrefixes>");
			put_key(q, b, "Prefix", page_key(e));
			buf_puts(b, "</CommonPrefixes>");
		} else if (uploads) {
			put_upload(x, q, e);
		} else {
			put_object(x, q, e);
		}
	}
}

/* What all listings say of themselves. */
static void
put_query(struct exchange *x, const struct query *q, const char *max,
    bool more)
{
	struct buf *b = &x->reply.body;

	put_key(q, b, "Prefix", q->prefix);
	if (q->delimiter.len > 0)
		put_key(q, b, "Delimiter", q->delimiter);
	markup_number(b, max, (long long)q->max);
	if (q->url)
		buf_puts(b, "<EncodingType>url</EncodingType>");
	markup_element(b, "IsTruncated", span_of(more ? "true" : "false"));
}

/* Fills the page from the bucket. */
static int
fill(struct exchange *x, struct query *q)
{
	shared_lock(SHARED_VAULT);
	int failed = vault_walk(x->options->dir, x->request.bucket, q->all,
	    offer_object, q);
	shared_unlock(SHARED_VAULT);
	if (failed != 0)
		reply_error(&x->reply, "InternalError");
	return failed;
}

static const struct entry *
last_of(const struct query *q)
{
	return q->page.n > 0 && q->page.more ?
	    &q->page.entry[q->page.n - 1] : NULL;
}

/*
 * Version 2 goes on at an opaque token, which is the last key in a form that
 * XML and queries leave alone; version 1 names that key.
 */
void
listing_objects(struct exchange *x)
{
	const struct request *r = &x->request;
	bool v2 = span_is(request_param(r, "list-type"), "2");
	struct span token = request_param(r, "continuation-token");
	char key[REQUEST_HEAD_MAX];
	struct query q;

	if (parse_query(&q, x, "max-keys", v2 ? "start-after" : "marker") != 0)
		return;
	if (v2 && token.p != NULL) {
		ssize_t n = uri_decode(key, token, false);
		q.after = (struct span){ key, n > 0 ? (size_t)n : 0 };
	}
	if (fill(x, &q) == 0) {
		struct buf *b = reply_xml(&x->reply);
		const struct entry *last = last_of(&q);

		buf_puts(b, "<ListBucketResult" MARKUP_XMLNS ">");
		markup_element(b, "Name", r->bucket);
		put_query(x, &q, "MaxKeys", last != NULL);
		if (v2)
			markup_number(b, "KeyCount", (long long)q.page.n);
		if (last != NULL && v2) {
			buf_puts(b, "<NextContinuationToken>");
			uri_encode(b, page_key(last), false);
			buf_puts(b, "</NextContinuationToken>");
		} else if (last != NULL) {
			put_key(&q, b, "NextMarker", page_key(last));
		}
		put_entries(x, &q, false);
		buf_puts(b, "</ListBucketResult>");
	}
	page_free(&q.page);
}

/* The two markers with which the next page is asked for. */
static void
put_markers(struct exchange *x, const struct query *q, const char *id_name)
{
	struct buf *b = &x->reply.body;
	const struct entry *last = last_of(q);

	if (last == NULL)
		return;
	put_key(q, b, "NextKeyMarker", page_key(last));
	markup_element(b, id_name, span_of(last->id));
}

void
listing_versions(struct exchange *x)
{
	struct span id = request_param(&x->request, "version-id-marker");
	struct object o;
	struct query q;

	if (parse_query(&q, x, "max-keys", "key-marker") != 0)
		return;
	q.all = true;
	if (id.p != NULL && vault_find(x->options->dir, x->request.bucket,
	    q.after, id, &o) == 1)
		q.after_rank = version_rank(&o);
	if (fill(x, &q) == 0) {
		struct buf *b = reply_xml(&x->reply);

		buf_puts(b, "<ListVersionsResult" MARKUP_XMLNS ">");
		markup_element(b, "Name", x->request.bucket);
		put_query(x, &q, "MaxKeys", last_of(&q) != NULL);
		put_markers(x, &q, "NextVersionIdMarker");
		put_entries(x, &q, false);
		buf_puts(b, "</ListVersionsResult>");
	}
	page_free(&q.page);
}

/* Uploads of one key stand in the order of their ids. */
static uint64_t
upload_rank(struct span id)
{
	uint64_t rank = 0;
	uint8_t b[8];

	if (id.len < 16 || hex_decode(b, 8, (struct span){ id.p, 16 }) != 0)
		return UINT64_MAX;
	for (int i = 0; i < 8; i++)
		rank = rank << 8 | b[i];
	return rank;
}

static int
offer_upload(void *arg, const struct object *o, const char *id)
{
	struct entry e = { .mtime = o->mtime,
	    .rank = upload_rank(span_of(id)) };

	memcpy(e.id, id, sizeof(e.id));
	return offer(arg, &e, vault_key(o));
}

void
listing_uploads(struct exchange *x)
{
	struct span id = request_param(&x->request, "upload-id-marker");
	struct query q;

	if (parse_query(&q, x, "max-uploads", "key-marker") != 0)
		return;
	if (id.p != NULL)
		q.after_rank = upload_rank(id);
	shared_lock(SHARED_VAULT);
	int failed = uploads_walk(x->options->dir, x->request.bucket,
	    offer_upload, &q);
	shared_unlock(SHARED_VAULT);
	if (failed != 0) {
		reply_error(&x->reply, "InternalError");
	} else {
		struct buf *b = reply_xml(&x->reply);

		buf_puts(b, "<ListMultipartUploadsResult" MARKUP_XMLNS ">");
		markup_element(b, "Bucket", x->request.bucket);
		put_query(x, &q, "MaxUploads", last_of(&q) != NULL);
		put_markers(x, &q, "NextUploadIdMarker");
		put_entries(x, &q, true);
		buf_puts(b, "</ListMultipartUploadsResult>");
	}
	page_free(&q.page);
}

void
listing_buckets(struct exchange *x)
{
	struct buf *b = reply_xml(&x->reply);

	buf_puts(b, "<ListAllMyBucketsResult" MARKUP_XMLNS ">"
	    "<Owner><ID>s3d</ID></Owner><Buckets>");
	for (size_t i = 0; i < x->options->nbuckets; i++) {
		buf_puts(b, "<Bucket>");
		markup_element(b, "Name", span_of(x->options->bucket[i]));
		markup_time(b, "CreationDate", 0);
		buf_puts(b, "</Bucket>");
	}
	buf_puts(b, "</Buckets></ListAllMyBucketsResult>");
}

/* us-east-1 is told by silence (S3 API reference, GetBucketLocation). */
void
listing_location(struct exchange *x)
{
	struct buf *b = reply_xml(&x->reply);
	const char *region = x->options->region;

	buf_puts(b, "<LocationConstraint" MARKUP_XMLNS ">");
	if (strcmp(region, "us-east-1") != 0)
		markup_text(b, span_of(region));
	buf_puts(b, "</LocationConstraint>");
}

void
listing_versioning(struct exchange *x)
{
	struct buf *b = reply_xml(&x->reply);

	buf_puts(b, "<VersioningConfiguration" MARKUP_XMLNS ">");
	if (x->options->versioned)
		buf_puts(b, "<Status>Enabled</Status>");
	buf_puts(b, "</VersioningConfiguration>");
}

/* One rule, or none; whose time comes is not our business. */
void
listing_lifecycle(struct exchange *x)
{
	const char *rule = x->options->lifecycle;
	struct span days, prefix;
	struct buf *b;

	if (rule == NULL) {
		reply_error(&x->reply, "NoSuchLifecycleConfiguration");
		return;
	}
	prefix = span_cut(span_of(rule), '/', &days);
	b = reply_xml(&x->reply);
	buf_puts(b, "<LifecycleConfiguration" MARKUP_XMLNS "><Rule>"
	    "<ID>uploads</ID><Status>Enabled</Status><Filter>");
	if (prefix.p != NULL)
		markup_element(b, "Prefix", prefix);
	buf_puts(b, "</Filter><AbortIncompleteMultipartUpload>");
	markup_element(b, "DaysAfterInitiation", days);
	buf_puts(b, "</AbortIncompleteMultipartUpload></Rule>"
	    "</LifecycleConfiguration>");
}
