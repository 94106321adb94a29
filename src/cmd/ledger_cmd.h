/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LEDGER_CMD_H
#define LEDGER_CMD_H

#include "app.h"

/*
 * consign ledger verify | show | checkpoint | anchor | export | rebuild: is the
 * whole history as it was written, and by whom; what does it say; sign it, here
 * or beside the objects; a bundle of it; the manifest made anew from it.
 */
extern const struct field ledger_cmd_fields[];
bool ledger_cmd_reaches(const struct app *app);	/* see network_for in app.h */
int ledger_cmd_run(struct app *app, struct err *e);

#endif
