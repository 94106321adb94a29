/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FORM_H
#define FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "record.h"

/*
 * Structs to and from flat JSON, by a table: the rows of the ledger, the
 * lines of the manifest, the receipts.  What a value may look like is the
 * same wherever it stands, and is checked in both directions, so that what
 * was written can be read.
 */
enum form {
	/* int64_t */
	FORM_COUNT,	/* 0 or more; absent: FORM_NONE */
	FORM_NUMBER,	/* any */
	FORM_TIME,	/* seconds since 1970, see utc.h; absent: FORM_NONE */

	/* bool */
	FORM_FLAG,

	/* struct span; absent: without a pointer */
	FORM_WORD,	/* 1-256 of A-Z a-z 0-9 . _ : @ / + - */
	FORM_TEXT,	/* 1-1024 bytes of UTF-8 without control bytes */
	FORM_PATH,	/* the %XX form of text.h, of a path or key */
	FORM_TAG,	/* 1-128 of A-Z a-z 0-9 . _ ~ + / = - */
	FORM_UPLOAD,	/* an upload id: the same, up to 1024 */
	FORM_MONTH,	/* YYYY-MM */
	FORM_OBJECT,	/* sha256: and 64 lowercase hex digits */
	FORM_HEX16,	/* so many lowercase hex digits */
	FORM_HEX64,
	FORM_HEX128,

	FORM__COUNT
};

#define FORM_NONE (-1)

/* A table of these ends with a NULL name. */
struct form_field {
	const char *name;
	uint8_t form;		/* enum form */
	bool optional;		/* absent, never empty; not for a flag */
	uint16_t offset;	/* in the struct */
};

/* One line of a table: a member of struct type, named as in the record. */
#define FORM_NEED(type, member, form) \
	{ #member, form, false, offsetof(struct type, member) }
#define FORM_MAY(type, member, form) \
	{ #member, form, true, offsetof(struct type, member) }

/* Is text of that form, which is one of a span's? */
bool form_fits(enum form form, struct span text);

/*
 * Add the fields to the record in out.  A value that does not fit is
 * ERR_CONFIG_INVALID: what is not checked before comes from there.
 *
 * number above 0 is put behind each name: "store_1".
 */
int form_write(struct buf *out, const struct form_field *fields,
    const void *from, int number, struct err *e);

struct form_source {
	const struct record *record;
	struct buf *scratch;	/* see record_get_str() */
	int number;		/* as above */
};

/* Is there a field of that name (with the number behind it)? */
bool form_has(const struct form_source *from, const char *name);

/* Every field of the struct is set.  ERR_LEDGER_BROKEN. */
int form_read(void *into, const struct form_field *fields,
    const struct form_source *from, struct err *e);

#endif
