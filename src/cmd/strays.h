/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef STRAYS_H
#define STRAYS_H

#include <stdbool.h>

#include "archive.h"
#include "err.h"
#include "sorter.h"
#include "span.h"

struct rng;

/*
 * Files in the folder of receipts that no row of the ledger names: a run that
 * was killed left them, or one at work is about to name them, or somebody put
 * them there.
 *
 *	strays_open(&s, archive, rng, e);	reads the folder
 *	strays_named(&s, receipt_id, e); ...	for each that is named
 *	while ((rc = strays_next(&s, &file, e)) == 1) ...
 *	strays_close(&s);			in every case
 *
 * Memory: the names of one month.
 */
struct strays {
	/* Private. */
	struct sorter sorter;
	bool begun;
	int rc;
	struct span key, text;		/* while rc is 1: the next */
	char file[RECORD_SIZE_MAX];
};

/* archive has to stay.  Errors are those of dir.h and sorter.h. */
int strays_open(struct strays *s, const struct archive *archive,
    struct rng *rng, struct err *e);

int strays_named(struct strays *s, struct span receipt_id, struct err *e);

/*
 * 1 and the next, "YYYY-MM/ID.json" or whatever is there, as dir.h has names,
 * until the next call; 0 at the end; -1.
 */
int strays_next(struct strays *s, struct span *file, struct err *e);

/* The id that a receipt of that name has; false: none has such a name. */
bool strays_id(struct span file, struct span *id);

void strays_close(struct strays *s);	/* a zeroed one, twice too */

#endif
