/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A run of bytes that somebody else owns: not terminated, never written,
 * valid as long as its owner says.  {NULL, 0} is "none"; an empty run with a
 * pointer is "there, but empty".
 */
struct span {
	const char *p;
	size_t len;
};

struct span span_of(const char *s);		/* a C string */
bool span_eq(struct span a, struct span b);

/* Below 0, 0, above 0: in order of bytes, and what is longer comes later. */
int span_compare(struct span a, struct span b);

bool span_is(struct span a, const char *s);
bool span_is_nocase(struct span a, const char *s);	/* ASCII only */
bool span_starts(struct span a, const char *prefix);
struct span span_trim(struct span a);		/* SP and HTAB at both ends */

/*
 * Cut a at the first c: *head is what stands before it, the return value is
 * what follows.  Without a c, *head is all of a and the rest is {NULL, 0}.
 */
struct span span_cut(struct span a, char c, struct span *head);

#endif
