/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef MANIFEST_APPLY_H
#define MANIFEST_APPLY_H

#include <stdbool.h>

#include "err.h"
#include "manifest.h"
#include "row.h"
#include "span.h"

/*
 * What the rows of a ledger do to a line of the manifest: the function that
 * consign-ledger(5) defines, pure.
 */

/* The path that a row says something of; false: of none. */
bool manifest_apply_path(const struct row *row, struct span *path);

/*
 * Apply a row of the line's path; the line then points into the row, too.  A
 * line without object_id is one that is not there yet: only an admit row makes
 * it.  Rows about other bytes than it has change nothing.
 *
 * ERR_LEDGER_BROKEN: more than MANIFEST_STORES places.
 */
int manifest_apply(struct manifest_line *line, const struct row *row,
    struct err *e);

#endif
