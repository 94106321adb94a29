/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef MANIFEST_H
#define MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "facts.h"
#include "file.h"
#include "ledger.h"
#include "lines.h"
#include "record.h"
#include "span.h"

/*
 * The manifest: an object a line, in bytewise order of their paths, with what
 * was admitted and where it is stored.  A view: a pure function of the ledger
 * up to the row that its first line names.  Its format, and that function,
 * are in consign-ledger(5); manifest_update.h makes it.
 *
 *	rc = manifest_open(&m, path, e);
 *	while (rc == 1 && (rc = manifest_next(&m, &line, e)) == 1) ...
 *	manifest_close(&m);
 */
#define MANIFEST_SCHEMA "consign.manifest.v1"
#define MANIFEST_STORES FACTS_STORES	/* that an object may be in */
#define MANIFEST_LINE_MAX RECORD_SIZE_MAX

/* Where an object is. */
struct manifest_place {
	struct span store, remote_key;
	struct span etag, version_id;	/* without pointer: not known */
	struct span availability, proof;
	int64_t proven_at;		/* FORM_NONE: never */
	struct span receipt;		/* without pointer: none */
};

struct manifest_line {
	struct span path, object_id;
	int64_t size_bytes, inode, mtime_ns, ctime_ns;	/* row_identify() */
	int64_t admit_seq;
	struct span origin;	/* of that row, if it names a commit */
	size_t nplaces;
	struct manifest_place place[MANIFEST_STORES];	/* by store */
};

struct manifest {
	char archive_id[FACTS_WORD_MAX + 1];
	struct ledger_mark mark;	/* what of the ledger is in it */
	struct facts_table facts;

	/* Private. */
	struct file file;
	struct lines lines;
	struct buf scratch, last;	/* last: the path given last */
	char window[MANIFEST_LINE_MAX + 1];
	char scratch_bytes[RECORD_SIZE_MAX];
	char last_bytes[MANIFEST_LINE_MAX];
};

/*
 * 1; 0 where there is no such file; -1, with ERR_LEDGER_BROKEN for one that
 * is not a manifest, which can be made anew.  Only 1 needs closing.
 */
int manifest_open(struct manifest *m, const char *path, struct err *e);

/* 1 and the next object, valid until the next call; 0 at the end; -1. */
int manifest_next(struct manifest *m, struct manifest_line *line,
    struct err *e);

/* The same for the bytes of the line, of which only the path is looked at. */
int manifest_next_raw(struct manifest *m, struct span *path,
    struct span *raw, struct err *e);

void manifest_close(struct manifest *m);

/* A line, and back: its spans are in raw and in scratch, which is emptied. */
int manifest_write_head(struct buf *out, struct span archive_id,
    const struct ledger_mark *mark, const struct facts_table *facts,
    struct err *e);
int manifest_write(struct buf *out, const struct manifest_line *line,
    struct err *e);
int manifest_parse(struct manifest_line *line, struct span raw,
    struct buf *scratch, struct err *e);

#endif
