/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LEDGER_ANCHOR_H
#define LEDGER_ANCHOR_H

#include "app.h"

/*
 * consign ledger anchor: an anchor of an archive's history, now; or, with
 * --bundle and --key, of the history in a bundle, on another machine, by a key
 * that is not on the archive's.
 */
int ledger_anchor_run(struct app *app, struct err *e);

#endif
