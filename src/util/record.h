/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "span.h"

/*
 * Rows: flat JSON objects (RFC 8259) of strings, integers and booleans, one
 * a line.  One codec for everything that is kept or said as JSON.
 *
 * The common subset: names are 1 to RECORD_NAME_MAX of [A-Za-z0-9_]; strings
 * are UTF-8 without NUL (names of files come in the %XX form of text.h);
 * integers are those of int64_t, written in the one shortest way; no null,
 * no fraction, no nesting, no name twice.
 */
#define RECORD_FIELDS_MAX 480	/* the manifest's first line has 469 */
#define RECORD_NAME_MAX 64
#define RECORD_SIZE_MAX 65536	/* bytes of a row that is read */

/* --- Writing -------------------------------------------------------------- */

/*
 * record_begin(), the fields in order, record_end().  Between two calls the
 * buf ends with the row so far.  Failure is the buf's, and sticky; a string
 * that is not of the subset fails too.
 */
void record_begin(struct buf *out);
void record_str(struct buf *out, const char *name, struct span value);
void record_int(struct buf *out, const char *name, int64_t value);
void record_bool(struct buf *out, const char *name, bool value);
void record_end(struct buf *out);	/* "}" and a line feed */

/* --- Reading -------------------------------------------------------------- */

enum record_kind {
	RECORD_STR,
	RECORD_INT,
	RECORD_BOOL
};

struct record_field {
	struct span name;
	enum record_kind kind;
	struct span text;	/* as written; a string's without its quotes */
	int64_t number;		/* of an integer, and 0 or 1 of a boolean */
};

/* Points into the line that was parsed. */
struct record {
	size_t n;
	struct record_field field[RECORD_FIELDS_MAX];
};

/*
 * All of line is one row (white space between tokens and at the ends, where
 * RFC 8259 allows it); else ERR_LEDGER_BROKEN with the place.  A caller that
 * reads something other than the archive's history sets the code anew.
 */
int record_parse(struct record *r, struct span line, struct err *e);

/* NULL where there is no such field. */
const struct record_field *record_find(const struct record *r,
    const char *name);

/*
 * A field that has to be there and of that kind, else ERR_LEDGER_BROKEN.
 *
 * A string without escapes is a part of the line; any other is decoded onto
 * the end of scratch (a buf_fixed(), as earlier strings must stay where they
 * are).  RECORD_SIZE_MAX is room enough for all strings of a row.
 */
int record_get_str(const struct record *r, const char *name,
    struct buf *scratch, struct span *value, struct err *e);
int record_get_int(const struct record *r, const char *name, int64_t *value,
    struct err *e);
int record_get_bool(const struct record *r, const char *name, bool *value,
    struct err *e);

/*
 * The same in two steps, of a field that the caller found: NULL, or one of
 * another kind, is the error; then a string's value.
 */
int record_check(const struct record_field *f, const char *name,
    enum record_kind kind, struct err *e);
int record_text(const struct record_field *f, struct buf *scratch,
    struct span *value, struct err *e);

#endif
