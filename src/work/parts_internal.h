/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PARTS_INTERNAL_H
#define PARTS_INTERNAL_H

#include <stdbool.h>

#include "err.h"
#include "object.h"
#include "parts.h"

/* Between the files parts*.c only. */

/* --- parts.c -------------------------------------------------------------- */

void parts_enter(struct parts *p, enum upload_phase phase);

/*
 * client_again(), for requests that may be sent again whatever became of them:
 * so an answer that was none is like any other failure of the line.
 */
bool parts_again(struct parts *p, unsigned failures, struct err *e);

/* That part landed with this ETag. */
void parts_remember(struct parts *p, unsigned number, const char *etag);

/* No part has landed: what is known is of an upload that is over. */
void parts_forget(struct parts *p);

/* The upload at hand is over: tell the caller. */
int parts_finish(struct parts *p, enum parts_end end, struct err *e);

/* --- parts_begin.c, parts_send.c ------------------------------------------ */

/*
 * Have an upload to send to: the one at hand, one that a Create without an
 * answer made, or a new one.
 */
int parts_begin(struct parts *p, struct err *e);

/*
 * Send what has not landed, and complete.  0: *told is what the answer to
 * Complete named, or *seen was found there instead (exists); -1.
 */
int parts_send(struct parts *p, struct object *told, struct object *seen,
    struct err *e);

/* --- parts_prove.c -------------------------------------------------------- */

/* What is at the key and not told to be ours: the object, or a conflict. */
int parts_prove_existing(struct parts *p, struct object *o, struct err *e);

/*
 * What the answer to our own Complete named.  Some stores name no ETag there,
 * or another than they show later: HEAD decides what is read, and bytes
 * that match are the object; but only a generation that was named as ours is
 * ever alleged to be wrong, or removed.
 */
int parts_prove_told(struct parts *p, struct object *told, struct err *e);

#endif
