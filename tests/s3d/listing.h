/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LISTING_H
#define LISTING_H

#include "exchange.h"

/* The operations on a bucket, and on all: each fills in x->reply. */
void listing_objects(struct exchange *x);	/* ListObjects 1 and 2 */
void listing_versions(struct exchange *x);
void listing_uploads(struct exchange *x);
void listing_buckets(struct exchange *x);
void listing_location(struct exchange *x);
void listing_versioning(struct exchange *x);
void listing_lifecycle(struct exchange *x);

#endif
