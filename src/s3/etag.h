/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ETAG_H
#define ETAG_H

#include <stdbool.h>

#include "span.h"

/*
 * Entity tags, which name a generation of an object (RFC 9110 section 8.8.3).
 * Servers send them quoted, unquoted, or quoted by an XML entity that was
 * encoded once too often; empty, weak, or not at all.
 *
 * The normal form is what records hold: 1 to 128 characters of
 * [A-Za-z0-9._~+/=-], without quotes.  Everything else is "none", the empty
 * string: a weak tag too, for it never matches in If-Match (section 13.1.1).
 */
#define ETAG_MAX 128

/* The normal form of raw: 0; or -1 and the empty string for none. */
int etag_normal(char out[ETAG_MAX + 1], struct span raw);

/* Both there, and the same?  None equals nothing, itself included. */
bool etag_same(const char *a, const char *b);

/* The value of If-Match for a tag in normal form: in quotes.  Not for none. */
void etag_if_match(char out[ETAG_MAX + 3], const char *etag);

#endif
