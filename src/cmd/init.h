/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef INIT_H
#define INIT_H

#include "app.h"

/* Begin an archive: a consign.yaml to edit, and an empty state folder. */
extern const struct field init_fields[];

int init_run(struct app *app, struct err *e);

#endif
