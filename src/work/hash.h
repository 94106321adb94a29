/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HASH_H
#define HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "file.h"
#include "md5.h"
#include "sha256.h"

/*
 * The object id of a file: one pass over its bytes.  The file must be the
 * one that was opened, in the same state and as long, when the last byte was
 * read: else ERR_LOCAL_BYTES_CHANGED.  Also ERR_INTERRUPTED, for a large one
 * takes minutes, and whatever file_read_at() reports.
 */
int hash_file(const struct file *f, uint8_t digest[SHA256_LEN],
    struct err *e);

/*
 * The same pass, which also tells the digest of each part_size bytes, in order,
 * the last ones being fewer: so all digests are of the same bytes.
 */
struct hash_parts {
	int64_t part_size;
	void (*tell)(struct hash_parts *, unsigned number,	/* from 1 */
	    const uint8_t digest[SHA256_LEN]);
};

int hash_file_parts(const struct file *f, struct hash_parts *parts,
    uint8_t digest[SHA256_LEN], struct err *e);

/* The digest of some bytes of the file. */
int hash_file_range(const struct file *f, int64_t offset, int64_t size,
    uint8_t digest[SHA256_LEN], struct err *e);

/* The same, and the MD5 of these bytes, from one pass. */
int hash_file_range_md5(const struct file *f, int64_t offset, int64_t size,
    uint8_t digest[SHA256_LEN], uint8_t md5[MD5_LEN], struct err *e);

/* Hash it again: ERR_LOCAL_BYTES_CHANGED where that is not its digest. */
int hash_check(const struct file *f, const uint8_t digest[SHA256_LEN],
    struct err *e);

/* Is the file as it was when it was opened, and so what it hashed to? */
bool hash_still_holds(const struct file *f);

#endif
