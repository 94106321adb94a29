/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef EXPORT_H
#define EXPORT_H

#include "app.h"
#include "archive.h"
#include "err.h"

/*
 * `ledger export -o DIR`: a bundle (bundle.h) of the archive's history as it
 * is now, in a folder that does not exist yet.
 *
 * No lock is taken: rows are only ever appended, whole, after the receipts
 * that they name, so that what stands before any row's end is consistent.  A
 * run that is at work goes on, and its later rows are not in the bundle.
 *
 * A receipt that is missing, or is not the one that its row names, is said
 * and marked in the index, and that is ERR_VERIFICATION_FAILED; the bundle is
 * made all the same.
 */
int export_run(struct app *app, const struct archive *a, struct err *e);

#endif
