/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FOLDER_H
#define FOLDER_H

#include <limits.h>
#include <sys/types.h>

#include "err.h"

/* Folders.  Failures are as in file.h; err.sys is EEXIST, ENOENT ... */

/*
 * Make one folder, with this mode whatever the umask; its name is durable
 * when this returns 0.  What exists is refused, and a failure leaves nothing.
 */
int folder_make(const char *path, mode_t mode, struct err *e);

/*
 * Make the name of a folder durable: sync the one that it is in.  0, or -1
 * with errno.
 */
int folder_sync_parent(const char *path);

/* Take back an empty folder that was made. */
void folder_remove(const char *path);

/*
 * Remove the temporary files of file.h that are left in a folder.  Whoever
 * may be writing one there has to be kept out.
 */
int folder_sweep(const char *path, struct err *e);

/* Where a folder really is: absolute, without links, "." and "..". */
int folder_real(char real[PATH_MAX], const char *path, struct err *e);

#endif
