/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef OBJECT_H
#define OBJECT_H

#include "exchange.h"
#include "vault.h"

/* The operations on one object: each fills in x->reply. */
void object_put(struct exchange *x);
void object_get(struct exchange *x);		/* HEAD too */
void object_delete(struct exchange *x);

/* Keeps those headers of a PUT or CREATE that a GET gives back. */
void object_take_fields(struct object *o, const struct request *r);

/* The key's current version under SHARED_VAULT: 1; 0: none, a marker; -1. */
int object_current(const struct exchange *x, struct object *o);

/*
 * What FAULT_REPLACE, FAULT_REPLACE_SAME and FAULT_VANISH have somebody else
 * do to the request's key; 0 or -1.
 */
int object_meddle(struct exchange *x);

#endif
