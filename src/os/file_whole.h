/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FILE_WHOLE_H
#define FILE_WHOLE_H

#include <stddef.h>

#include "err.h"
#include "file.h"

/*
 * All of a small file, which is to be freed.  ERR_CONFIG_INVALID for more than
 * max bytes; ERR_IO_ERROR, also where it changes while it is read.
 */
int file_whole(char **text, size_t *n, const struct file *f, size_t max,
    struct err *e);

#endif
