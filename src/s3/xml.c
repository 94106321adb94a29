/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "xml_char.h"

#include "xml.h"

enum kind { DONE, START, END, TEXT, BAD };

/* One piece of a document.  depth: of the element, the root's is 1. */
struct event {
	enum kind kind;
	struct span name;	/* of START and END, without its prefix */
	struct span text;	/* of TEXT, as it stands in the document */
	bool verbatim;		/* of TEXT: CDATA, nothing to decode */
	int depth;
	size_t begin, end;	/* where it stands in the document */
};

/* --- The scanner --- */

static struct span
rest(const struct xml *x)
{
	return (struct span){ x->doc.p + x->at, x->doc.len - x->at };
}

static bool
at_word(const struct xml *x, const char *word)
{
	return span_starts(rest(x), word);
}

/* Go behind the next word; what stood before it is *before. */
static bool
skip_past(struct xml *x, const char *word, struct span *before)
{
	size_t n = strlen(word), start = x->at;

	for (; x->at < x->doc.len; x->at++) {
		if (x->doc.p[x->at] != word[0] || !at_word(x, word))
			continue;
		*before = (struct span){ x->doc.p + start, x->at - start };
		x->at += n;
		return true;
	}
	return false;
}

static void
skip_space(struct xml *x)
{
	while (x->at < x->doc.len && xml_char_is_space(x->doc.p[x->at]))
		x->at++;
}

static struct span
take_name(struct xml *x)
{
	size_t start = x->at;

	while (x->at < x->doc.len && xml_char_in_name(x->doc.p[x->at]))
		x->at++;
	return (struct span){ x->doc.p + start, x->at - start };
}

static struct span
without_prefix(struct span name)
{
	struct span prefix, local = span_cut(name, ':', &prefix);

	return local.p != NULL ? local : name;
}

/* name="value" or name='value'; -1 for anything else. */
static int
skip_attribute(struct xml *x)
{
	struct span value;
	const char *quote;

	if (!xml_char_is_name(take_name(x)))
		return -1;
	skip_space(x);
	if (!at_word(x, "="))
		return -1;
	x->at++;
	skip_space(x);
	quote = at_word(x, "'") ? "'" : "\"";
	if (!at_word(x, quote))
		return -1;
	x->at++;
	if (!skip_past(x, quote, &value) || !xml_char_is_decodable(value) ||
	    (value.len > 0 && memchr(value.p, '<', value.len) != NULL))
		return -1;
	return 0;
}

static enum kind
start_tag(struct xml *x, struct event *ev)
{
	struct span name;

	x->at++;
	name = take_name(x);
	if (!xml_char_is_name(name) || x->depth == XML_DEPTH_MAX ||
	    (x->depth == 0 && x->rooted))
		return BAD;
	for (;;) {
		size_t before = x->at;
		skip_space(x);
		if (at_word(x, ">") || at_word(x, "/>"))
			break;
		if (x->at == before || skip_attribute(x) == -1)
			return BAD;
	}
	x->empty = at_word(x, "/>");
	x->at += x->empty ? 2 : 1;
	x->rooted = true;
	x->open[x->depth++] = name;
	ev->name = without_prefix(name);
	ev->depth = x->depth;
	return START;
}

static enum kind
close_element(struct xml *x, struct event *ev)
{
	ev->depth = x->depth;
	ev->name = without_prefix(x->open[--x->depth]);
	return END;
}

static enum kind
end_tag(struct xml *x, struct event *ev)
{
	struct span name;

	x->at += 2;
	name = take_name(x);
	skip_space(x);
	if (x->depth == 0 || !at_word(x, ">") ||
	    !span_eq(name, x->open[x->depth - 1]))
		return BAD;
	x->at++;
	return close_element(x, ev);
}

/* Text up to the next "<"; outside of the root only space. */
static enum kind
text(struct xml *x, struct event *ev)
{
	size_t start = x->at;

	while (x->at < x->doc.len && x->doc.p[x->at] != '<')
		x->at++;
	ev->text = (struct span){ x->doc.p + start, x->at - start };
	ev->verbatim = false;
	ev->depth = x->depth;
	if (x->depth > 0)
		return xml_char_is_decodable(ev->text) ? TEXT : BAD;
	for (size_t i = 0; i < ev->text.len; i++)
		if (!xml_char_is_space(ev->text.p[i]))
			return BAD;
	return TEXT;
}

static enum kind
cdata(struct xml *x, struct event *ev)
{
	x->at += strlen("<![CDATA[");
	ev->verbatim = true;
	ev->depth = x->depth;
	return x->depth > 0 && skip_past(x, "]]>", &ev->text) ? TEXT : BAD;
}

/* A comment or an instruction, which say nothing: TEXT without any. */
static enum kind
skip_aside(struct xml *x, struct event *ev)
{
	const char *end = at_word(x, "<!--") ? "-->" : "?>";
	struct span aside;

	x->at += at_word(x, "<!--") ? 4 : 2;
	ev->text = (struct span){ NULL, 0 };
	ev->depth = x->depth;
	return skip_past(x, end, &aside) ? TEXT : BAD;
}

