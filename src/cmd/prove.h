/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROVE_H
#define PROVE_H

#include "app.h"

/*
 * consign prove --tier N: proves a store, tier by tier (contract.md, "Tiers"),
 * with tiny objects of its own that are removed again.
 */
extern const struct field prove_fields[];

int prove_run(struct app *app, struct err *e);

#endif
