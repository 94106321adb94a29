/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef UPLOAD_H
#define UPLOAD_H

#include "exchange.h"

/* The multipart operations: each fills in x->reply. */
void upload_create(struct exchange *x);
void upload_part(struct exchange *x);
void upload_complete(struct exchange *x);
void upload_abort(struct exchange *x);
void upload_list_parts(struct exchange *x);

#endif
