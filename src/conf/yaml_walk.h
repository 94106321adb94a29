/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef YAML_WALK_H
#define YAML_WALK_H

#include <stddef.h>

#include "err.h"
#include "span.h"

/*
 * A strict subset of YAML 1.1, read by libyaml's event parser: one document,
 * a mapping of mappings, with scalars and lists of scalars as values.  What
 * is taken means what a reader without YAML's rule book takes it to mean:
 *
 * - A key is of A-Z a-z 0-9 _ -, and comes once in its mapping.
 * - A scalar, plain or quoted, stands on one line and is not empty; what is
 *   plain is not "~" or "null" either.  All scalars are texts: "yes" and
 *   "0x10" are no more than they look.
 * - Lists hold scalars only.
 * - Anchors, aliases, tags, directives and merge keys are refused, and so
 *   are the characters that look like nothing or like others: tabs, NUL,
 *   controls, line ends other than LF and CR LF, a byte order mark but for
 *   one at the start.
 *
 * Every error about the document is ERR_CONFIG_INVALID and begins with
 * "LINE:COLUMN: ", both from 1, in characters.
 */
#define YAML_WALK_DEPTH 3	/* stores / offsite / bucket */
#define YAML_WALK_KEYS 128	/* of one mapping */
#define YAML_WALK_SIZE 262144	/* bytes of a document */

struct yaml_place {
	const char *key[YAML_WALK_DEPTH];	/* from the top down */
	int depth;				/* keys in use, at least 1 */
	size_t line, column;
};

/*
 * What to do with what is found, in the order of the document.  Each gives 0,
 * or -1 after filling in err; the place is put in front of its message.
 * Texts live until yaml_walk_free().
 */
struct yaml_visitor {
	/* The last key of place was read; its value comes next, and is ... */
	int (*key)(void *context, const struct yaml_place *, struct err *);

	/* ... a mapping: its keys follow, one deeper, */
	int (*mapping)(void *context, const struct yaml_place *,
	    struct err *);

	/* ... a list: scalars for the same key follow, or none, */
	int (*list)(void *context, const struct yaml_place *, struct err *);

	/* ... or a scalar, which may be one of a list. */
	int (*scalar)(void *context, const struct yaml_place *,
	    const char *text, struct err *);

	void *context;
};

/* The texts of a document that was walked. */
struct yaml_texts {
	char *memory;
	size_t used, size;
};

/* Walk the document; texts is filled in and to be freed in every case. */
int yaml_walk(struct span document, const struct yaml_visitor *visitor,
    struct yaml_texts *texts, struct err *e);

void yaml_walk_free(struct yaml_texts *texts);	/* a zeroed one, twice too */

#endif
