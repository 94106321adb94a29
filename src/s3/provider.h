/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROVIDER_H
#define PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What is special about each kind of store, as data: one row a kind, with the
 * day it was looked up and where.  Code asks the row, never the name.
 */
enum s3_op {
	S3_PUT,
	S3_GET,
	S3_HEAD,
	S3_DELETE,
	S3_LIST,
	S3_CREATE,		/* CreateMultipartUpload */
	S3_PART,
	S3_COMPLETE,
	S3_ABORT,
	S3_LISTPARTS,
	S3_LISTUPLOADS,
	S3_LIFECYCLE,		/* and other settings: bucket_conf.h */
	S3_OP__COUNT
};

/*
 * The classes that ceilings and receipts count in: A is the dearer, B the
 * cheaper.  Where a store has three, the two cheaper ones or the two that
 * cost nothing for us fall together (Backblaze's A is free, its C is our A).
 */
enum price_class {
	PRICE_FREE,
	PRICE_B,
	PRICE_A,
	PRICE__COUNT
};

struct provider {
	const char *name;	/* as in provider-kind: "cloudflare-r2" */
	const char *region;	/* the default; NULL: must be given */
	uint64_t put_max;	/* bytes of one PUT */
	uint64_t part_min;	/* bytes; the last part may be smaller */
	uint64_t part_max;
	uint64_t object_max;
	uint16_t parts_max;
	uint16_t list_page;	/* entries of one list answer */
	uint16_t key_max;	/* bytes */
	uint16_t segment_max;	/* bytes between two '/'; 0: no limit */
	uint16_t expiry_days;	/* unfinished uploads go after; 0: never, or
				   not known */
	uint8_t attempts;	/* failures in a row of one request before
				   giving up, unless the user says otherwise */
	bool equal_parts;	/* all parts but the last of one size */
	bool nfc_keys;		/* keys are normalised: two names may be one */
	bool virtual_host;	/* bucket in the host name by default */
	bool no_new_only;	/* a PUT with If-None-Match: * is 501 for
				   sure; elsewhere it is tried */
	bool charges;		/* for requests; where it does not, price[]
				   is R2's, so that ceilings bind there too */
	const char *absence_right;	/* what a key needs so that a missing
					   object is 404, not 403; NULL: the
					   right to list the bucket */
	const enum price_class *price;	/* [S3_OP__COUNT] */
	const char *dated;	/* when the row was looked up, YYYY-MM-DD */
	const char *source;	/* where; "measured" names a version */
};

/* The row of that kind, or NULL. */
const struct provider *provider_find(const char *name);

/* All names, ended by NULL: for help and for "did you mean". */
const char *const *provider_names(void);

enum price_class provider_class(const struct provider *p, enum s3_op op);

#endif
