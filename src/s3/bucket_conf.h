/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef BUCKET_CONF_H
#define BUCKET_CONF_H

#include "buf.h"
#include "client.h"
#include "err.h"

/*
 * What a bucket is set to: GET of the bucket with a query that names the
 * setting, with retries (Amazon S3 API reference,
 * GetBucketLifecycleConfiguration, GetObjectLockConfiguration).
 *
 * 1 and the answer, to be freed, which is empty where it is longer than a
 * MiB; 0: it was refused, and c->refusal says how, where that is about this
 * question alone; -1.
 */
int bucket_conf_ask(struct client *c, const char *setting,
    struct buf *answer, struct err *e);

/* Does the bucket have object lock? */
enum bucket_conf_lock {
	BUCKET_CONF_LOCK_UNKNOWN,	/* the store does not tell */
	BUCKET_CONF_LOCK_OFF,
	BUCKET_CONF_LOCK_ON
};

int bucket_conf_lock(struct client *c, enum bucket_conf_lock *lock,
    struct err *e);

#endif
