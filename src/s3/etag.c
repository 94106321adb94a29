/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "err.h"

#include "etag.h"

/* What may stand around a tag, alike on both sides. */
static const char *const quotes[] = { "\"", "&quot;", "&#34;" };

static bool
is_etag_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("._~+/=-", c) != NULL);
}

static struct span
unquote(struct span s)
{
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		size_t n = strlen(quotes[i]);
		if (s.len < 2 * n || !span_starts(s, quotes[i]))
			continue;
		struct span end = { s.p + s.len - n, n };
		if (span_is(end, quotes[i]))
			return (struct span){ s.p + n, s.len - 2 * n };
	}
	return s;
}

/* see etag.h */
int
etag_normal(char out[ETAG_MAX + 1], struct span raw)
{
	struct span tag = unquote(span_trim(raw));

	out[0] = '\0';
	/* A weak tag, in whatever quotes, or in none. */
	if (span_starts(span_trim(raw), "W/"))
		return -1;
	if (tag.len == 0 || tag.len > ETAG_MAX)
		return -1;
	for (size_t i = 0; i < tag.len; i++)
		if (!is_etag_char(tag.p[i]))
			return -1;
	memcpy(out, tag.p, tag.len);
	out[tag.len] = '\0';
	return 0;
}

/* see etag.h */
bool
etag_same(const char *a, const char *b)
{
	return a[0] != '\0' && strcmp(a, b) == 0;
}

/* see etag.h */
void
etag_if_match(char out[ETAG_MAX + 3], const char *etag)
{
	size_t n = strlen(etag);

	BUG_ON(n == 0 || n > ETAG_MAX);
	out[0] = '"';
	memcpy(out + 1, etag, n);
	memcpy(out + 1 + n, "\"", 2);
}
