/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LEDGER_CMD_H
#define LEDGER_CMD_H

#include "app.h"

/*
 * consign ledger verify | show | rebuild | anchor: is the whole history as it was
 * written; what does it say; the manifest made anew from it.
 */
extern const struct field ledger_cmd_fields[];
bool ledger_cmd_reaches(const struct app *app);	/* see network_for in app.h */
int ledger_cmd_run(struct app *app, struct err *e);

#endif
