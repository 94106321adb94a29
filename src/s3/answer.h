/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdint.h>

#include "client.h"
#include "err.h"
#include "object.h"
#include "span.h"

/*
 * What the head of an answer (the client's latest) says of an object.
 */

/* ETag and version id, each in normal form or "". */
void answer_generation(const struct client *c, struct object *o);

/*
 * A version id is taken only if records may hold it, as an ETag is; "null",
 * which is what was written before versioning was on, is none.
 */
void answer_version(char out[OBJECT_VERSION_MAX + 1], struct span raw);

/*
 * ERR_INDETERMINATE for a Content-Encoding other than identity: R2 and proxies
 * decode what is stored encoded, and such bytes prove nothing.
 */
int answer_check_encoding(const struct client *c, struct err *e);

/*
 * Content-Range: "bytes 0-9/100", the three numbers; -1 for any other, a
 * total of "*" among them (RFC 9110 section 14.4).
 */
int answer_range(const struct client *c, uint64_t *first, uint64_t *last,
    uint64_t *total);

#endif
