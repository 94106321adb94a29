/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "num.h"

#include "list.h"
#include "uri.h"

/* Pages without an entry, in a row, before a listing is given up. */
#define EMPTY_MAX 100

/*
 * How each is asked for and what it answers with (Amazon S3 API reference,
 * the operations that list.h names).
 */
static const struct kind {
	enum s3_op op;
	const char *select, *version;	/* query: what is asked for */
	const char *start;		/* query: behind which key */
	const char *token;		/* query: to go on */
	const char *root;
	const char *entry[2];		/* paths; NULL: no second one */
	const char *id;			/* of an entry; NULL: none */
	const char *next_token;		/* elements: where to go on */
	const char *next_key;		/* NULL: the token says all */
} kinds[] = {
	[LIST_OBJECTS] = {
		S3_LIST, "list-type", "2", "start-after",
		"continuation-token", "ListBucketResult",
		{ "ListBucketResult/Contents", NULL }, NULL,
		"NextContinuationToken", NULL
	},
	[LIST_VERSIONS] = {
		S3_LIST, "versions", "", "key-marker", "version-id-marker",
		"ListVersionsResult", { "ListVersionsResult/Version",
		"ListVersionsResult/DeleteMarker" }, "VersionId",
		"NextVersionIdMarker", "NextKeyMarker"
	},
	[LIST_UPLOADS] = {
		S3_LISTUPLOADS, "uploads", "", "key-marker",
		"upload-id-marker", "ListMultipartUploadsResult",
		{ "ListMultipartUploadsResult/Upload", NULL }, "UploadId",
		"NextUploadIdMarker", "NextKeyMarker"
	}
};

_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == LIST__COUNT,
    "a row for each kind");

static const struct kind *
kind_of(const struct list *l)
{
	return &kinds[l->query.kind];
}

static int
disbelieve(const char *what, struct err *e)
{
	return err_set(e, ERR_INDETERMINATE, "the store's listing %s", what);
}

void
list_open(struct list *l, struct client *c, const struct list_query *q)
{
	BUG_ON(q->start_after.len > LIST_KEY_MAX);
	*l = (struct list){ .client = c, .query = *q, .more = true };
	buf_init(&l->page, LIST_PAGE_MAX + 1);
	if (q->start_after.len > 0)
		memcpy(l->key, q->start_after.p, q->start_after.len);
	l->key_len = q->start_after.len;
}

void
list_close(struct list *l)
{
	buf_free(&l->page);
}

/* --- One page ------------------------------------------------------------- */

/* The body of the answer, to its proper end and within bounds. */
static int
read_body(struct list *l, struct err *e)
{
	char block[16384];
	ssize_t n;

	buf_reset(&l->page);
	for (;;) {
		n = client_read(l->client, block, sizeof(block), e);
		if (n <= 0)
			return (int)n;
		if ((size_t)n > LIST_PAGE_MAX - l->page.len)
			return disbelieve("has too long a page", e);
		buf_put(&l->page, block, (size_t)n);
		if (!buf_ok(&l->page))
			return err_set(e, ERR_NO_MEMORY,
			    "no memory for a page of a listing");
	}
}

/* A listing, complete; or an error that came as a 200, as that error. */
static int
check_body(struct list *l, struct err *e)
{
	struct s3err_answer a = { .method = "GET", .status = 200,
	    .body = buf_as_span(&l->page) };

	if (xml_root(a.body, kind_of(l)->root))
		return 0;
	if (!xml_root(a.body, "Error"))
		return disbelieve("is not a complete one", e);
	s3err_classify(&l->client->refusal, &a);
	l->client->answered = true;
	return s3err_report(&l->client->refusal, e);
}

static struct sigv4_pair
pair(const char *name, struct span value)
{
	return (struct sigv4_pair){ span_of(name), value };
}

