/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LIST_H
#define LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "client.h"
#include "err.h"
#include "etag.h"
#include "span.h"
#include "xml.h"

/*
 * What a bucket holds below a prefix, page by page (Amazon S3 API reference:
 * ListObjectsV2, ListObjectVersions, ListMultipartUploads):
 *
 *	list_open(&l, client, &query);
 *	while ((rc = list_next(&l, &entry, e)) == 1) ...
 *	list_close(&l);
 *
 * A page is asked for when the one before it is used up, with retries, and
 * counts for nothing before all of it is there, closed and well-formed.
 * Keys are asked for in percent-encoding (encoding-type=url) and are decoded
 * where the answer says that they are encoded.
 */
enum list_kind {
	LIST_OBJECTS,		/* those that are current */
	LIST_VERSIONS,		/* every version, and delete markers */
	LIST_UPLOADS,		/* multipart uploads that were not ended */
	LIST__COUNT
};

#define LIST_KEY_MAX 1024	/* Amazon S3 user guide, object key names */
#define LIST_ID_MAX 1024	/* no store documents one; R2's are long */
#define LIST_PAGE_MAX (4 << 20)	/* 1000 keys of 1024 bytes, all encoded */

struct list_query {
	enum list_kind kind;
	struct span prefix;		/* the caller's, until list_close() */
	struct span start_after;	/* keys behind this one; {NULL, 0} */
};

/* Valid until the next call. */
struct list_entry {
	struct span key;		/* raw bytes */
	int64_t size;			/* of objects and versions */
	char etag[ETAG_MAX + 1];	/* of these; normal form, "": none */
	char id[LIST_ID_MAX + 1];	/* of a version ("null" is one) or an
					   upload: visible ASCII */
	bool marker;			/* a delete marker: size 0, no ETag */
};

struct list {
	unsigned pages;		/* read so far; retries are not counted */

	/* Private. */
	struct client *client;
	struct list_query query;
	struct buf page;
	struct xml entries;
	size_t element;		/* which of a page's two elements is read */
	bool encoded, more, failed;
	unsigned empty;		/* pages without an entry, in a row */
	char key[LIST_KEY_MAX];	/* of the latest entry */
	size_t key_len;
	struct list_mark {
		char token[LIST_ID_MAX + 1];	/* or the id to go on behind */
		char key[LIST_KEY_MAX];
		size_t key_len;
	} next, past;		/* past: an earlier one, to see loops */
};

/* A struct list is 6 KiB; room for a page is allocated as it comes. */
void list_open(struct list *l, struct client *c, const struct list_query *q);

/*
 * 1 and the next entry; 0 at the end; -1.  Objects come in the order of
 * their keys' bytes, each once, behind start_after; versions and uploads as
 * the store likes, those of LIST_VERSIONS page by page before delete markers.
 *
 * ERR_INDETERMINATE is an answer that cannot be believed: not a complete
 * listing, keys out of order or outside of the prefix, a page longer than
 * LIST_PAGE_MAX, a continuation that leads nowhere or in a circle.  What was
 * given before stays true; that anything is absent does not.  After -1 there
 * is nothing but list_close().
 */
int list_next(struct list *l, struct list_entry *entry, struct err *e);

void list_close(struct list *l);	/* a zeroed one, twice too */

#endif
