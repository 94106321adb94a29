/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef VERIFY_H
#define VERIFY_H

#include "app.h"

extern const struct field verify_fields[];	/* into verify_options */

/* What a store is recorded to hold, proven again; no local file is needed. */
int verify_run(struct app *app, struct err *e);

#endif
