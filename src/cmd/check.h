/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CHECK_H
#define CHECK_H

#include "app.h"

/*
 * consign check: hashes the files of an archive again, and compares them with
 * the manifest.  ERR_LOCAL_BYTES_CHANGED, ERR_NOT_FOUND for files that are
 * gone, ERR_IO_ERROR for those that cannot be read; ERR_OBJECTS_FAILED where
 * that is mixed.
 */
extern const struct field check_fields[];

int check_run(struct app *app, struct err *e);

#endif
