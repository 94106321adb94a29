/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CONFIRM_H
#define CONFIRM_H

#include "app.h"

/* A person's word on a proven receipt of a live provider. */
int confirm_run(struct app *app, struct err *e);

#endif
