/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "append.h"
#include "dir.h"
#include "err.h"
#include "file.h"
#include "guard.h"
#include "lines.h"
#include "record.h"
#include "span.h"

/*
 * The journal of one multipart upload, from which the next run goes on: what
 * was meant to be done, under what upload id, which parts landed.  A file of
 * rows, "uploads/ID.jsonl" in the state folder, for its owner only; its
 * format is in consign-journal(5).  It is no history: the ledger is.
 *
 * Each row is on the disk when its function returns 0:
 *
 *	struct journal j = { .guard = guard };
 *	journal_create(&j, &at, &intent, e);	before Create
 *	journal_add(&j, &row, e);	BEGUN before the first part, PART as
 *					each lands, COMPLETING before Complete,
 *					COMPLETED once it is told, PROVEN as
 *					each part is read
 *	journal_end(&j, "completed", now, e);	the file is gone
 *	journal_close(&j);
 *
 * And at a start:
 *
 *	journal_list(&dir, state, e);
 *	for each name that is one: journal_read_open(&r, state, name, e);
 *	while ((rc = journal_read(&r, &row, e)) == 1) ...
 *	journal_reopen(&j, &r, e);	to go on
 *	journal_read_close(&r);
 */
#define JOURNAL_SCHEMA "consign.upload.v1"

#define JOURNAL_RANDOM 4
#define JOURNAL_ID_LEN (16 + 1 + 2 * JOURNAL_RANDOM)
#define JOURNAL_ROW_MAX 20480	/* a path of 4 KiB, a key of 1 KiB, escaped,
				   and the rest, at its longest */

/* "20261122t030000z-5f0c17aa": sorted by time. */
void journal_make_id(char id[JOURNAL_ID_LEN + 1], int64_t now,
    const uint8_t random[JOURNAL_RANDOM]);

/*
 * Row 0: what is going to be uploaded.  Forms as in form.h.  inode, mtime_ns
 * and ctime_ns are those of row_identify().  Of a stream nobody knows
 * object_id, size_bytes and part_count yet: these are absent (no pointer,
 * FORM_NONE).  It has no identity, which is zeroes, and part_size_bytes is the
 * first part's.
 */
struct journal_intent {
	struct span schema;		/* JOURNAL_SCHEMA */
	int64_t begin_seq;
	struct span store_ref;
	struct span endpoint, bucket;	/* where store_ref pointed then */
	struct span path, object_id, remote_key;
	int64_t size_bytes, inode, mtime_ns, ctime_ns;
	int64_t part_size_bytes, part_count;
};

struct journal_landed {
	int64_t number;			/* from 1 */
	struct span sha256;		/* 64 hex digits */
	struct span etag;
	int64_t size_bytes;		/* of a stream's; else FORM_NONE */
};

/* What a Complete's answer named, or the generation that was read. */
struct journal_generation {
	int64_t number;			/* of the part that was proven */
	struct span etag, version_id;	/* none: no pointer */
};

enum journal_kind {
	JOURNAL_NONE,		/* before the first */
	JOURNAL_INTENT,		/* first, and only once */
	JOURNAL_BEGUN,
	JOURNAL_PART,
	JOURNAL_COMPLETING,
	JOURNAL_COMPLETED,
	JOURNAL_PROVEN,
	JOURNAL_SUSPENDED,	/* nothing comes behind it */
	JOURNAL_ENDED,		/* nothing comes behind it */
	JOURNAL__COUNT
};

/* The member that kind names; spans are valid until the next row. */
struct journal_row {
	enum journal_kind kind;
	struct journal_intent intent;
	struct journal_landed part;
	struct journal_generation generation;	/* of COMPLETED, PROVEN */
	int64_t time;
	struct span upload_id;		/* of BEGUN */
	struct span result;		/* of ENDED */
};

/* Points into itself: not to be copied while it is open. */
struct journal {
	const struct guard *guard;	/* the caller's: set before opening */

	/* Private. */
	struct append file;
	char path[PATH_MAX];
};

/*
 * Makes the folder where there is none; id is of journal_make_id().  What
 * does not fit its form is ERR_CONFIG_INVALID, here and below.
 */
struct journal_at {
	const char *state;	/* the state folder */
	const char *id;
	int64_t now;
};

int journal_create(struct journal *j, const struct journal_at *at,
    const struct journal_intent *intent, struct err *e);

/*
 * Any row but the first and the last.  SUSPENDED says that the run leaves the
 * upload to the next one, and no part of it is under way: so those that have
 * rows are all that landed.  Whoever goes on cuts it off first.
 */
int journal_add(struct journal *j, const struct journal_row *row,
    struct err *e);

/*
 * The upload is over, and the journal with it: a last row, whose result is a
 * word, and the file is removed.  Should it come back (power went), it says so.
 */
int journal_end(struct journal *j, const char *result, int64_t now,
    struct err *e);

/* Remove one that was read and is of no use: without a row, or ended. */
int journal_remove(struct journal *j, struct err *e);

void journal_close(struct journal *j);	/* accepts a zeroed one, twice too */

struct journal_reader {
	int64_t size;		/* of the rows read; the rest is torn, or
				   says SUSPENDED */

	/* Private. */
	char path[PATH_MAX];
	struct file file;
	int64_t whole;			/* size of the file */
	struct lines lines;
	enum journal_kind last;
	struct buf scratch;
	char window[JOURNAL_ROW_MAX + 1];
	char scratch_bytes[JOURNAL_ROW_MAX];
};

/*
 * The folder's names, sorted, as dir_read() gives them; those that are not
 * ID.jsonl are for the caller to skip with journal_is_name().  1; 0 where
 * there is no folder yet; -1.  Close with dir_close() after 1.
 */
int journal_list(struct dir *uploads, const char *state, struct err *e);
bool journal_is_name(const char *name);

/*
 * 1 and the next row; 0 at the end; -1, ERR_LEDGER_BROKEN for a row that
 * cannot be, or cannot be there.  The last line may be torn (power went while
 * it was written): it counts for nothing.  A journal without any row says
 * nothing, for its upload was never created.
 */
int journal_read_open(struct journal_reader *r, const char *state,
    const char *name, struct err *e);
int journal_read(struct journal_reader *r, struct journal_row *row,
    struct err *e);
void journal_read_close(struct journal_reader *r);

/*
 * Go on behind what r has read to its end, before or after its close; a torn
 * tail is cut off, and so is SUSPENDED.
 */
int journal_reopen(struct journal *j, const struct journal_reader *r,
    struct err *e);

/*
 * Removes journals without any row, which runs that were killed have left.
 * Under the archive's lock.
 */
int journal_sweep(const char *state, struct err *e);

#endif
