/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SPOOL_H
#define SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include <bearssl.h>

#include "span.h"

#include "request.h"

/*
 * A body on its way into the store: written to a file of its own and hashed,
 * to be put in its place or dropped.  Blocks of zeroes become holes.
 */
struct spool {
	char path[4096];	/* empty: nothing to drop */
	int fd;
	int64_t size;
	bool hashes;		/* set it before the first byte */
	br_md5_context md5;
	char md5_hex[36];	/* after spool_end(); invented: and "-0" */
};

/* 0, or -1 with errno. */
int spool_open(struct spool *s, const char *dir);
int spool_write(struct spool *s, const void *p, size_t n);
/* Appends n bytes from the start of a file. */
int spool_copy(struct spool *s, int from, int64_t n);
int spool_end(struct spool *s);
void spool_drop(struct spool *s);

/*
 * All of a request's body, checked against Content-MD5 and payload (the
 * header's value).  trust: look at no byte; the ETag is made from payload.
 * NULL, or the S3 code of what is wrong; then nothing is left but what
 * spool_drop() takes away.
 */
const char *spool_body(struct spool *s, struct request *r,
    struct span payload, bool trust);

#endif
