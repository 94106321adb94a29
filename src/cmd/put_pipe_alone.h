/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PUT_PIPE_ALONE_H
#define PUT_PIPE_ALONE_H

#include "app.h"

/*
 * `put - KEY` without an archive: to this machine only, and nothing is kept.
 * A part is in memory, and so no larger than PUT_PIPE_MEMORY.
 */
int put_pipe_alone(struct app *app, struct err *e);

#endif
