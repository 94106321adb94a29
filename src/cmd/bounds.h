/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef BOUNDS_H
#define BOUNDS_H

#include "err.h"
#include "history.h"
#include "run.h"
#include "window.h"

/*
 * When a window (archive_conf.h) that is open closes: wall_s, looked up minute
 * by minute, so that it is right on days that have an hour more or less.  0
 * where there is none or it never does.
 */
int bounds_end(int64_t *ends_at, const char *window, int64_t now,
    struct err *e);

/*
 * Between two objects: is there a reason to stop before one that costs so
 * much?  ERR_INTERRUPTED for a signal; ERR_SUSPENDED for the window's end and
 * for a ceiling that the next object would pass, or, where nothing was sent
 * yet, ERR_PUT_CEILING_EXCEEDED.
 */
int bounds_check(const struct run *run, const struct window *window,
    const struct history_cost *next, struct err *e);

#endif
