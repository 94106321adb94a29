/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef COND_H
#define COND_H

#include "exchange.h"
#include "vault.h"

/*
 * If-Match and If-None-Match (RFC 9110 section 13.1) against what is there
 * now (NULL: nothing), as --cond has them for this operation.  0: go on;
 * otherwise 304, 404, 412 or 501.
 */
int cond_check(const struct exchange *x, const struct object *now);

/* The S3 code of such a status; 304 has none. */
const char *cond_code(int status);

/* Fills in the answer for such a status. */
void cond_refuse(struct exchange *x, int status);

#endif
