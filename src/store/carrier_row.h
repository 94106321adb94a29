/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CARRIER_ROW_H
#define CARRIER_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"

/*
 * A ledger's row at a glance, for carrier.c: without parsing all of it.
 *
 * This is sound because it knows one spelling only, that in which row_append()
 * writes: fields in their fixed order, no white space, and no escape in the
 * strings that are looked at, so that equal bytes are equal values and other
 * bytes are other values.  Of any other spelling it says so, and the caller
 * parses the row.  No row is passed over because it could not be read.
 */
struct carrier_head {
	char text[40];		/* {"seq":N,"time":" */
	size_t len;
	size_t digits;		/* of N */
};

/* Of row 0; then of the next one. */
void carrier_row_init(struct carrier_head *h);
void carrier_row_step(struct carrier_head *h);

enum carrier_glance {
	CARRIER_PARSE,		/* another spelling, or another kind */
	CARRIER_ADMIT,		/* fields has all of an admit row */
	CARRIER_OUTCOME,	/* object_id of a proof or fail row */
	CARRIER_NONE		/* of a kind that does not matter */
};

enum carrier_field {
	CARRIER_BEGIN_SEQ,
	CARRIER_PATH,
	CARRIER_CANONICAL,
	CARRIER_VERSION,
	CARRIER_ORIGIN,
	CARRIER_OBJECT,
	CARRIER_SIZE,
	CARRIER_INODE,
	CARRIER_MTIME,
	CARRIER_CTIME,
	CARRIER_SUPERSEDES,	/* without pointer: absent */

	CARRIER__FIELDS
};

/* line is the row before its chain value, as text. */
enum carrier_glance carrier_row_glance(const struct carrier_head *head,
    struct span line, struct span fields[CARRIER__FIELDS]);

#endif