static size_t
make_query(const struct list *l, struct sigv4_pair query[5])
{
	const struct kind *k = kind_of(l);
	struct span key = { l->next.key, l->next.key_len };
	size_t n = 0;

	query[n++] = pair(k->select, span_of(k->version));
	query[n++] = pair("encoding-type", span_of("url"));
	query[n++] = pair("prefix", l->query.prefix);
	if (l->pages == 0) {
		if (l->query.start_after.len > 0)
			query[n++] = pair(k->start, l->query.start_after);
		return n;
	}
	if (k->next_key != NULL)
		query[n++] = pair(k->start, key);
	if (l->next.token[0] != '\0')
		query[n++] = pair(k->token, span_of(l->next.token));
	return n;
}

static int
ask_once(struct list *l, struct err *e)
{
	struct sigv4_pair query[5];
	struct client_request req = { .op = kind_of(l)->op, .method = "GET",
	    .query = query, .nquery = make_query(l, query) };

	if (client_begin(l->client, &req, e) != 0)
		return -1;
	if (l->client->http.status != 200) {
		client_close(l->client);
		return err_set(e, ERR_INDETERMINATE,
		    "the store answered a list with %d",
		    l->client->http.status);
	}
	if (read_body(l, e) != 0) {
		client_close(l->client);
		return -1;
	}
	client_end(l->client);
	return check_body(l, e);
}

/* Text as it stands in the page, as raw bytes of up to LIST_KEY_MAX. */
static int
take_key(const struct list *l, const char *text, char key[LIST_KEY_MAX],
    size_t *len)
{
	char storage[LIST_KEY_MAX + 1];
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	if (!l->encoded)
		buf_puts(&b, text);
	else if (uri_decode(&b, span_of(text)) != 0)
		return -1;
	if (!buf_ok(&b) || b.len == 0)
		return -1;
	memcpy(key, storage, b.len);
	*len = b.len;
	return 0;
}

static bool
is_same_mark(const struct list_mark *a, const struct list_mark *b)
{
	return strcmp(a->token, b->token) == 0 && span_eq(
	    (struct span){ a->key, a->key_len },
	    (struct span){ b->key, b->key_len });
}

/*
 * Where does the page say that the listing goes on?  A circle is found by
 * R. Brent's method: each mark is compared with an earlier one, which moves
 * up when the number of pages doubles.
 */
static int
note_next(struct list *l, const char *key, struct err *e)
{
	const struct kind *k = kind_of(l);

	if (k->next_key != NULL ? take_key(l, key, l->next.key,
	    &l->next.key_len) != 0 : l->next.token[0] == '\0')
		return disbelieve("does not say where it goes on", e);
	if (l->pages > 1 && is_same_mark(&l->next, &l->past))
		return disbelieve("leads in a circle", e);
	if ((l->pages & (l->pages - 1)) == 0)
		l->past = l->next;
	return 0;
}

/* What a page says of itself. */
static int
read_head(struct list *l, struct err *e)
{
	const struct kind *k = kind_of(l);
	char encoding[8], truncated[8], key[3 * LIST_KEY_MAX + 1];
	struct xml_child child[] = {
		{ "EncodingType", encoding, sizeof(encoding), 0 },
		{ "IsTruncated", truncated, sizeof(truncated), 0 },
		{ k->next_token, l->next.token, sizeof(l->next.token), 0 },
		{ k->next_key, key, sizeof(key), 0 }
	};

	if (xml_children(buf_as_span(&l->page), child,
	    k->next_key != NULL ? 4 : 3) != 0)
		return disbelieve("is not as it should be", e);
	l->encoded = strcmp(encoding, "url") == 0;
	l->more = strcmp(truncated, "true") == 0;
	if (!l->more && strcmp(truncated, "false") != 0)
		return disbelieve("does not say whether it is all", e);
	return l->more ? note_next(l, key, e) : 0;
}

