/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LEDGER_READING_H
#define LEDGER_READING_H

#include <stdint.h>

#include "app.h"
#include "archive.h"
#include "buf.h"
#include "chain.h"
#include "ledger.h"
#include "manifest.h"
#include "record.h"
#include "row.h"

/* A line for people: what is in a row, each byte as %XX at worst. */
#define LEDGER_READING_LINE (3 * LEDGER_ROW_MAX + 1024)

/* A whole ledger, row by row, for the command of that name.  Large. */
struct ledger_reading {
	struct app *app;		/* the caller's */
	struct archive archive;		/* ... located */
	struct ledger_scan scan;
	struct chain_row raw;
	struct row row;
	uint8_t previous[CHAIN_LEN];	/* the chain value before it */
	int64_t head_rows;		/* that a head kept elsewhere stands */
	uint8_t head[CHAIN_LEN];	/* for; 0: none is given */
	struct ledger_mark known;	/* as the manifest knows the ledger */
	struct manifest manifest;
	struct buf scratch;		/* the caller's: on scratch_bytes */
	char scratch_bytes[RECORD_SIZE_MAX];
	char line[LEDGER_READING_LINE];
};

/* From row 0 on.  ERR_NOT_FOUND, ERR_LEDGER_BROKEN; r->scan is to be closed. */
int ledger_reading_open(struct ledger_reading *r, struct err *e);

/*
 * Have the rows held against a head, SEQ:CHAIN as status prints it, that was
 * kept elsewhere.  ERR_USAGE for what is none.
 */
int ledger_reading_expect(struct ledger_reading *r, const char *head,
    struct err *e);

/*
 * 1 and the next row in r->raw and r->row, which is well; 0; -1, also with
 * ERR_LEDGER_ROLLED_BACK where the row of the head is another, or missing.
 */
int ledger_reading_next(struct ledger_reading *r, struct err *e);

/*
 * The chain can not tell that rows at its end were taken away: the manifest
 * can, which knows how far it once went.  Sets r->known; what is wrong with
 * the manifest is only said.
 */
int ledger_reading_known(struct ledger_reading *r, struct err *e);

#endif
