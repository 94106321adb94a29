/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PARTLIST_H
#define PARTLIST_H

#include <stddef.h>

#include "span.h"

#include "uploads.h"

/* The body of CompleteMultipartUpload. */
struct partlist {
	size_t n;
	struct {
		unsigned number;
		char etag[VAULT_ETAG_MAX];	/* without quotes */
	} part[UPLOADS_PART_MAX];
};

/* 0, or -1 where the text is not such a body, or names no part. */
int partlist_parse(struct partlist *l, struct span xml);

#endif
