/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HASH_H
#define HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "file.h"
#include "sha256.h"

/*
 * The object id of a file: one pass over its bytes.  The file must be the
 * one that was opened, in the same state and as long, when the last byte was
 * read: else ERR_LOCAL_BYTES_CHANGED.  Also ERR_INTERRUPTED, for a large one
 * takes minutes, and whatever file_read_at() reports.
 */
int hash_file(const struct file *f, uint8_t digest[SHA256_LEN],
    struct err *e);

/* Is the file as it was when it was opened, and so what it hashed to? */
bool hash_still_holds(const struct file *f);

#endif
