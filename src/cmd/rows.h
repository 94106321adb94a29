/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ROWS_H
#define ROWS_H

#include "err.h"
#include "ledger.h"
#include "record.h"
#include "row.h"

/*
 * All rows of a ledger, from the first, as structs:
 *
 *	rows_open(&r, path, e);
 *	while ((rc = rows_next(r, &row, e)) == 1) ...
 *	rows_close(r);			in every case
 */
struct rows {
	struct ledger_scan scan;	/* where it stands */

	/* Private. */
	struct chain_row raw;
	struct buf scratch;
	char bytes[RECORD_SIZE_MAX];
};

/* Allocates.  Errors are those of ledger_scan_open(), and ERR_NO_MEMORY. */
int rows_open(struct rows **r, const char *ledger, struct err *e);

/* 1 and the next row, valid until the next call; 0; -1. */
int rows_next(struct rows *r, struct row *row, struct err *e);

void rows_close(struct rows *r);	/* accepts NULL */

#endif
