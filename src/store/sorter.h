/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SORTER_H
#define SORTER_H

#include <stddef.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "ledger.h"
#include "lines.h"
#include "sink.h"
#include "span.h"

struct rng;

/*
 * Sorts more than fits in memory: texts by their keys, bytewise; those of
 * one key stay in the order in which they came.
 *
 *	sorter_init(&s, beside, rng);
 *	sorter_add(&s, key, text, e); ...
 *	sorter_begin(&s, e);
 *	while ((rc = sorter_next(&s, &key, &text, e)) == 1) ...
 *	sorter_free(&s);
 *
 * SORTER_CHUNK texts are sorted in memory.  More go to files without a name
 * in the folder of beside, or in memory for those who may not write there
 * (file_scratch.h), a sorted run each; SORTER_FAN runs of a level are merged
 * to one of the next, so that SORTER_RUNS are enough for 10^9 texts.
 */
#define SORTER_CHUNK 4096
#define SORTER_BYTES (2 * 1024 * 1024)	/* of their keys and texts */
#define SORTER_FAN 8
#define SORTER_RUNS 64

/* A line of a run is KEY, a tab, TEXT: no key has a control byte. */
#define SORTER_KEY_MAX 16384
#define SORTER_LINE_MAX (SORTER_KEY_MAX + 1 + LEDGER_ROW_MAX + 1)

struct sorter {
	/* Private. */
	const char *beside;
	struct rng *rng;
	struct buf bytes;		/* of the chunk */
	size_t n, next;
	struct sorter_item {
		size_t at;		/* in bytes */
		size_t len;		/* all of the line, no line feed */
		size_t key_len;
		const char *line;	/* once bytes grows no more */
	} item[SORTER_CHUNK];
	size_t nruns;
	struct sorter_run {
		int level;
		struct file_tmp tmp;
		struct file file;
		struct lines lines;
		char *window;		/* while it is read */
		struct span key, text;	/* its next; no key: at its end */
	} run[SORTER_RUNS];		/* older ones first */
	struct sorter_run *last;	/* gave what was given last */
	struct sink sink;
};

/* beside and rng must stay. */
void sorter_init(struct sorter *s, const char *beside, struct rng *rng);

/*
 * Both are copied.  Longer than the bounds is ERR_LEDGER_BROKEN; else
 * ERR_NO_MEMORY, or those of file.h.
 */
int sorter_add(struct sorter *s, struct span key, struct span text,
    struct err *e);

int sorter_begin(struct sorter *s, struct err *e);

/* 1 and the next, valid until the next call; 0 at the end; -1. */
int sorter_next(struct sorter *s, struct span *key, struct span *text,
    struct err *e);

void sorter_free(struct sorter *s);	/* a zeroed one, twice too */

#endif
