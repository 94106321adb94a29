/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef VAULT_H
#define VAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

/*
 * Buckets as folders:
 *
 *	DIR/BUCKET/o/SHA256-OF-KEY/NUMBER	what is known of a version
 *	DIR/BUCKET/o/SHA256-OF-KEY/NUMBER.data	its bytes
 *	DIR/BUCKET/u/UPLOAD-ID/...		see upload.h
 *	DIR/tmp/				bodies on their way
 *
 * NUMBER counts a key's versions up; the greatest is the current one.  The
 * caller holds SHARED_VAULT around whatever has to be one step.
 */
#define VAULT_KEY_MAX 1024
#define VAULT_ETAG_MAX 48	/* 32 digits, "-10000" */
#define VAULT_ID_MAX 33		/* 32 digits */
#define VAULT_FIELDS_MAX 4096

struct object {
	char key[VAULT_KEY_MAX + 1];
	size_t key_len;
	uint64_t number;
	int64_t size;
	int64_t mtime;
	char etag[VAULT_ETAG_MAX];
	char version[VAULT_ID_MAX];	/* empty: the null version */
	bool marker;			/* a delete marker */
	bool latest;
	int64_t retain_until;		/* no earlier removal; 0: any time */
	char fields[VAULT_FIELDS_MAX];	/* headers kept with it */
};

struct span vault_key(const struct object *o);
void vault_set_key(struct object *o, struct span key);

/* 32 random hex digits, for versions and uploads. */
void vault_new_id(char out[VAULT_ID_MAX]);

/* Is s one of those? */
bool vault_is_id(struct span s);

/* Names that S3 allows, so that they are safe as folders too. */
bool vault_is_bucket_name(struct span bucket);
int vault_make_bucket(const char *dir, struct span bucket);
bool vault_has_bucket(const char *dir, struct span bucket);

/*
 * Finds a version, "null" among them, or with version.p NULL the current
 * one, a delete marker too.  1; 0: absent; -1.  The bytes of what was found:
 * vault_body(), a descriptor or -1.
 */
int vault_find(const char *dir, struct span bucket, struct span key,
    struct span version, struct object *o);
int vault_body(const char *dir, struct span bucket, const struct object *o);

/*
 * Makes o the current version of its key, with the bytes of the file body,
 * which is moved (NULL for a delete marker).  Fills in number and, if
 * versioned, version; else the null version is replaced.
 */
int vault_put(const char *dir, struct span bucket, struct object *o,
    const char *body, bool versioned);

/* Takes one version away, with its bytes. */
int vault_remove(const char *dir, struct span bucket, const struct object *o);

/* Each object, in no order; every version, or the current ones. */
typedef int vault_visit(void *arg, const struct object *o);
int vault_walk(const char *dir, struct span bucket, bool all,
    vault_visit *visit, void *arg);

/* An object's record as a file, for uploads too: 0 or -1. */
int vault_write_record(const char *path, const struct object *o);
int vault_read_record(const char *path, struct object *o);

#endif
