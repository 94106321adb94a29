/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PACK_H
#define PACK_H

#include <stdint.h>

#include "buf.h"
#include "chain.h"
#include "err.h"
#include "file.h"
#include "ledger.h"
#include "lines.h"
#include "record.h"
#include "sha256.h"
#include "span.h"

/*
 * History packs: rows of a ledger, and the receipts that they name, as one
 * file that is kept in a store, so that a lost box's history can be put
 * together again.  The format is in consign-history(5):
 *
 *	a line	what is in it: struct pack_head
 *	rows	from_seq to to_seq - 1, as they stand in the ledger
 *	a line	for each receipt that they name, in their order: the receipt
 *		as it stands, or an empty line for one that is lost
 */
#define PACK_SCHEMA "consign.history.v1"
#define PACK_ID_MAX 63			/* of an archive's id */

struct pack_head {
	char archive_id[PACK_ID_MAX + 1];
	int64_t from_seq, to_seq;	/* to_seq is behind the last row */
	uint8_t previous[CHAIN_LEN];	/* chain value before from_seq */
	uint8_t chain[CHAIN_LEN];	/* of row to_seq - 1 */
	int64_t receipts;		/* lines, empty ones too */
};

/* Its key: "consign/ARCHIVE-ID/history/FROM-TO", 12 digits each. */
#define PACK_NAME_LEN (12 + 1 + 12)
#define PACK_KEY_MAX (8 + PACK_ID_MAX + 9 + PACK_NAME_LEN)

void pack_put_folder(struct buf *key, const char *archive_id);
void pack_put_key(struct buf *key, const char *archive_id, int64_t from_seq,
    int64_t to_seq);

/* The two numbers of a name, which is what stands behind the last "/"; -1. */
int pack_parse_name(struct span name, int64_t *from_seq, int64_t *to_seq);

/* --- Writing -------------------------------------------------------------- */

/*
 * Make one of the rows between two marks, or of so many of them that it has
 * no more than size_max bytes, but of one row at least.
 */
struct pack_source {
	const char *archive_id;
	const char *ledger;		/* paths */
	const char *state;		/* where the receipts are */
	struct ledger_mark from, to;
	int64_t size_max;
};

struct pack_made {
	struct ledger_mark to;
	int64_t receipts, lost;		/* lost: missing, or changed */
};

/* Written, not committed.  Errors are those of ledger.h and file.h. */
int pack_make(struct pack_made *made, struct file_tmp *out,
    const struct pack_source *source, struct err *e);

/* --- Reading -------------------------------------------------------------- */

/*
 *	pack_open(&r, &file, e);
 *	while ((rc = pack_next_row(&r, &row, e)) == 1) ...
 *	while ((rc = pack_next_receipt(&r, &text, e)) == 1) ...
 *
 * Everything about the form and the chain is checked: that of the rows begins
 * with head.previous, which the caller compares with what he knows, and has
 * to end with head.chain.  ERR_LEDGER_BROKEN for whatever is wrong.  Nothing
 * needs to be closed; file is the caller's and must stay.  Large.
 */
struct pack_reader {
	struct pack_head head;
	struct ledger_mark mark;	/* behind the row last given: rows and
					   chain */

	/* Private. */
	int64_t receipts;		/* so many were given */
	struct sha256 hash;
	struct lines lines;
	struct record record;
	char window[LEDGER_ROW_MAX + 1];
};

int pack_open(struct pack_reader *r, const struct file *file, struct err *e);

/* 1 and the next row, valid until the next call; 0 behind the last; -1. */
int pack_next_row(struct pack_reader *r, struct chain_row *row,
    struct err *e);

/*
 * After all rows: 1 and the next receipt's bytes, without pointer for one that
 * is lost; 0 at the end, where the file ends, too; -1.  Whether they have the
 * digest that the row names is for the caller to see.
 */
int pack_next_receipt(struct pack_reader *r, struct span *text,
    struct err *e);

#endif
