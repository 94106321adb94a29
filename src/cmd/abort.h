/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ABORT_H
#define ABORT_H

#include "app.h"

/*
 * Show, or end, the multipart uploads that were begun and not ended; with
 * --wrong, show or remove what was proven wrong and left in the store.
 */
extern const struct field abort_fields[];

int abort_run(struct app *app, struct err *e);

#endif
