/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PUT_PIPE_ROOT_H
#define PUT_PIPE_ROOT_H

#include "app.h"

/*
 * `put - KEY` on an archive: gated and recorded like a push of the one object
 * put/KEY.  It counts as one of any size, which needs tier 1, unless it is
 * expected to be below the multipart threshold; should it then be longer and
 * the store have proven no more than tier 0, nothing is sent.
 *
 * A part is in a file without a name in the state folder.
 */
int put_pipe_root(struct app *app, struct err *e);

#endif
