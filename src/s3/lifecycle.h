/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LIFECYCLE_H
#define LIFECYCLE_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "span.h"

/*
 * Does the bucket end unfinished uploads by itself?  (Amazon S3 API
 * reference, GetBucketLifecycleConfiguration; the rule is
 * AbortIncompleteMultipartUpload.)  For people to know, never to rely on.
 */
enum lifecycle_verdict {
	LIFECYCLE_NONE,		/* no rule does that, or there is no rule */
	LIFECYCLE_ENDS,
	LIFECYCLE_UNKNOWN	/* the store does not tell: 501, 403 ... */
};

struct lifecycle {
	enum lifecycle_verdict verdict;
	int64_t days;		/* after which the strictest rule ends them */
	bool partly;		/* that rule is for some keys only */
};

/*
 * Ask, with retries.  An answer that is no complete lifecycle configuration,
 * and a refusal that says nothing of the bucket itself, is LIFECYCLE_UNKNOWN.
 * -1: the line, the clock, or who we are.
 */
int lifecycle_ask(struct client *c, struct lifecycle *l, struct err *e);

/* Of a configuration; doc that is none is LIFECYCLE_UNKNOWN. */
void lifecycle_read(struct lifecycle *l, struct span doc);

#endif
