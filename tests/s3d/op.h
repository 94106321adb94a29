/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef OP_H
#define OP_H

#include "span.h"

/* What a request asks for, by S3's own division. */
enum op {
	OP_PUT,
	OP_GET,
	OP_HEAD,
	OP_DELETE,
	OP_CREATE,		/* of a multipart upload */
	OP_PART,
	OP_COMPLETE,
	OP_ABORT,
	OP_LISTPARTS,
	OP_LIST,		/* ListObjects, both versions */
	OP_LISTVERSIONS,
	OP_LISTUPLOADS,
	OP_LISTBUCKETS,
	OP_MAKEBUCKET,
	OP_HEADBUCKET,
	OP_LOCATION,
	OP_VERSIONING,
	OP_LIFECYCLE,
	OP_LOCKCONF,		/* GetObjectLockConfiguration */
	OP_OTHER,		/* not built: 501 */
	OP__COUNT
};

/* "PUT", "PART", ...: as in fault rules, --deny and the log. */
const char *op_name(enum op op);

/* The operation of that name, or OP__COUNT. */
enum op op_by_name(struct span name);

/*
 * "A", "B" or "free": Cloudflare R2's price classes (R2 documentation,
 * "Pricing").  By operation alone: what R2 does not bill because it was
 * refused is counted here all the same, as a client reserves it.
 */
const char *op_class(enum op op);

#endif
