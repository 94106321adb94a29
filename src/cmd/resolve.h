/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "app.h"

/*
 * consign resolve: which hash may be trusted for a deployed artifact, or
 * FAIL_CLOSED.  One flat JSON object on standard output in either case.  The
 * rules are in resolve_rules.h.
 */
extern const struct field resolve_fields[];

int resolve_run(struct app *app, struct err *e);

#endif
