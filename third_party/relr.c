/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * Packed relative relocations (DT_RELR) for a static PIE on musl 1.2.3, whose
 * start code knows only the long form, 24 bytes a pointer on x86_64.  It is
 * linked in with --wrap=__libc_start_main, which is the first thing that the
 * start code calls: nothing has looked at a relocated pointer by then.
 *
 * The format (System V ABI, generic, "Relative Relocation Table"): an even
 * word is the address of a pointer to relocate; each odd word after it is a
 * bitmap for as many of the next words as it has bits less one.
 *
 * There is no stack guard here yet, nor anything else of libc.
 */

#include <elf.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#define TAG_RELRSZ	35
#define TAG_RELR	36

#define BITS	(CHAR_BIT * sizeof(size_t) - 1)

typedef void hook(void);

int __real___libc_start_main(int (*)(void), int, char **, hook *, hook *,
    hook *);
int __wrap___libc_start_main(int (*)(void), int, char **, hook *, hook *,
    hook *);

/* Both are the linker's.  Hidden: reached without a relocation. */
extern char __ehdr_start[] __attribute__((visibility("hidden")));
extern const size_t _DYNAMIC[] __attribute__((visibility("hidden")));

static void
relocate(const size_t *relr, size_t count)
{
	const size_t base = (size_t)__ehdr_start;
	size_t *next = NULL;

	for (; count > 0; count--, relr++) {
		if ((*relr & 1) == 0) {
			next = (size_t *)(base + *relr);
			*next++ += base;
			continue;
		}
		for (size_t i = 0; i < BITS; i++) {
			if ((*relr >> (i + 1) & 1) != 0)
				next[i] += base;
		}
		next += BITS;
	}
}

int
__wrap___libc_start_main(int (*start)(void), int argc, char **argv,
    hook *init, hook *fini, hook *unused)
{
	size_t at = 0, size = 0;

	for (const size_t *d = _DYNAMIC; d[0] != DT_NULL; d += 2) {
		if (d[0] == TAG_RELR)
			at = d[1];
		else if (d[0] == TAG_RELRSZ)
			size = d[1];
	}
	relocate((const size_t *)(__ehdr_start + at), size / sizeof(size_t));
	return __real___libc_start_main(start, argc, argv, init, fini, unused);
}
