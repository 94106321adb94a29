/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef WIPE_H
#define WIPE_H

#include <stddef.h>

/*
 * Set n bytes to zero, though nobody reads them again: the compiler may not
 * leave it out.  For keys and secrets, on every way out of a function.
 * Copies in registers, in caches and in swap are beyond its reach.
 */
void wipe_mem(void *p, size_t n);

#endif
