/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FIELD_H
#define FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "span.h"

/*
 * A setting, described once.  One table of these rows drives everything that
 * knows settings: the parser of consign.yaml, the command line, defaults,
 * validation, --help, the sample file and the manual's section.
 *
 * In consign.yaml the setting is called by its name ("ca_file"); as an option
 * it has hyphens ("--ca-file").  Its value lands in a struct of the caller,
 * offset bytes from the start, as the C type that its type says.
 */
enum field_type {
	FIELD_TEXT,	/* const char *: the caller's text, kept */
	FIELD_LIST,	/* struct field_list: the same, each time it is given */
	FIELD_CHOICE,	/* int: index into choices */
	FIELD_COUNT,	/* uint64_t */
	FIELD_SIZE,	/* uint64_t: bytes, with k M G */
	FIELD_MS,	/* uint64_t: milliseconds, with ms s m h d */
	FIELD_WAIT,	/* the same; without a unit it is seconds */
	FIELD_FLAG	/* bool: an option without a value; "true", "false" */
};

/* The preset of ceilings: INT64_MAX, as records know no larger number. */
#define FIELD_NO_LIMIT "9223372036854775807"

struct field {
	const char *name;
	uint8_t type;			/* enum field_type */
	char letter;			/* a short option, or 0 */
	uint16_t offset;
	const char *preset;		/* default, as text; NULL: zero */
	uint64_t min, max;		/* of numbers; max 0: none */
	const char *const *choices;	/* of CHOICE; ends with NULL */
	const char *value;		/* what --help calls its value */
	const char *what;		/* what it is, for --help */
};

/* Values of a setting that may be given several times. */
struct field_list {
	size_t n;
	const char **item;	/* allocated: field_list_free() */
};

void field_list_free(struct field_list *list);

/* Set every field of the table (which ends with a NULL name) to its preset. */
void field_presets(const struct field *table, void *base);

/*
 * Set one field from text, which must outlive base.  The error names the
 * field in the way that prefix says: "--" as an option, "" as in the file.
 */
int field_set(const struct field *f, void *base, const char *text,
    const char *prefix, struct err *e);

/* Copy one field of a struct to another of its kind; not of a list. */
void field_copy(const struct field *f, void *to, const void *from);

/* The field's name as an option: hyphens for underscores. */
#define FIELD_NAME_MAX 40
void field_option_name(char out[FIELD_NAME_MAX + 1], const struct field *f);

/* The field that an option (without its "--") names, or NULL. */
const struct field *field_find_option(const struct field *table,
    struct span name);

#endif
