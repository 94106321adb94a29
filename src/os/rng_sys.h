/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RNG_SYS_H
#define RNG_SYS_H

#include <stddef.h>

#include "err.h"
#include "rng.h"

/*
 * The kernel's random numbers: getrandom(2), which waits until the kernel's
 * pool was seeded once, and where the kernel has no such call (before Linux
 * 3.17) or a sandbox forbids it, /dev/urandom.  When neither answers,
 * ERR_IO_ERROR: there is no third source.
 */
void rng_sys_init(struct rng *r);

/*
 * The second source by itself.  path must be the character device 1:9, as
 * random(4) numbers it; a regular file or another device put in its place is
 * refused.
 */
int rng_sys_device(const char *path, void *p, size_t n, struct err *e);

#endif