static enum kind
scan(struct xml *x, struct event *ev)
{
	if (x->empty) {
		x->empty = false;
		return close_element(x, ev);
	}
	if (x->at == x->doc.len)
		return x->rooted && x->depth == 0 ? DONE : BAD;
	if (!at_word(x, "<"))
		return text(x, ev);
	if (at_word(x, "</"))
		return end_tag(x, ev);
	if (at_word(x, "<!--") || at_word(x, "<?"))
		return skip_aside(x, ev);
	if (at_word(x, "<![CDATA["))
		return cdata(x, ev);
	return start_tag(x, ev);	/* and "<!DOCTYPE" is none */
}

static enum kind
next(struct xml *x, struct event *ev)
{
	ev->begin = x->at;
	ev->kind = scan(x, ev);
	ev->end = x->at;
	return ev->kind;
}

/* --- Documents --- */

static void
to_start(struct xml *x, struct span doc)
{
	/* An empty one has a place, too: pointers into it are formed. */
	*x = (struct xml){ .doc = doc.p != NULL ? doc : span_of("") };
	skip_space(x);
	if (at_word(x, "\xef\xbb\xbf"))
		x->at += 3;
	skip_space(x);
}

/* see xml.h */
int
xml_open(struct xml *x, struct span doc)
{
	struct event ev;
	enum kind kind;

	to_start(x, doc);
	kind = xml_char_is_text(doc) ? TEXT : BAD;
	while (kind != DONE && kind != BAD)
		kind = next(x, &ev);
	/* A malformed one reads as empty, should anybody go on with it. */
	to_start(x, kind == DONE ? doc : (struct span){ NULL, 0 });
	return kind == DONE ? 0 : -1;
}

/* Are the open elements those that path names, and no others? */
static bool
is_at(const struct xml *x, const char *path)
{
	struct span name, names = span_of(path);
	int depth = 0;

	while (names.p != NULL) {
		names = span_cut(names, '/', &name);
		if (depth == x->depth ||
		    !span_eq(without_prefix(x->open[depth]), name))
			return false;
		depth++;
	}
	return depth == x->depth;
}

/* Go behind the start tag of the next element at path. */
static bool
find(struct xml *x, const char *path, struct event *ev)
{
	for (;;) {
		enum kind kind = next(x, ev);
		if (kind == DONE || kind == BAD)
			return false;
		if (kind == START && is_at(x, path))
			return true;
	}
}

/* see xml.h */
int
xml_each(struct xml *x, const char *path, struct span *element)
{
	struct event start, ev;

	if (!find(x, path, &start))
		return 0;
	do
		next(x, &ev);
	while (ev.kind != END || ev.depth != start.depth);
	*element = (struct span){ x->doc.p + start.begin,
	    ev.end - start.begin };
	return 1;
}

/* see xml.h */
bool
xml_root(struct span doc, const char *name)
{
	struct xml x;
	struct event ev;

	return xml_open(&x, doc) == 0 && find(&x, name, &ev);
}

static int
append(char *out, size_t size, size_t *len, const struct event *ev)
{
	struct span t = ev->text;

	for (size_t i = 0, used; i < t.len; i += used) {
		char c[4];
		size_t n = 1;

		used = 1;
		c[0] = t.p[i];
		if (!ev->verbatim)
			n = xml_char_next(c, (struct span){ t.p + i,
			    t.len - i }, &used);
		if (n >= size - *len)
			return -1;
		memcpy(out + *len, c, n);
		*len += n;
	}
	return 0;
}

/*
 * The text of the element whose start tag was just passed: 1; -1 when there
 * is more in it than text, or more than fits.
 */
static int
take_text(struct xml *x, char *out, size_t size)
{
	struct event ev;
	size_t len = 0;

	while (next(x, &ev) == TEXT)
		if (append(out, size, &len, &ev) == -1)
			break;
	out[ev.kind == END ? len : 0] = '\0';
	return ev.kind == END ? 1 : -1;
}

/* see xml.h */
int
xml_text(struct span doc, const char *path, char *out, size_t size)
{
	struct xml x;
	struct event ev;

	out[0] = '\0';
	if (xml_open(&x, doc) == -1)
		return -1;
	if (!find(&x, path, &ev))
		return 0;
	if (take_text(&x, out, size) == 1 && !find(&x, path, &ev))
		return 1;
	out[0] = '\0';
	return -1;
}

/* see xml.h */
int
xml_children(struct span doc, struct xml_child *child, size_t n)
{
	struct xml x;
	struct event ev;
	size_t i;

	for (i = 0; i < n; i++) {
		child[i].found = 0;
		child[i].out[0] = '\0';
	}
	if (xml_open(&x, doc) == -1)
		return -1;
	while (next(&x, &ev) != DONE && ev.kind != BAD) {
		if (ev.kind != START || ev.depth != 2)
			continue;
		for (i = 0; i < n; i++)
			if (span_is(ev.name, child[i].name))
				break;
		if (i == n)
			continue;
		child[i].found = child[i].found == 0 ?
		    take_text(&x, child[i].out, child[i].size) : -1;
		if (child[i].found == -1)
			child[i].out[0] = '\0';
	}
	return 0;
}
