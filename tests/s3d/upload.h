/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef UPLOAD_H
#define UPLOAD_H

#include "exchange.h"
#include "uploads.h"

/* The multipart operations but Complete: each fills in x->reply. */
void upload_create(struct exchange *x);
void upload_part(struct exchange *x);
void upload_abort(struct exchange *x);
void upload_list_parts(struct exchange *x);

/* Which upload the request names. */
struct upload upload_named(const struct exchange *x);

/* Its record, if it is the key's, under SHARED_VAULT: NULL or a code. */
const char *upload_find(const struct exchange *x, const struct upload *u,
    struct object *o);

#endif
