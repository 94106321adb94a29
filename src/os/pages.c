/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pages.h"

extern char __executable_start[];	/* the linker's */

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
pages_drop_program(void)
{
	const ElfW(Phdr) *h = (const ElfW(Phdr) *)getauxval(AT_PHDR);
	unsigned long n = h == NULL ? 0 : getauxval(AT_PHNUM);
	const ElfW(Phdr) *first = NULL;

	/* Between segments there may be others' memory: only what is ours. */
	for (unsigned long i = 0; i < n; i++) {
		if (h[i].p_type != PT_LOAD)
			continue;
		if (first == NULL)
			first = &h[i];
		if ((h[i].p_flags & PF_W) == 0)
			advise(__executable_start + (h[i].p_vaddr -
			    first->p_vaddr), h[i].p_memsz, MADV_DONTNEED);
	}
}

void
pages_keep(void *p, size_t n)
{
	advise(p, n, MADV_DONTFORK);
}
