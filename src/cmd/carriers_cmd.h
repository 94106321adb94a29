/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CARRIERS_CMD_H
#define CARRIERS_CMD_H

#include "app.h"

/*
 * consign carriers: what could carry the hash of a deployed file, held against
 * the criteria of carriers.h.  Of the ledger the facts are the resolver's.
 */
extern const struct field carriers_cmd_fields[];

int carriers_cmd_run(struct app *app, struct err *e);

#endif
