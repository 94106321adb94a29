/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PAGES_H
#define PAGES_H

#include <stddef.h>

/*
 * Memory by the page, for what is large and lives long.  p and n need no
 * alignment: pages that are not wholly within them stay as they are.  What a
 * kernel cannot do is not done, and costs memory only.
 */

/*
 * Their contents are of no use any more: until they are written again they
 * take no memory, and may have any contents.  Not for the stack.
 */
void pages_drop(void *p, size_t n);

/*
 * The program's own code and constants that are in memory now.  What is used
 * again comes back by itself, from the file or its cache.  For before what
 * takes long and needs little of them.
 */
void pages_drop_program(void);

/*
 * Processes that are forked from now on do not get these pages, and must not
 * touch them: what is large and of no use to them would count as theirs.
 */
void pages_keep(void *p, size_t n);

#endif
