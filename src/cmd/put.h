/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PUT_H
#define PUT_H

#include "app.h"

extern const struct field put_fields[];

/* One file, or standard input, to one key, proven. */
int put_run(struct app *app, struct err *e);

#endif
