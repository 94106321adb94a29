/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef STATUS_H
#define STATUS_H

#include "app.h"

/*
 * consign status: what is proven of each store and what comes next, where the
 * objects are, and what was spent.  With --max-age it fails unless all is
 * fresh (fresh.h): ERR_NOT_FOUND.
 */
extern const struct field status_fields[];

int status_run(struct app *app, struct err *e);

#endif
