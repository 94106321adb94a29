/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"

#include "op.h"
#include "options.h"

/* What can be made to go wrong; s3d --help says what each does. */
enum fault {
	FAULT_STATUS,
	FAULT_CLOSE_EARLY,
	FAULT_REDIRECT,
	FAULT_QUOTA,
	FAULT_RESET_BEFORE,
	FAULT_RESET_AFTER_BYTES,
	FAULT_LOSE_ANSWER,
	FAULT_LOSE_ANSWER_AFTER_BYTES,
	FAULT_DELAY,
	FAULT_STALL,
	FAULT_SHORT_BODY,
	FAULT_CORRUPT,
	FAULT_CORRUPT_ONCE,
	FAULT_ETAG,
	FAULT_REPLACE,
	FAULT_REPLACE_SAME,
	FAULT_VANISH,
	FAULT_IGNORE_IF_MATCH,
	FAULT_RANGE_IGNORED,
	FAULT_WRONG_CONTENT_RANGE,
	FAULT_CONTENT_ENCODING,
	FAULT_CHUNKED,
	FAULT_HTTP10,
	FAULT_WHITESPACE_THEN,
	FAULT_DATE,
	FAULT_GARBAGE,
	FAULT_HEAD_HUGE,
	FAULT_DROP_LIST_PERMISSION,
	FAULT__COUNT
};

#define FAULT_ARG_MAX 256

/* Those that act on one request. */
struct faults {
	bool on[FAULT__COUNT];
	char arg[FAULT__COUNT][FAULT_ARG_MAX];
	char names[256];	/* with blanks between, for the log */
};

/*
 * Collects what the rules say of this request, and counts it for times= and
 * after=.  Of two rules with one action the later wins.  -1: a rule cannot
 * be read (standard error says which).
 *
 * A rule of the file is another rule once the file changed: counts begin
 * anew.
 */
int fault_pick(struct faults *f, const struct options *o, enum op op,
    struct span key);

/* Is this rule of the command line well-formed? */
bool fault_is_rule(const char *rule);

/* The number in an argument; otherwise where it is none. */
int64_t fault_number(const struct faults *f, enum fault which,
    int64_t otherwise);

#endif
