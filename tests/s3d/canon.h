/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CANON_H
#define CANON_H

#include "buf.h"
#include "span.h"

#include "request.h"

#define CANON_MAX (256u << 10)	/* every byte of a head may become three */

/*
 * The canonical request of AWS Signature Version 4 (S3 API reference,
 * "Signature Calculations for the Authorization Header"), made from what was
 * received: names are the signed headers, "a;b;c", payload the digest's text.
 *
 * -1 where a query key comes twice: servers differ in how they sort those, so
 * no request of ours may rely on it.
 */
int canon_request(struct buf *out, const struct request *r,
    struct span names, struct span payload);

#endif
