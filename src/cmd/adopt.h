/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ADOPT_H
#define ADOPT_H

#include "app.h"

extern const struct field adopt_fields[];	/* into adopt_options */

/*
 * Objects of the archive that are in a store already, recorded there: as a
 * claim, or proven.
 */
int adopt_run(struct app *app, struct err *e);

#endif
