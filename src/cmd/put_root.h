/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PUT_ROOT_H
#define PUT_ROOT_H

#include "app.h"

/*
 * `put FILE KEY` on an archive: gated and recorded like a push of the one
 * object put/KEY.
 */
int put_root(struct app *app, struct err *e);

#endif
