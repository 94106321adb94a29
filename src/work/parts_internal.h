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

/* That part landed with this ETag. */
void parts_remember(struct parts *p, unsigned number, const char *etag);

/* No part was read back: what is known is of another generation. */
void parts_unprove(struct parts *p);

/* No part has landed: what is known is of an upload that is over. */
void parts_forget(struct parts *p);

/* Take the memory for so many parts.  ERR_NO_MEMORY. */
int parts_make_room(struct parts *p, unsigned count, struct err *e);

void parts_enter(struct parts *p, enum upload_phase phase);

/* The upload at hand is over: tell the caller. */
int parts_finish(struct parts *p, enum parts_end end, struct err *e);

/* Where all of a stage is done, go on to the next. */
void parts_advance(struct parts *p);

/* Do here what parts_next() hands out. */
void parts_work(struct parts *p);

/* The upload at hand came to nothing, or to what is there already. */
int parts_abandon(struct parts *p, enum parts_end end, struct err *e);

/* --- parts_look.c --------------------------------------------------------- */

/*
 * Where unsure: one list of the parts behind the first of which nothing is
 * known.  Those that are ours are told as landed; others are sent again.
 */
int parts_look(struct parts *p, struct err *e);

/* --- parts_begin.c, parts_send.c ------------------------------------------ */

/*
 * Have an upload to send to: the one at hand, one that a Create without an
 * answer made, or a new one.
 */
int parts_begin(struct parts *p, struct err *e);

/* Begin, and hand out what has not landed, as far as can be told. */
int parts_send_begin(struct parts *p, struct err *e);

/*
 * Nothing is left to hand out, nothing is at work: complete, and go on to the
 * proof; or begin again where the upload was lost.
 */
int parts_send_end(struct parts *p, struct err *e);

/* --- parts_prove.c -------------------------------------------------------- */

/* What is at the key and not told to be ours: the object, or a conflict. */
int parts_prove_existing(struct parts *p, const struct object *o,
    struct err *e);

/*
 * What the answer to our own Complete named, told; now is what HEAD shows.
 * Some stores name no ETag there, or another than they show later: HEAD
 * decides what is read, and bytes that match are the object; but only a
 * generation that was named as ours is ever alleged to be wrong, or removed.
 */
int parts_prove_told(struct parts *p, const struct object *now,
    struct err *e);

/* A range was read, and is that part. */
int parts_prove_take(struct parts *p, unsigned number,
    const struct object *by, struct err *e);

/* All ranges were read, or one was found to be other bytes. */
int parts_prove_end(struct parts *p, struct err *e);

#endif
