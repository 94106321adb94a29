/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SPARSE_H
#define SPARSE_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Files with holes, so that tests with gigabytes of zeroes cost neither disk
 * nor page cache: blocks of zeroes are not written, holes are not read.
 */

/* All n bytes at that offset; the file may end in a hole: see ftruncate(2). */
int sparse_write(int fd, const char *p, size_t n, int64_t at);

/* As pread(2). */
ssize_t sparse_read(int fd, void *p, size_t n, int64_t at);

#endif
