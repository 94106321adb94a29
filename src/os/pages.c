/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <sys/mman.h>

#include <stdint.h>
#include <unistd.h>

#include "pages.h"

static void
advise(void *p, size_t n, int how)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start = ((uintptr_t)p + page - 1) / page * page;
	uintptr_t end = ((uintptr_t)p + n) / page * page;

	if (start < end)
		(void)madvise((void *)start, end - start, how);
}

void
pages_drop(void *p, size_t n)
{
	advise(p, n, MADV_DONTNEED);
}

void
pages_keep(void *p, size_t n)
{
	advise(p, n, MADV_DONTFORK);
}
