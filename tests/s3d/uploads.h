/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef UPLOADS_H
#define UPLOADS_H

#include <stdbool.h>

#include "vault.h"

/*
 * Unfinished multipart uploads, as folders:
 *
 *	DIR/BUCKET/u/UPLOAD-ID/record		the object that it will be
 *	DIR/BUCKET/u/UPLOAD-ID/NNNNN		what is known of a part
 *	DIR/BUCKET/u/UPLOAD-ID/NNNNN.data	its bytes
 *	DIR/BUCKET/u/UPLOAD-ID/done		what it became; nothing else
 *
 * All of it under SHARED_VAULT.
 */
#define UPLOADS_PART_MAX 10000

/* Which upload: nothing of its own. */
struct upload {
	const char *dir;
	struct span bucket, id;
};

struct part {
	int64_t size, mtime;
	char etag[VAULT_ETAG_MAX];
};

int uploads_create(const struct upload *u, const struct object *o);

/* 1 with what was created; 0: no such upload, or finished; -1. */
int uploads_find(const struct upload *u, struct object *o);

/* The same for a finished one, with the object that it became. */
int uploads_find_done(const struct upload *u, struct object *o);

/* Takes over the file body as part n, in place of an earlier one. */
int uploads_put_part(const struct upload *u, unsigned n,
    const struct part *p, const char *body);
int uploads_find_part(const struct upload *u, unsigned n, struct part *p);
int uploads_part_body(const struct upload *u, unsigned n);

/* there[n] for each part n of an upload, to UPLOADS_PART_MAX. */
int uploads_parts(const struct upload *u, bool there[UPLOADS_PART_MAX + 1]);

/* The end of it: parts go away; became is kept where it is not NULL. */
int uploads_end(const struct upload *u, const struct object *became);

/* Each unfinished upload of a bucket, in no order. */
typedef int uploads_visit(void *arg, const struct object *o, const char *id);
int uploads_walk(const char *dir, struct span bucket, uploads_visit *visit,
    void *arg);

#endif
