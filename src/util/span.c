/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "span.h"

struct span
span_of(const char *s)
{
	return (struct span){ s, strlen(s) };
}

bool
span_eq(struct span a, struct span b)
{
	/* memcmp() must not see the NULL of an empty span. */
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

int
span_compare(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

bool
span_is(struct span a, const char *s)
{
	return span_eq(a, span_of(s));
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
span_is_nocase(struct span a, const char *s)
{
	if (a.len != strlen(s))
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.p[i]) != lower(s[i]))
			return false;
	return true;
}

bool
span_starts(struct span a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.len >= n && span_is((struct span){ a.p, n }, prefix);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct span
span_trim(struct span a)
{
	while (a.len > 0 && is_blank(a.p[0])) {
		a.p++;
		a.len--;
	}
	while (a.len > 0 && is_blank(a.p[a.len - 1]))
		a.len--;
	return a;
}

struct span
span_cut(struct span a, char c, struct span *head)
{
	const char *at = a.len > 0 ? memchr(a.p, c, a.len) : NULL;

	*head = a;
	if (at == NULL)
		return (struct span){ NULL, 0 };
	head->len = (size_t)(at - a.p);
	return (struct span){ at + 1, a.len - head->len - 1 };
}
