/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "num.h"
#include "utc.h"

#include "uri.h"

#include "multipart_list.h"

/* Entries of a page that are asked for: what S3 gives at most. */
#define PAGE_ENTRIES "1000"

/* A list longer than this is no list: ten million entries. */
#define PAGES_MAX 10000

/* --- Pages ---------------------------------------------------------------- */

static int
read_page(struct multipart_page *p, struct err *e)
{
	struct client *c = p->client;
	ssize_t n;

	buf_reset(&p->body);
	while ((n = client_read(c, c->control, sizeof(c->control), e)) > 0) {
		buf_put(&p->body, c->control, (size_t)n);
		if (!buf_ok(&p->body)) {
			client_close(c);
			return err_set(e, ERR_INDETERMINATE, "a list's page "
			    "is larger than %d bytes", MULTIPART_PAGE_MAX);
		}
	}
	client_end(c);
	return n < 0 ? -1 : 0;
}

/* The next page, whose root element is called root. */
static int
fetch_page(struct multipart_page *p, const struct client_request *req,
    const char *root, struct err *e)
{
	struct client *c = p->client;

	if (p->pages++ == PAGES_MAX)
		return err_set(e, ERR_INDETERMINATE, "a list has no end");
	for (unsigned failures = 1;; failures++) {
		if (client_begin(c, req, e) == 0 && read_page(p, e) == 0)
			break;
		if (!client_again(c, failures, e))
			return -1;
	}
	if (c->http.status != 200 ||
	    !xml_root(buf_as_span(&p->body), root) ||
	    xml_open(&p->xml, buf_as_span(&p->body)) != 0)
		return err_set(e, ERR_INDETERMINATE,
		    "the store's answer is no proper list");
	p->open = true;
	return 0;
}

static void
open_page(struct multipart_page *p, struct client *c)
{
	p->client = c;
	buf_init(&p->body, MULTIPART_PAGE_MAX);
	p->open = false;
	p->more = true;
	p->pages = 0;
}

static bool
is_true(struct span doc, const char *path)
{
	char text[8];

	return xml_text(doc, path, text, sizeof(text)) == 1 &&
	    strcmp(text, "true") == 0;
}

/* --- Parts ---------------------------------------------------------------- */

void
multipart_list_parts_open(struct multipart_list_parts *l, struct client *c,
    const struct multipart *up, unsigned after)
{
	open_page(&l->page, c);
	l->up = up;
	l->after = l->asked = after;
}

static int
next_parts_page(struct multipart_list_parts *l, struct err *e)
{
	struct multipart_page *p = &l->page;
	char marker[16];
	struct buf b;
	struct sigv4_pair query[3] = {
		{ span_of("max-parts"), span_of(PAGE_ENTRIES) },
		{ span_of("part-number-marker"), { NULL, 0 } },
		{ span_of("uploadId"), span_of(l->up->id) }
	};
	struct client_request req = { .op = S3_LISTPARTS, .method = "GET",
	    .key = l->up->key, .query = query, .nquery = 3,
	    .upload_id = true };

	l->asked = l->after;
	buf_fixed(&b, marker, sizeof(marker));
	buf_printf(&b, "%u", l->after);
	query[1].value = buf_as_span(&b);
	if (fetch_page(p, &req, "ListPartsResult", e) != 0)
		return err_ctx(e, "list the parts of an upload");
	p->more = is_true(buf_as_span(&p->body),
	    "ListPartsResult/IsTruncated");
	return 0;
}

static int
take_part(struct multipart_list_parts *l, struct span element,
    struct multipart_found *part, struct err *e)
{
	char number[16], size[24], etag[ETAG_MAX + sizeof("&quot;&quot;")];
	uint64_t n, bytes;

	if (xml_text(element, "Part/PartNumber", number,
	    sizeof(number)) != 1 ||
	    num_u64(span_of(number), UINT32_MAX, &n) != 0 || n <= l->after ||
	    xml_text(element, "Part/Size", size, sizeof(size)) != 1 ||
	    num_u64(span_of(size), INT64_MAX, &bytes) != 0)
		return err_set(e, ERR_INDETERMINATE,
		    "the store's list of parts is out of order");
	etag[0] = '\0';
	xml_text(element, "Part/ETag", etag, sizeof(etag));
	etag_normal(part->etag, span_of(etag));
	part->number = l->after = (unsigned)n;
	part->size = (int64_t)bytes;
	return 1;
}

int
multipart_list_parts_next(struct multipart_list_parts *l,
    struct multipart_found *part, struct err *e)
{
	struct multipart_page *p = &l->page;
	struct span element;

	for (;;) {
		if (p->open &&
		    xml_each(&p->xml, "ListPartsResult/Part", &element))
			return take_part(l, element, part, e);
		if (!p->more)
			return 0;
		if (p->open && l->after == l->asked)
			return err_set(e, ERR_INDETERMINATE,
			    "the store's list of parts does not go on");
		p->open = false;
		if (next_parts_page(l, e) != 0)
			return -1;
	}
}

