/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PLANNING_H
#define PLANNING_H

#include "app.h"

/*
 * consign plan: what a push would do, object by object, the sums beside the
 * ceilings, and which gates would stop it.  Sends nothing, and writes nothing
 * but the file of --save (consign-plan(5)).
 */
extern const struct field planning_fields[];

int planning_run(struct app *app, struct err *e);

#endif
