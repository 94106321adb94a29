/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RESTORE_NOTE_H
#define RESTORE_NOTE_H

#include "err.h"
#include "restore.h"

/*
 * What restore.c writes down beside the bytes that wait for the next run: a
 * row (record.h) of
 *
 *	schema			RESTORE_NOTE_SCHEMA
 *	from			SHA-256 of place and key
 *	etag, version_id	the generation, where it has them
 *	size_bytes		of all of it
 *	at, sha256		where the last mark is, and the digest of the
 *				bytes before it
 *	synced_at,		the last one that a sync followed
 *	synced_sha256
 *	ahead			where there is something: what is beyond that,
 *				as "AT+SIZE:SHA256", with spaces between
 */
#define RESTORE_NOTE_SCHEMA "consign.partial.v1"

int restore_note_write(struct restore *r, struct err *e);

/*
 * 1: object, last, synced and ahead are the note's, of the wanted generation;
 * 0: it is of another one, of something else, or no such note.
 */
int restore_note_read(struct restore *r, struct err *e);

/*
 * Hash the bytes up to the later of the two marks that holds, and those ahead:
 * 1, with hash and at there; 0: nothing is of use.  ERR_INTERRUPTED.
 */
int restore_note_check(struct restore *r, struct err *e);

#endif
