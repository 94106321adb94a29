/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "text.h"

#include "glob.h"

/* Where in the pattern the ways to match stand, each place once. */
struct places {
	size_t n;
	unsigned char at[GLOB_MAX + 1];
	bool has[GLOB_MAX + 1];
};

static struct span
skip(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.len - n };
}

/* The character at the start of s, which is not empty. */
static struct span
first_char(struct span s)
{
	size_t n = text_char_len(s);

	return (struct span){ s.p, n > 0 ? n : 1 };
}

static bool
put(struct places *set, size_t at)
{
	if (set->has[at])
		return false;
	set->has[at] = true;
	set->at[set->n++] = (unsigned char)at;
	return true;
}

static size_t
stars(struct span pattern, size_t at)
{
	size_t n = 0;

	while (at + n < pattern.len && pattern.p[at + n] == '*')
		n++;
	return n;
}

/* Stand at a place, and at all those that can be reached without a byte. */
static void
stand(struct places *set, struct span pattern, size_t at)
{
	size_t n;

	while (put(set, at) && (n = stars(pattern, at)) > 0) {
		bool whole = at == 0 || pattern.p[at - 1] == '/';

		at += n;
		if (n > 1 && whole && at < pattern.len &&
		    pattern.p[at] == '/') {
			put(set, at);
			at++;
		}
	}
}

/* A member of a class, which may be escaped; false where it ends early. */
static bool
take_member(struct span *s, struct span *member)
{
	if (s->len > 0 && *s->p == '\\')
		*s = skip(*s, 1);
	if (s->len == 0)
		return false;
	*member = first_char(*s);
	*s = skip(*s, member->len);
	return true;
}

/*
 * UTF-8 in order of bytes is in order of characters, so that ranges are of
 * bytes.
 *
 * A class whose "[" begins s: the bytes it takes, or 0 where it is not one.
 * *in says whether c is meant by it.
 */
static size_t
match_class(struct span s, struct span c, bool *in)
{
	struct span rest = skip(s, 1), low, high;
	bool not = rest.len > 0 && (*rest.p == '!' || *rest.p == '^');
	bool found = false, any = false;

	if (not)
		rest = skip(rest, 1);
	/* A "]" that comes first is a member. */
	while (rest.len > 0 && (*rest.p != ']' || !any)) {
		any = true;
		if (!take_member(&rest, &low))
			return 0;
		high = low;
		if (rest.len > 1 && rest.p[0] == '-' && rest.p[1] != ']') {
			rest = skip(rest, 1);
			if (!take_member(&rest, &high) ||
			    span_compare(low, high) > 0)
				return 0;
		}
		found = found || (span_compare(low, c) <= 0 &&
		    span_compare(c, high) <= 0);
	}
	*in = found != not && *c.p != '/';
	return rest.len > 0 ? s.len - rest.len + 1 : 0;
}

/* Let the way that stands at a place take the character c. */
static void
advance(struct places *next, struct span pattern, size_t at, struct span c)
{
	struct span rest = skip(pattern, at);
	size_t taken = c.len;
	bool in = false;

	if (rest.len == 0)
		return;
	if (*rest.p == '*') {
		size_t n = stars(pattern, at);

		/* Not stand(): it stood for a byte, so for a folder's name. */
		if (n > 1 || *c.p != '/') {
			put(next, at);
			put(next, at + n);
		}
		return;
	}
	if (*rest.p == '?') {
		taken = 1;
		in = *c.p != '/';
	} else if (*rest.p == '[') {
		taken = match_class(rest, c, &in);
	} else {
		size_t escape = *rest.p == '\\';

		rest = skip(rest, escape);
		in = rest.len >= c.len && memcmp(rest.p, c.p, c.len) == 0;
		taken += escape;
	}
	if (in)
		stand(next, pattern, at + taken);
}

bool
glob_match(struct span pattern, struct span path)
{
	struct places sets[2] = { { .n = 0 } }, *now = &sets[0];

	BUG_ON(pattern.len > GLOB_MAX);
	stand(now, pattern, 0);
	while (path.len > 0 && now->n > 0) {
		struct places *next = now == &sets[0] ? &sets[1] : &sets[0];
		struct span c = first_char(path);

		*next = (struct places){ .n = 0 };
		for (size_t i = 0; i < now->n; i++)
			advance(next, pattern, now->at[i], c);
		path = skip(path, c.len);
		now = next;
	}
	return now->has[pattern.len];
}

int
glob_check(struct span pattern, struct err *e)
{
	struct span s = pattern;
	bool in;

	if (s.len == 0)
		return err_set(e, ERR_CONFIG_INVALID, "an empty pattern");
	if (s.len > GLOB_MAX)
		return err_set(e, ERR_CONFIG_INVALID, "a pattern of more than "
		    "%d bytes", GLOB_MAX);
	if (!text_is_utf8(s) || memchr(s.p, '\0', s.len) != NULL)
		return err_set(e, ERR_CONFIG_INVALID,
		    "a pattern that is not UTF-8");
	while (s.len > 0) {
		size_t n = 1;

		if (*s.p == '\\')
			n = s.len > 1 ? 2 : 0;
		else if (*s.p == '[')
			n = match_class(s, span_of("x"), &in);
		if (n == 0)
			return err_set(e, ERR_CONFIG_INVALID,
			    *s.p == '[' ? "pattern '%.*s': a class that is "
			    "not one; '\\[' is the character" : "pattern "
			    "'%.*s': nothing behind the last '\\'",
			    (int)pattern.len, pattern.p);
		s = skip(s, n);
	}
	return 0;
}

bool
glob_means(struct span pattern, struct span path, bool is_folder)
{
	if (pattern.len > 1 && pattern.p[pattern.len - 1] == '/') {
		if (!is_folder)
			return false;
		pattern.len--;
	}
	if (memchr(pattern.p, '/', pattern.len) != NULL) {
		if (*pattern.p == '/')
			pattern = skip(pattern, 1);
	} else {
		for (size_t i = path.len; i > 0; i--)
			if (path.p[i - 1] == '/') {
				path = skip(path, i);
				break;
			}
	}
	return glob_match(pattern, path);
}
