/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef OPT_H
#define OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"
#include "field.h"

/*
 * The command line.  Options and arguments may stand in any order; "--" ends
 * options; a value is the next word or follows '='; "-" alone is an argument.
 * An option may be given once, unless it is a list.
 */

/* Options that land in one struct: their table, and where it is. */
struct opt_set {
	const struct field *fields;
	void *base;
	bool *given;	/* NULL, or OPT_FIELDS_MAX: which of fields were */
};

#define OPT_SETS_MAX 8
#define OPT_FIELDS_MAX 64	/* of one table */

/*
 * Reads argv[0 .. argc).  Arguments are moved to its front, in order; their
 * number is *nargs.  Presets are not applied, and given is only added to.
 * ERR_USAGE, or what a field's value did wrong.
 */
int opt_parse(int argc, char **argv, const struct opt_set *sets, size_t nsets,
    int *nargs, struct err *e);

/* The option's help, a line each. */
void opt_help(struct buf *b, const struct field *fields);

#endif