static int
next_page(struct list *l, struct err *e)
{
	if (l->empty == EMPTY_MAX)
		return disbelieve("has too many empty pages", e);
	for (unsigned failures = 1; ask_once(l, e) != 0; failures++)
		if (!client_again(l->client, failures, e))
			return -1;
	l->pages++;
	l->empty++;
	l->element = 0;
	xml_open(&l->entries, buf_as_span(&l->page));
	return read_head(l, e);
}

/* --- One entry ------------------------------------------------------------ */

static bool
is_below(struct span key, struct span prefix)
{
	return key.len >= prefix.len &&
	    span_eq((struct span){ key.p, prefix.len }, prefix);
}

/* The entry's key, which is to come behind the one before it. */
static int
note_key(struct list *l, const char *text, struct span *out, struct err *e)
{
	struct span last = { l->key, l->key_len };
	char raw[LIST_KEY_MAX];
	struct span key = { raw, 0 };

	if (take_key(l, text, raw, &key.len) != 0)
		return disbelieve("has a key that is none", e);
	if (!is_below(key, l->query.prefix))
		return disbelieve("has a key that was not asked for", e);
	if (l->query.kind == LIST_OBJECTS && span_compare(last, key) >= 0)
		return disbelieve("is not in order", e);
	memcpy(l->key, raw, key.len);
	l->key_len = key.len;
	*out = (struct span){ l->key, l->key_len };
	return 0;
}

static bool
is_id(const char *id)
{
	for (size_t i = 0; id[i] != '\0'; i++)
		if (id[i] <= ' ' || id[i] > '~')
			return false;
	return id[0] != '\0';
}

static int
take_entry(struct list *l, struct span element, struct list_entry *entry,
    struct err *e)
{
	const struct kind *k = kind_of(l);
	char key[3 * LIST_KEY_MAX + 1], size[24], etag[ETAG_MAX + 16];
	struct xml_child child[] = {
		{ "Key", key, sizeof(key), 0 },
		{ "Size", size, sizeof(size), 0 },
		{ "ETag", etag, sizeof(etag), 0 },
		{ k->id, entry->id, sizeof(entry->id), 0 }
	};
	uint64_t bytes = 0;

	entry->id[0] = '\0';
	entry->marker = l->element == 1;
	/* Its head was read before: what is wrong here is in the child. */
	xml_children(element, child, k->id != NULL ? 4 : 3);
	if (l->query.kind != LIST_UPLOADS && !entry->marker &&
	    num_u64(span_of(size), INT64_MAX, &bytes) != 0)
		return disbelieve("has an object without a size", e);
	if (k->id != NULL && !is_id(entry->id))
		return disbelieve("has an entry without an id", e);
	entry->size = (int64_t)bytes;
	etag_normal(entry->etag, span_of(etag));
	return note_key(l, key, &entry->key, e);
}

/* 1 and the next entry of this page; 0 when it is used up; -1. */
static int
next_of_page(struct list *l, struct list_entry *entry, struct err *e)
{
	const struct kind *k = kind_of(l);
	struct span element;

	for (; l->element < 2; l->element++) {
		if (k->entry[l->element] == NULL)
			continue;
		if (xml_each(&l->entries, k->entry[l->element],
		    &element) == 1)
			return take_entry(l, element, entry, e) == 0 ? 1 : -1;
		xml_open(&l->entries, buf_as_span(&l->page));
	}
	return 0;
}

int
list_next(struct list *l, struct list_entry *entry, struct err *e)
{
	int rc = 0;

	BUG_ON(l->failed);
	while ((l->pages == 0 || (rc = next_of_page(l, entry, e)) == 0) &&
	    l->more && (rc = next_page(l, e)) == 0)
		continue;
	if (rc == 1)
		l->empty = 0;
	if (rc == -1) {
		l->failed = true;
		err_ctx(e, "list %.*s", (int)l->query.prefix.len,
		    l->query.prefix.p);
	}
	return rc;
}
