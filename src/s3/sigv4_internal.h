/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SIGV4_INTERNAL_H
#define SIGV4_INTERNAL_H

#include <stdbool.h>

#include "sigv4.h"

/*
 * What sigv4.c takes from sigv4_canonical.c, which knows how a request is
 * written but nothing of time, scope and keys.
 */

/* Is s one or more letters, digits, or characters of extra? */
bool sigv4_canonical_word(struct span s, const char *extra);

/* -1 for headers that can not be signed.  To be called before put_names. */
int sigv4_canonical_check_headers(const struct sigv4_request *req,
    struct err *e);

/* A header's value, trimmed and with runs of spaces made one. */
void sigv4_canonical_put_value(struct buf *out, struct span value);

/* "host;range;x-amz-date" */
void sigv4_canonical_put_names(struct buf *out,
    const struct sigv4_request *req);

/* see sigv4_target() */
int sigv4_canonical_target(struct buf *out, const struct sigv4_request *req,
    struct err *e);

/* -1 when something did not fit in out. */
int sigv4_canonical_fit(const struct buf *out, struct err *e);

#endif
