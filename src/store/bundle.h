/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef BUNDLE_H
#define BUNDLE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "chain.h"
#include "err.h"
#include "file.h"
#include "guard.h"
#include "lines.h"
#include "record.h"
#include "sha256.h"
#include "sorter.h"
#include "span.h"

struct rng;

/*
 * A bundle: an archive's history as a folder, to be checked on another
 * machine.  It is laid out as a state folder is (ledger.jsonl, receipts/,
 * keys/, anchors/), with writers.yaml and an index of all these files,
 * "bundle.jsonl", in consign-bundle(5):
 *
 *	a line	of what ledger: struct bundle_head
 *	a line	for each file, sorted by name: struct bundle_file
 *	a line	how many they were, and the digest of the lines before
 *
 * The index proves that nothing was lost on the way.  Who wrote the history,
 * its signatures tell.
 */
#define BUNDLE_SCHEMA "consign.bundle.v1"
#define BUNDLE_INDEX "bundle.jsonl"
#define BUNDLE_WRITERS "writers.yaml"
#define BUNDLE_ID_MAX 63		/* of an archive's id */

struct bundle_head {
	char archive_id[BUNDLE_ID_MAX + 1];
	int64_t time;			/* when it was made */
	int64_t rows;			/* of its ledger */
	uint8_t chain[CHAIN_LEN];	/* of the last one */
};

struct bundle_file {
	struct span name;		/* within the folder */
	int64_t size_bytes;		/* FORM_NONE: it is lost */
	struct span sha256;		/* of a receipt that is lost: what its
					   row says */
	struct span lost;		/* "missing", "changed", or none */
};

/* --- Writing -------------------------------------------------------------- */

/*
 * Files in any order, then the index into the folder:
 *
 *	bundle_index_init(i, beside, rng);	a path in the folder for what
 *						does not fit in memory
 *	bundle_index_add(i, &file, e); ...
 *	bundle_index_write(i, folder, &head, guard, e);
 *	bundle_index_free(i);			in every case
 */
struct bundle_index {
	int64_t files, lost;
	struct rng *rng;		/* private, as is ... */
	struct sorter sorter;
};

void bundle_index_init(struct bundle_index *i, const char *beside,
    struct rng *rng);
int bundle_index_add(struct bundle_index *i, const struct bundle_file *file,
    struct err *e);
int bundle_index_write(struct bundle_index *i, const char *folder,
    const struct bundle_head *head, const struct guard *guard,
    struct err *e);
void bundle_index_free(struct bundle_index *i);

/* --- Reading -------------------------------------------------------------- */

/*
 *	bundle_open(r, folder, e);
 *	while ((rc = bundle_next(r, &file, e)) == 1) ...
 *	bundle_close(r);			in every case
 *
 * ERR_VERIFICATION_FAILED for whatever is wrong with the index: its form, its
 * order, its digest, which is compared at the end.
 */
struct bundle_reader {
	struct bundle_head head;

	/* Private. */
	struct file file;
	struct lines lines;
	struct sha256 hash;
	int64_t files, lost;
	char path[PATH_MAX];
	char last[512];			/* name */
	struct record record;
	char scratch[RECORD_SIZE_MAX];
	char window[RECORD_SIZE_MAX + 1];
};

int bundle_open(struct bundle_reader *r, const char *folder, struct err *e);

/* 1 and the next, valid until the next call; 0: all were given; -1. */
int bundle_next(struct bundle_reader *r, struct bundle_file *file,
    struct err *e);

void bundle_close(struct bundle_reader *r);	/* a zeroed one, twice too */

/* All of the index at once: is it well, and what does it say? */
struct bundle_found {
	struct bundle_head head;
	int64_t files;			/* that are there */
	int64_t receipts;		/* of these */
	int64_t lost;			/* that are not, as it says */
	bool has_writers;
};

int bundle_check_index(struct bundle_found *found, const char *folder,
    struct err *e);

/*
 * Hold the folder against its index: each file is there with its bytes, and no
 * other is.  ERR_VERIFICATION_FAILED names the first that is not so.
 */
int bundle_check_files(const char *folder, struct err *e);

#endif
