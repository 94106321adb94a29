/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef S3ERR_H
#define S3ERR_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "span.h"

/*
 * What an answer other than success means, by one table over the status, the
 * S3 code of the body, whether the request named an upload id, and the
 * method.  None of them is enough alone: servers send 412 under several
 * codes, and NoSuchKey for an upload id that is gone.  A code that the table
 * does not know falls to its status.
 *
 * Nothing of the server's text goes further than a code of [A-Za-z0-9]{1,64}
 * and a region of [a-z0-9-]{1,32}: error bodies echo key ids, strings to sign
 * and canonical requests.
 */
enum s3_class {
	S3ERR_ABSENT,		/* 404: no such key, or no such version */
	S3ERR_NO_UPLOAD,	/* the upload id is not known, or no longer */
	S3ERR_NO_BUCKET,
	S3ERR_EXISTS,		/* 412: a precondition did not hold */
	S3ERR_DIGEST_REFUSED,	/* the bytes did not match their digest:
				   hash the source again to tell why */
	S3ERR_BROKEN,		/* the store cannot put its object together */
	S3ERR_WIRE,		/* the body did not arrive: a new connection */
	S3ERR_BUSY,		/* a write may or may not have happened */
	S3ERR_THROTTLED,	/* the same, and it wants fewer requests */
	S3ERR_CONFLICT,		/* 409 that passes: again, a little later */
	S3ERR_REDIRECT,		/* another region or endpoint: never followed */
	S3ERR_AUTH,
	S3ERR_PERMISSION,
	S3ERR_CLOCK,		/* clock wrong, or the signature grew old */
	S3ERR_QUOTA,
	S3ERR_NOT_IMPLEMENTED,
	S3ERR_REFUSED,		/* a limit, or a fault of our plan: not again */
	S3ERR_UNCLEAR,		/* 2xx that is no success, odd statuses */
	S3ERR__COUNT
};

/* What is known of an answer.  Spans: only while s3err_classify() runs. */
struct s3err_answer {
	const char *method;
	int status;
	bool upload_id;		/* the request named one */
	struct span body;	/* counts only if it is a complete document */
	struct span region;	/* x-amz-bucket-region, or none */
	struct span retry_after;	/* Retry-After, or none */
	int64_t now;		/* wall time; Retry-After may be a date */
};

#define S3ERR_CODE_MAX 64
#define S3ERR_REGION_MAX 32
#define S3ERR_RETRY_AFTER_MAX 3600	/* seconds; longer waits are cut */

struct s3err {
	enum s3_class class;
	enum err_code code;	/* for users, unless the caller knows more */
	int status;
	int retry_after_s;	/* 0: not said, or past */
	char s3_code[S3ERR_CODE_MAX + 1];	/* "": none that is clean */
	char region[S3ERR_REGION_MAX + 1];	/* likewise */
};

/*
 * Cannot fail.  A status of 200 is an error inside a success, as
 * CompleteMultipartUpload sends it: classed by its code alone, and
 * S3ERR_UNCLEAR without one.
 */
void s3err_classify(struct s3err *out, const struct s3err_answer *a);

/*
 * Fill e in: "the store answered 403 SignatureDoesNotMatch", with status and
 * retry_after_s, and the server's region as the advice; returns -1.
 */
int s3err_report(const struct s3err *s, struct err *e);

/* "digest_refused": for logs and vectors. */
const char *s3err_class_name(enum s3_class class);

#endif
