/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <sys/mman.h>

#include "shm.h"

void *
shm_map(size_t size, struct err *e)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		return p;
	err_sys(e, ERR_NO_MEMORY, "cannot share memory");
	return NULL;
}

void
shm_unmap(void *p, size_t size)
{
	if (p != NULL)
		munmap(p, size);
}
