/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LS_H
#define LS_H

#include "app.h"

/*
 * consign ls: the objects of an archive, and where each is.
 */
extern const struct field ls_fields[];

int ls_run(struct app *app, struct err *e);

#endif
