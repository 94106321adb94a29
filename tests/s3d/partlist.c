/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdbool.h>
#include <string.h>

#include "num.h"

#include "partlist.h"

static void
skip_space(struct span *s)
{
	while (s->len > 0 && strchr(" \t\r\n", s->p[0]) != NULL &&
	    s->p[0] != '\0')
		*s = (struct span){ s->p + 1, s->len - 1 };
}

static bool
eat(struct span *s, const char *text)
{
	size_t n = strlen(text);

	if (!span_starts(*s, text))
		return false;
	*s = (struct span){ s->p + n, s->len - n };
	return true;
}

/* "<name attributes>": its name, or "/name" of an end; false: no tag. */
static bool
next_tag(struct span *s, struct span *name)
{
	struct span tag, attributes;

	skip_space(s);
	if (!eat(s, "<") || memchr(s->p, '>', s->len) == NULL)
		return false;
	*s = span_cut(*s, '>', &tag);
	attributes = span_cut(tag, ' ', name);
	/* An empty element would need its end made up. */
	return name->len > 0 && tag.p[tag.len - 1] != '/' &&
	    (attributes.p == NULL || name->p[0] != '/');
}

/* Text up to the end of the element called name. */
static bool
element_text(struct span *s, struct span name, struct span *text)
{
	struct span end;

	if (memchr(s->p, '<', s->len) == NULL)
		return false;
	*text = *s;
	span_cut(*s, '<', text);
	*s = (struct span){ s->p + text->len, s->len - text->len };
	return next_tag(s, &end) && end.len == name.len + 1 &&
	    end.p[0] == '/' && memcmp(end.p + 1, name.p, name.len) == 0;
}

/* The ETag's digits, whichever way its quotes came. */
static bool
take_etag(char out[VAULT_ETAG_MAX], struct span text)
{
	static const char *const quotes[] = { "\"", "&quot;", "&#34;",
	    "&#x22;", NULL };

	text = span_trim(text);
	for (int i = 0; quotes[i] != NULL; i++) {
		size_t n = strlen(quotes[i]);
		eat(&text, quotes[i]);
		if (text.len >= n && memcmp(text.p + text.len - n, quotes[i],
		    n) == 0)
			text.len -= n;
	}
	if (text.len >= VAULT_ETAG_MAX)
		return false;
	memcpy(out, text.p, text.len);
	out[text.len] = '\0';
	return true;
}

/* What stands between <Part> and </Part>. */
static bool
parse_part(struct partlist *l, struct span *s)
{
	struct span name, text;
	uint64_t number = 0;
	bool etag = false;

	if (l->n == UPLOADS_PART_MAX)
		return false;
	while (next_tag(s, &name) && !span_is(name, "/Part")) {
		if (!element_text(s, name, &text))
			return false;
		if (span_is(name, "PartNumber") &&
		    num_u64(text, UPLOADS_PART_MAX, &number) != 0)
			return false;
		if (span_is(name, "ETag"))
			etag = take_etag(l->part[l->n].etag, text);
	}
	l->part[l->n++].number = (unsigned)number;
	return number > 0 && etag && span_is(name, "/Part");
}

int
partlist_parse(struct partlist *l, struct span xml)
{
	struct span name, declaration;

	l->n = 0;
	skip_space(&xml);
	if (span_starts(xml, "<?xml"))
		xml = span_cut(xml, '>', &declaration);
	if (!next_tag(&xml, &name) ||
	    !span_is(name, "CompleteMultipartUpload"))
		return -1;
	while (next_tag(&xml, &name) && span_is(name, "Part"))
		if (!parse_part(l, &xml))
			return -1;
	skip_space(&xml);
	return span_is(name, "/CompleteMultipartUpload") && xml.len == 0 &&
	    l->n > 0 ? 0 : -1;
}
