/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "facts.h"
#include "ledger.h"
#include "manifest.h"
#include "sorter.h"
#include "span.h"

struct rng;

/*
 * The manifest as it is at the ledger's end, without writing it: the file,
 * merged with the rows behind its mark.  manifest_update() writes just this.
 *
 *	struct view *v = calloc(1, sizeof(*v));		it is large
 *	rc = view_open(v, &args, e);
 *	while (rc >= 0 && (rc = view_next(v, &line, e)) == 1) ...
 *	view_close(v);					in every case
 *
 * The chain of the rows that are read is checked.  A torn row at the end
 * counts for nothing.  Memory is bounded (sorter.h), whatever the size of
 * either; without a tail, lines are streamed as they stand.
 */
struct view_args {
	const char *manifest, *ledger;	/* paths, which must stay */
	struct rng *rng;
	const char *beside;	/* a path in the folder for what does not fit
				   in memory: of a long tail */
	bool anew;		/* as if there were no manifest */
};

/* One of the two streams that are merged. */
struct view_head {
	int rc;				/* 1: path and text are its next */
	struct span path, text;
};

struct view {
	char archive_id[FACTS_WORD_MAX + 1];
	struct facts_table facts;

	/* Where the ledger ended, for ledger_open(), until view_close(). */
	struct ledger_scan end;
	bool has_ledger;		/* there is such a file */
	int64_t manifest_rows;		/* so many of its rows are in the
					   manifest's file */

	/* Private. */
	struct manifest old;
	bool has_old;
	bool begun;			/* both heads are set */
	bool given;			/* old's line was given: go on */
	struct sorter sorter;
	struct view_head from_old, from_rows;
	struct manifest_line line;	/* while rows are applied to it */
	size_t now;			/* which of text line points into */
	struct buf text[2], scratch[2], row_scratch;
	char text_bytes[2][MANIFEST_LINE_MAX + 2];
	char scratch_bytes[2][RECORD_SIZE_MAX];
	char row_bytes[RECORD_SIZE_MAX];
};

/*
 * v is zeroed.  1; or 0 where no row was ever written: archive_id is empty
 * and view_next() gives nothing.  has_ledger then tells ledger_open() from
 * ledger_create().
 *
 * ERR_LEDGER_BROKEN, also for a manifest without its ledger; those of file.h;
 * ERR_NO_MEMORY.
 */
int view_open(struct view *v, const struct view_args *args, struct err *e);

/* NULL: unknown; see facts_find(). */
const struct facts *view_facts(const struct view *v, struct span store_ref);

/* 1 and the next object, by path, valid until the next call; 0; -1. */
int view_next(struct view *v, struct manifest_line *line, struct err *e);

/* The same as it stands in the manifest, without its line feed. */
int view_next_raw(struct view *v, struct span *raw, struct err *e);

/*
 * Of one that stays for long: close it, and give back its memory but for the
 * archive's id and the facts.
 */
void view_shed(struct view *v);

void view_close(struct view *v);	/* accepts a zeroed one, twice too */

#endif
