/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef REPLY_H
#define REPLY_H

#include <stdint.h>

#include "buf.h"

/* An answer that is being put together; see respond.h. */
struct reply {
	int status;
	const char *code;	/* S3's error code; NULL where all is well */
	struct buf fields;	/* "Name: value\r\n" each */
	struct buf body;	/* text ... */
	int fd;			/* ... or a file's bytes; -1 */
	int64_t at, size;	/* of the file's part */
	int64_t total;		/* of a part: the whole; -1: no part */
	const char *etag;	/* hex, without quotes; NULL: none */
	char etag_text[80];	/* what etag may point to */
	bool close;		/* the connection ends after it */
};

void reply_init(struct reply *r);
void reply_reset(struct reply *r);	/* for the next one */
void reply_free(struct reply *r);

void reply_field(struct reply *r, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* An ETag, by value. */
void reply_etag(struct reply *r, const char *hex);

/* Begin an XML body. */
struct buf *reply_xml(struct reply *r);

/*
 * The answer becomes this error; its usual status, and text, are known by
 * the code (Amazon S3 API reference, "Error responses").  An error's XML is
 * added when it is sent.  code must be a constant.
 */
void reply_error(struct reply *r, const char *code);
const char *reply_message(const char *code);

#endif
