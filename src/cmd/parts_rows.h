/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PARTS_ROWS_H
#define PARTS_ROWS_H

#include "history.h"
#include "parts.h"

/*
 * What history says of an upload in parts: the row "upload" before its first
 * part, so that what it leaves can be found and ended; and the row "abort"
 * when it was ended without an object.  Both are synced.
 */
int parts_rows_begun(struct history *h, struct span path,
    const struct parts *p, struct err *e);
int parts_rows_aborted(struct history *h, struct span key,
    const char *upload_id, struct err *e);

#endif
