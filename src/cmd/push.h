/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PUSH_H
#define PUSH_H

#include "app.h"

/* An archive's objects to a store, proven; what is current is left alone. */
int push_run(struct app *app, struct err *e);

#endif
