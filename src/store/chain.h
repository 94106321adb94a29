/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CHAIN_H
#define CHAIN_H

#include <stdint.h>

#include "err.h"
#include "record.h"
#include "sha256.h"
#include "span.h"

/*
 * The chain that links the rows of a ledger, without the file: pure.
 *
 * A row is a flat JSON object in a fixed form.  It begins with
 *
 *	{"seq":N,"time":"YYYY-MM-DDTHH:MM:SSZ","kind":"...",
 *
 * and ends with
 *
 *	,"chain":"64 lowercase hex digits"}
 *
 * where the chain value is
 *
 *	SHA-256( the previous row's value as 32 raw bytes (zeroes for row 0)
 *	         || the row's bytes from "{" up to, not including, ,"chain": )
 */
#define CHAIN_LEN 32
#define CHAIN_HEX_LEN 64
#define CHAIN_TAIL_LEN (10 + CHAIN_HEX_LEN + 2)	/* ,"chain":"..."} */

/* A row that was read: what links it, and all of its fields. */
struct chain_row {
	struct span line;		/* without its line feed */
	int64_t seq;
	int64_t time;			/* since 1970 */
	struct span kind;
	uint8_t chain[CHAIN_LEN];
	struct record fields;
};

/*
 * The value behind body, the row's bytes without its tail.  The hash is one
 * that sha256_init() was called for once, so that it comes to be the fastest
 * that the CPU runs.
 */
void chain_next(struct sha256 *h, uint8_t out[CHAIN_LEN],
    const uint8_t previous[CHAIN_LEN], struct span body);

/* Where a row has to stand: its number, and the value before it. */
struct chain_link {
	int64_t seq;
	const uint8_t *previous;
	struct sha256 *hash;		/* as above */
};

/*
 * Is this line linked to the row before?  Its chain value is then in chain;
 * nothing else of it is looked at.  ERR_LEDGER_BROKEN names the row.
 */
int chain_check(uint8_t chain[CHAIN_LEN], struct span line,
    const struct chain_link *at, struct err *e);

/*
 * Read a line as the row that stands there: its form, its number and its
 * chain value must be right.  ERR_LEDGER_BROKEN names the row.
 */
int chain_parse(struct chain_row *row, struct span line,
    const struct chain_link *at, struct err *e);

/*
 * The same for a row of which the predecessor is not at hand: all but the
 * chain value is checked, which is only read.
 */
int chain_parse_alone(struct chain_row *row, struct span line, struct err *e);

#endif
