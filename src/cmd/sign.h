/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SIGN_H
#define SIGN_H

#include "app.h"

/* Canonical request, string to sign and signature of a given request. */
extern const struct field sign_fields[];

int sign_run(struct app *app, struct err *e);

#endif
