/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SHM_H
#define SHM_H

#include <stddef.h>

#include "err.h"

/*
 * Memory that a process has in common with those that it forks later, zeroed
 * (mmap(2), MAP_SHARED).  It has no name, and is gone with the last of them.
 * NULL with ERR_NO_MEMORY.
 */
void *shm_map(size_t size, struct err *e);

void shm_unmap(void *p, size_t size);	/* accepts NULL */

#endif
