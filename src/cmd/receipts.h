/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RECEIPTS_H
#define RECEIPTS_H

#include "app.h"

/*
 * consign receipts: those that a row of the ledger names, each compared with
 * what that row says of it: ERR_LEDGER_BROKEN where one is not the same.  With
 * --all those that no row names, too.
 */
extern const struct field receipts_fields[];

int receipts_run(struct app *app, struct err *e);

#endif
