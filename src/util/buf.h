/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "span.h"

/*
 * Text that grows, up to a ceiling that is given at the start.
 *
 * Two kinds, used alike: buf_init() makes one that allocates as it grows;
 * buf_fixed() makes one over the caller's array that never allocates (all of
 * crypto, net, http and the signer use this kind).
 *
 * Failure is sticky: a write that does not fit, or for which there is no
 * memory, leaves the buffer as it was, sets failed, and every later write is
 * ignored.  So a writer writes everything and asks buf_ok() once, at the end.
 *
 * The bytes are always followed by a NUL that does not count.
 */
struct buf {
	char *data;
	size_t len;
	size_t cap;		/* bytes at data, the NUL's included */
	size_t max;		/* ceiling of cap */
	bool fixed;		/* data is the caller's */
	bool failed;
};

void buf_init(struct buf *b, size_t max);
void buf_fixed(struct buf *b, char *storage, size_t size);
void buf_free(struct buf *b);		/* accepts a zeroed one, twice too */
void buf_reset(struct buf *b);		/* empty again, memory kept */

void buf_put(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_span(struct buf *b, struct span s);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static inline bool
buf_ok(const struct buf *b)
{
	return !b->failed;
}

static inline struct span
buf_as_span(const struct buf *b)
{
	return (struct span){ b->data, b->len };
}

#endif
