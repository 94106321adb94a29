/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CUSTODY_H
#define CUSTODY_H

#include "err.h"
#include "file.h"

/*
 * In whose hands a file is: for one that judges what another user writes, and
 * must not be that user's to change.
 */

/* The user that owns a file. */
int custody_owner(const struct file *f, long *user, struct err *e);

/*
 * The file at an absolute path, and every folder above it, is what it is
 * called, not a symbolic link; is not owned by that user; and can be written
 * by no group and no others (a sticky folder can).  So the user cannot change
 * it, nor put another in its place.  The user 0 could, always.
 *
 * ERR_CONFIG_INVALID, naming what is wrong with which; those of file.h.
 */
int custody_check(const char *path, long user, struct err *e);

#endif
