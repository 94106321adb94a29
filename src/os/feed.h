/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FEED_H
#define FEED_H

#include <stddef.h>
#include <sys/types.h>

#include "err.h"

/*
 * Descriptors that somebody else opened for us to read from: pipes, mostly,
 * whose bytes come when they come.  what is what messages call them.
 */

/*
 * Can it be read from, and was it handed to us (and is no file of our own
 * that took its number)?  ERR_IO_ERROR.
 */
int feed_check(int fd, const char *what, struct err *e);

/*
 * Wait for bytes or the end; -1: as long as it takes.  1: they are there; 0:
 * not in time; -1: ERR_INTERRUPTED, ERR_IO_ERROR.
 */
int feed_wait(int fd, int ms, const char *what, struct err *e);

/* Up to n bytes, waiting for the first; 0: the end; -1. */
ssize_t feed_read(int fd, void *p, size_t n, const char *what,
    struct err *e);

#endif
