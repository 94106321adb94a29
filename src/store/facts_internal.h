/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FACTS_INTERNAL_H
#define FACTS_INTERNAL_H

#include <string.h>

#include "facts.h"

/* What facts.c and facts_apply.c have in common; see facts.h. */

/* The store, made where it is not known yet; NULL: no room. */
struct facts *facts_make(struct facts_table *t, struct span store_ref);

/* Copy a text, which may be none; false where it does not fit. */
static inline bool
facts_keep(char *to, size_t size, struct span text)
{
	if (text.len >= size)
		return false;
	if (text.len > 0)
		memcpy(to, text.p, text.len);
	to[text.len] = '\0';
	return true;
}

/* Of a member of struct facts, which is an array. */
#define KEEP(to, text) facts_keep(to, sizeof(to), text)

#endif
