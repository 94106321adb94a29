/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>

#include "app.h"
#include "archive.h"
#include "err.h"
#include "ledger.h"
#include "manifest.h"
#include "span.h"
#include "view.h"

/*
 * An archive for a command that only reads: no lock, no network, nothing is
 * written, and a run that is at work meanwhile does no harm.  What that
 * appends after the reading began may be seen or not.
 *
 *	rc = reader_open(&r, app, e);
 *	if (rc == 0)
 *		rc = reader_view(r, e);
 *	while (rc == 0 && (rc = reader_next(r, &line, e)) == 1) ...
 *	if (rc == 0)
 *		rc = reader_finish(r, e);
 *	reader_close(r);
 */
struct reader {
	struct app *app;
	struct archive archive;
	struct view *view;		/* after reader_view() */

	/* Private. */
	bool scanning;
	struct ledger_scan scan;
	const char **only;		/* object ids that are meant */
	bool *met;			/* of each */
	size_t nonly;
};

/*
 * Allocates.  Object ids are those of --only and, in place of ROOT, an
 * argument that begins with "sha256:".  ERR_USAGE for one that is none; those
 * of archive_open().
 */
int reader_open(struct reader **r, struct app *app, struct err *e);

/* A view as of now, at its begin.  Errors are those of view_open(). */
int reader_view(struct reader *r, struct err *e);

/*
 * 1 and the next object of the view, or row of the whole ledger, whose chain
 * is checked, both valid until the next call of the same; 0 at the end; -1:
 * ERR_LEDGER_BROKEN, ERR_INTERRUPTED, those of file.h.
 */
int reader_next(struct reader *r, struct manifest_line *line, struct err *e);
int reader_next_row(struct reader *r, struct chain_row *row, struct err *e);

/* Is this object meant?  Without any ids, each is. */
bool reader_means(const struct reader *r, struct span object_id);

/* There is such an object. */
void reader_met(struct reader *r, struct span object_id);

/*
 * The store_ref that --store means: that of the store of this name in
 * consign.yaml, or the name itself, as stores that options made are only in
 * the ledger.  NULL: no --store.
 */
const char *reader_store(const struct reader *r);

/* At the end: ERR_NOT_FOUND naming the first id that was not met. */
int reader_finish(const struct reader *r, struct err *e);

void reader_close(struct reader *r);	/* accepts NULL */

#endif
