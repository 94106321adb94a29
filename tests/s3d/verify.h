/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef VERIFY_H
#define VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "span.h"

#include "options.h"
#include "request.h"

/*
 * AWS Signature Version 4, the server's side, from Amazon's description
 * ("Signature Version 4 signing process", "Authenticating Requests" in the
 * S3 API reference), on purpose without a line of the client's signer.
 */
struct verdict {
	const char *word;	/* ok, presigned, none, or what is wrong */
	bool canonical;		/* path and query came in canonical form */
	struct span payload;	/* x-amz-content-sha256, or UNSIGNED-PAYLOAD */
	struct buf request;	/* canonical request, as we make it */
	struct buf to_sign;
};

#define VERIFY_UNSIGNED "UNSIGNED-PAYLOAD"

void verify_init(struct verdict *v);
void verify_free(struct verdict *v);

/*
 * NULL where the request may pass, else the S3 code to refuse it with.  The
 * body is not looked at; whoever reads it compares it with v->payload.
 */
const char *verify_request(struct verdict *v, const struct request *r,
    const struct options *o, int64_t now);

#endif
