/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PICK_H
#define PICK_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "field.h"
#include "manifest.h"
#include "plan.h"
#include "record.h"
#include "run.h"
#include "sorter.h"
#include "view.h"

/*
 * Which objects that are recorded in a store are looked at, and in which
 * order: all by path; some of them, chosen at random; or all, those first
 * whose proof is the oldest.  Memory does not grow with their number.
 *
 *	pick_count(&p, e);		and the gates
 *	pick_begin(&p, e);
 *	while ((rc = pick_next(&p, &line, &place, e)) == 1) ...
 *	pick_close(&p);			in every case
 */
enum pick_sample {
	PICK_ALL,
	PICK_NUMBER,		/* so many, or all where there are fewer */
	PICK_PERCENT		/* rounded up */
};

struct pick {
	/* Filled in by the caller. */
	struct run *run;
	const struct field_list *only;	/* objects of these ids, if any */
	enum pick_sample sample;
	uint64_t amount;		/* of the sample: 1 or more */
	bool rolling;
	struct plan_requests request;	/* of each object */
	bool reads;			/* its bytes, too */

	/* After pick_count(). */
	int64_t recorded;		/* in this store, of the selection */
	int64_t wanted;			/* how many of them are given */
	struct plan_sums sums;		/* of these; first is the first */

	/* Private. */
	int64_t ahead, left;		/* recorded and wanted to come */
	struct view *view;
	struct sorter *sorter;
	bool *met;			/* of each of only */
	struct manifest_line line;
	struct buf scratch;
	char scratch_bytes[RECORD_SIZE_MAX];
};

/* "50" or "2%".  ERR_USAGE. */
int pick_parse(struct pick *p, const char *sample, struct err *e);

/* ERR_NOT_FOUND: an object of only is not recorded in this store. */
int pick_count(struct pick *p, struct err *e);

int pick_begin(struct pick *p, struct err *e);

/* 1 and the next, valid until the next call; 0 at the end; -1. */
int pick_next(struct pick *p, const struct manifest_line **line,
    const struct manifest_place **place, struct err *e);

void pick_close(struct pick *p);	/* a zeroed one, twice too */

#endif
