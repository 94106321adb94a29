/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef GET_H
#define GET_H

#include "app.h"

/* Fetch a key to a file or to standard output, hashed while written. */
extern const struct field get_fields[];

int get_run(struct app *app, struct err *e);

#endif
