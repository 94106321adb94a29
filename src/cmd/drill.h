/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef DRILL_H
#define DRILL_H

#include "err.h"
#include "held.h"
#include "run.h"

/*
 * A restore for practice: the object is fetched from its place and hashed, and
 * the bytes are thrown away.  It leaves what every proof does: a receipt, of
 * restore_object, and rows.  run is opened, and was given no gates yet; it is
 * gated as verify is.  Errors are those of held_read().
 */
int drill_run(struct run *run, const struct held *held, struct err *e);

#endif
