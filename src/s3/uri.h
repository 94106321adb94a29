/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef URI_H
#define URI_H

#include <stdbool.h>

#include "buf.h"
#include "span.h"

/*
 * Percent-encoding as S3 signs it (Amazon S3 API reference, "Signature
 * Calculations for the Authorization Header", UriEncode): A-Z a-z 0-9 - . _ ~
 * stay, every other byte becomes %XX with uppercase digits, a space too.
 * In a path '/' stays, in a query it does not.
 */
void uri_encode(struct buf *out, struct span raw, bool keep_slash);

/*
 * The way back, for names in an XML listing with encoding-type=url: %XX in
 * either case, and '+' is a space.  -1 for a '%' without two hex digits; out
 * then holds what came before it.
 */
int uri_decode(struct buf *out, struct span text);

/*
 * Compares the encoded forms ('/' encoded) of two raw texts, as memcmp would,
 * the shorter first: <0, 0, >0.
 */
int uri_compare(struct span a, struct span b);

#endif
