/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef BOUNDS_H
#define BOUNDS_H

#include "err.h"
#include "history.h"
#include "run.h"
#include "window.h"

/*
 * Between two objects: is there a reason to stop before one that costs so
 * much?  ERR_INTERRUPTED for a signal; ERR_SUSPENDED for the window's end and
 * for a ceiling that the next object would pass, or, where nothing was sent
 * yet, ERR_PUT_CEILING_EXCEEDED.
 */
int bounds_check(const struct run *run, const struct window *window,
    const struct history_cost *next, struct err *e);

#endif
