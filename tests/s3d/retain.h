/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RETAIN_H
#define RETAIN_H

#include <stdbool.h>

#include "exchange.h"
#include "vault.h"

/*
 * Object lock, as Amazon documents it (S3 user guide, "Locking objects with
 * Object Lock"; API reference, PutObject and DeleteObject): a bucket that was
 * made with it is versioned, and no version is removed before its time.  It
 * can be hidden, by a newer one or a delete marker.  Of a bucket without it
 * the headers are refused.
 */

/*
 * What the headers of a PUT say, into o; a checksum among them is compared
 * with the payload's that was signed.  NULL, or the S3 code to refuse it with.
 */
const char *retain_take(struct object *o, const struct exchange *x);

/* May this version not be removed yet? */
bool retain_holds(const struct object *o, const struct exchange *x);

void retain_reply(struct reply *r, const struct object *o);

/* GetObjectLockConfiguration */
void retain_config(struct exchange *x);

#endif
