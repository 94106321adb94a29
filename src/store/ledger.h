/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "append.h"
#include "buf.h"
#include "chain.h"
#include "err.h"
#include "file.h"
#include "guard.h"
#include "lines.h"
#include "sha256.h"

/*
 * The ledger: what happened to an archive, append-only, hash-chained
 * (chain.h), the only source of truth.  Its format is in consign-ledger(5).
 *
 * Reading, from the start or from a mark:
 *
 *	ledger_scan_open(&scan, path, NULL, e);
 *	while ((rc = ledger_scan_next(&scan, &row, e)) == 1) ...
 *	ledger_scan_close(&scan);
 *
 * Writing, by the one process that holds the lock:
 *
 *	struct ledger l = { .guard = guard };
 *	ledger_open(&l, path, &scan, now, e);	where reading ended
 *	ledger_begin(&l, &row, "admit", now);
 *	record_str(&row, ...);
 *	ledger_append(&l, &row, e);
 *	ledger_sync(&l, e);		before anything that depends on it
 *	ledger_close(&l);
 */

/* The largest row: a path and a key of 4 KiB, escaped, fit twice over. */
#define LEDGER_ROW_MAX RECORD_SIZE_MAX

/* A place behind a row; zeroed: before the first. */
struct ledger_mark {
	int64_t rows;			/* so many stand before */
	int64_t at;			/* offset in the file */
	uint8_t chain[CHAIN_LEN];	/* of the row before */
};

struct ledger_scan {
	struct ledger_mark mark;	/* behind the row last given */
	struct file file;
	int64_t torn;			/* at the end: bytes of a torn row */

	/* Private. */
	struct sha256 hash;
	struct lines lines;
	struct span rest;		/* the torn row itself */
	char window[LEDGER_ROW_MAX + 1];
};

/*
 * from NULL is the start.  A mark that does not fit the file (it is shorter,
 * or no row with that chain value ends there) is ERR_LEDGER_BROKEN.
 */
int ledger_scan_open(struct ledger_scan *s, const char *path,
    const struct ledger_mark *from, struct err *e);

/*
 * Complete a mark of which rows and at are known, from the file.  Whether the
 * row that ends there is the right one, the chain of what follows shows.
 */
int ledger_mark_read(struct ledger_mark *mark, const char *path,
    struct err *e);

/*
 * 1 and the next row, valid until the next call; 0 at the end, where torn
 * says how many bytes of an unfinished row stand (a last line without its
 * line feed: power went while it was written); -1: ERR_LEDGER_BROKEN.
 */
int ledger_scan_next(struct ledger_scan *s, struct chain_row *row,
    struct err *e);

/*
 * The same for the bytes of the row, without its line feed: that it stands
 * there by its chain value is checked, its form and its number are not.
 */
int ledger_scan_line(struct ledger_scan *s, struct span *line, struct err *e);

void ledger_scan_close(struct ledger_scan *s);

struct ledger {
	/* The caller's: set before opening. */
	const struct guard *guard;
	bool append_only;		/* kept so by its attribute, where the
					   file system and we may: attr.h */

	struct append file;
	struct ledger_mark mark;	/* behind the last row */

	struct sha256 hash;		/* private */
};

/*
 * end is where a scan ended; the file must end there too, or, where the scan
 * found a torn row, that is set aside as "<path>.torn-<rows>", cut off, and
 * recorded in a row "torn" (at the time now) before anything else; but not
 * before the first row, which is always "genesis".
 */
int ledger_open(struct ledger *l, const char *path,
    const struct ledger_scan *end, int64_t now, struct err *e);

/* Where there is no ledger yet: make it, with nothing in it. */
int ledger_create(struct ledger *l, const char *path, struct err *e);

/* Begin a row: number, time and kind.  The caller adds fields. */
void ledger_begin(const struct ledger *l, struct buf *row, const char *kind,
    int64_t now);

/*
 * Chain it and write it: one write.  A field that could not be written
 * (buf_ok()) is a programming error.
 */
int ledger_append(struct ledger *l, struct buf *row, struct err *e);

int ledger_sync(struct ledger *l, struct err *e);

void ledger_close(struct ledger *l);

#endif
