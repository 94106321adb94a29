/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RECOVER_LEDGER_H
#define RECOVER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "anchor.h"
#include "app.h"
#include "archive.h"
#include "file.h"
#include "keyring.h"
#include "ledger.h"
#include "pack.h"
#include "receipt.h"
#include "row.h"
#include "sink.h"

/*
 * A ledger put together from history packs (pack.h), byte for byte, and its
 * receipts:
 *
 *	recover_ledger_open(l, e);
 *	recover_ledger_take(l, &file, from_seq, to_seq, e); ... in order
 *	recover_ledger_commit(l, e);
 *	recover_ledger_close(l);		in every case
 *
 * Receipts are written as they come, and made durable before the ledger gets
 * its name, which is the last thing that is done: until then there is none.
 * What is cut off in between is done again; receipts that are there are
 * those of the packs, or it is refused.
 *
 * Where writers.yaml has a writer of the archive, rows behind the last
 * checkpoint that one of them signed are left out: anybody can chain rows.
 */
struct recover_ledger {
	/* Filled in by the caller. */
	struct app *app;
	const struct archive *archive;	/* state and id are set */
	const struct keyring *ring;
	const struct anchor *anchor;	/* the newest to go by; NULL: none */

	/* What there is so far; after commit: what there is. */
	struct ledger_mark mark;
	bool judged;			/* writers.yaml has such a writer */
	int64_t good;			/* rows under a good checkpoint */
	int64_t left_out;		/* rows behind it; after commit */
	int64_t packs, receipts, lost;
	enum anchor_fit fit;

	/* Private. */
	struct ledger_mark good_mark;
	struct file_tmp tmp;
	struct receipt_batch batch;
	struct sink sink;
	struct pack_reader rows, texts;
	struct chain_row raw;
	struct row row;
	struct buf scratch;
	char scratch_bytes[RECORD_SIZE_MAX];
};

int recover_ledger_open(struct recover_ledger *l, struct err *e);

/*
 * A pack with that name.  1: its rows are in; 0: it is not what it should be
 * (e says why), and nothing of it was taken; -1.  ERR_LEDGER_ROLLED_BACK: its
 * rows are not those that the anchor knows.
 */
int recover_ledger_take(struct recover_ledger *l, const struct file *file,
    int64_t from_seq, int64_t to_seq, struct err *e);

/* ERR_NOT_FOUND where no row is left, and nothing is written then. */
int recover_ledger_commit(struct recover_ledger *l, struct err *e);

void recover_ledger_close(struct recover_ledger *l);

#endif