void
multipart_list_parts_close(struct multipart_list_parts *l)
{
	buf_free(&l->page.body);
}

/* --- Uploads -------------------------------------------------------------- */

void
multipart_list_uploads_open(struct multipart_list_uploads *l, struct client *c,
    struct span prefix, bool exact)
{
	open_page(&l->page, c);
	l->prefix = prefix;
	l->exact = exact;
	l->encoded = l->any = false;
	memset(&l->last, 0, sizeof(l->last));
}

static int
next_uploads_page(struct multipart_list_uploads *l, struct err *e)
{
	struct multipart_page *p = &l->page;
	const struct multipart_entry *last = &l->last;
	const struct sigv4_pair query[6] = {
		{ span_of("uploads"), { NULL, 0 } },
		{ span_of("encoding-type"), span_of("url") },
		{ span_of("max-uploads"), span_of(PAGE_ENTRIES) },
		{ span_of("prefix"), l->prefix },
		{ span_of("key-marker"), { last->key, last->key_len } },
		{ span_of("upload-id-marker"), span_of(last->id) }
	};
	struct client_request req = { .op = S3_LISTUPLOADS, .method = "GET",
	    .query = query, .nquery = last->id[0] != '\0' ? 6 : 4 };
	char encoding[8];

	if (fetch_page(p, &req, "ListMultipartUploadsResult", e) != 0)
		return err_ctx(e, "list unfinished uploads");
	l->encoded = xml_text(buf_as_span(&p->body),
	    "ListMultipartUploadsResult/EncodingType", encoding,
	    sizeof(encoding)) == 1 && strcmp(encoding, "url") == 0;
	l->any = false;
	p->more = is_true(buf_as_span(&p->body),
	    "ListMultipartUploadsResult/IsTruncated");
	return 0;
}

/* "2026-11-22T03:00:00.000Z", with a fraction or without; 0 for none. */
static int64_t
parse_time(const char *text)
{
	char whole[UTC_ISO_LEN + 1];
	int64_t t;
	struct buf b;
	struct span head;

	span_cut(span_of(text), '.', &head);
	buf_fixed(&b, whole, sizeof(whole));
	buf_span(&b, head);
	if (b.len == UTC_ISO_LEN - 1)
		buf_putc(&b, 'Z');
	return utc_parse_iso(buf_as_span(&b), &t) == 0 ? t : 0;
}

static int
take_upload(struct multipart_list_uploads *l, struct span element,
    struct multipart_entry *u)
{
	char text[3 * MULTIPART_KEY_MAX + 1], begun[40];
	struct buf key;

	if (xml_text(element, "Upload/Key", text, sizeof(text)) != 1 ||
	    xml_text(element, "Upload/UploadId", u->id,
	    sizeof(u->id)) != 1 || u->id[0] == '\0')
		return -1;
	buf_fixed(&key, u->key, sizeof(u->key));
	if (!l->encoded)
		buf_puts(&key, text);
	else if (uri_decode(&key, span_of(text)) != 0)
		return -1;
	if (!buf_ok(&key))
		return -1;
	u->key_len = key.len;
	u->begun_at = 0;
	if (xml_text(element, "Upload/Initiated", begun, sizeof(begun)) == 1)
		u->begun_at = parse_time(begun);
	return 0;
}

/* Is it one that was asked for, and that records can name? */
static bool
is_wanted(const struct multipart_list_uploads *l,
    const struct multipart_entry *u)
{
	struct span key = { u->key, u->key_len };
	struct span head = { u->key, l->prefix.len };

	if (!multipart_is_id(u->id) || key.len < l->prefix.len)
		return false;
	return span_eq(l->exact ? key : head, l->prefix);
}

static bool
same_entry(const struct multipart_entry *a, const struct multipart_entry *b)
{
	return a->key_len == b->key_len && strcmp(a->id, b->id) == 0 &&
	    memcmp(a->key, b->key, a->key_len) == 0;
}

int
multipart_list_uploads_next(struct multipart_list_uploads *l,
    struct multipart_entry *upload, struct err *e)
{
	static const char path[] = "ListMultipartUploadsResult/Upload";
	struct multipart_page *p = &l->page;
	struct span element;

	for (;;) {
		while (p->open && xml_each(&p->xml, path, &element)) {
			if (take_upload(l, element, upload) != 0)
				return err_set(e, ERR_INDETERMINATE, "the "
				    "store's list of uploads cannot be read");
			l->any |= !same_entry(upload, &l->last);
			l->last = *upload;
			if (is_wanted(l, upload))
				return 1;
		}
		if (!p->more)
			return 0;
		if (p->open && !l->any)
			return err_set(e, ERR_INDETERMINATE,
			    "the store's list of uploads does not go on");
		p->open = false;
		if (next_uploads_page(l, e) != 0)
			return -1;
	}
}

void
multipart_list_uploads_close(struct multipart_list_uploads *l)
{
	buf_free(&l->page.body);
}
