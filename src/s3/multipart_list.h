/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef MULTIPART_LIST_H
#define MULTIPART_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "client.h"
#include "err.h"
#include "etag.h"
#include "multipart.h"
#include "xml.h"

/*
 * What a store keeps of unfinished uploads (Amazon S3 API reference,
 * ListParts and ListMultipartUploads), page by page, each request with
 * retries.  A page is trusted only when it is complete, and the next one only
 * where it goes on behind it.  Pages are the dearest requests of some stores:
 * the journal comes first.
 *
 *	multipart_list_parts_open(&l, client, &upload, 0);
 *	while ((rc = multipart_list_parts_next(&l, &part, e)) == 1) ...
 *	multipart_list_parts_close(&l);
 */
#define MULTIPART_PAGE_MAX (4 * 1024 * 1024)	/* bytes of one answer */

/* Private: one page of a list. */
struct multipart_page {
	struct client *client;
	struct buf body;
	struct xml xml;
	bool open;		/* entries of this page are still to come */
	bool more;		/* another page comes behind it */
	unsigned pages;		/* read so far */
};

/* A part, as the store tells it. */
struct multipart_found {
	unsigned number;
	int64_t size;
	char etag[ETAG_MAX + 1];	/* "": none */
};

struct multipart_list_parts {
	/* All private. */
	struct multipart_page page;
	const struct multipart *up;
	unsigned after;		/* number of the last part given */
	unsigned asked;		/* what it was when this page was asked for */
};

/*
 * The parts with numbers above after, in order.  1; 0 at the end; -1.  An
 * upload that is not there (any more) is an answered refusal of class
 * S3ERR_NO_UPLOAD.
 */
void multipart_list_parts_open(struct multipart_list_parts *l, struct client *c,
    const struct multipart *up, unsigned after);
int multipart_list_parts_next(struct multipart_list_parts *l,
    struct multipart_found *part, struct err *e);
void multipart_list_parts_close(struct multipart_list_parts *l);

#define MULTIPART_KEY_MAX 1024

/* An unfinished upload. */
struct multipart_entry {
	char key[MULTIPART_KEY_MAX + 1];	/* raw bytes, and a NUL */
	size_t key_len;
	char id[MULTIPART_ID_MAX + 1];
	int64_t begun_at;	/* by the store's clock; 0: it does not say */
};

struct multipart_list_uploads {
	/* All private. */
	struct multipart_page page;
	struct span prefix;
	bool exact;
	bool encoded;		/* this page's keys are percent-encoded */
	bool any;		/* this page had an entry behind the marker */
	struct multipart_entry last;	/* the marker: behind this one */
};

/*
 * The unfinished uploads of all keys that begin with prefix, or, where exact,
 * of that key alone.  Some are other boxes': only those whose id our own
 * records name are ours to end.  An id that records could not hold is passed
 * over.
 */
void multipart_list_uploads_open(struct multipart_list_uploads *l,
    struct client *c, struct span prefix, bool exact);
int multipart_list_uploads_next(struct multipart_list_uploads *l,
    struct multipart_entry *upload, struct err *e);
void multipart_list_uploads_close(struct multipart_list_uploads *l);

#endif
