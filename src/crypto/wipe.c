/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "wipe.h"

/* see wipe.h */
void
wipe_mem(void *p, size_t n)
{
	if (n == 0)
		return;
	memset(p, 0, n);

	/* As far as the compiler can tell, this reads what p points at. */
	__asm__ __volatile__("" : : "r"(p) : "memory");
}
