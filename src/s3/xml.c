/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>
#include <string.h>

#include "text.h"

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

/* --- Characters and references --- */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_name_start(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    c == '_' || ((unsigned char)c & 0x80) != 0;
}

static bool
is_name_char(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' ||
	    c == '.' || c == ':';
}

static bool
is_name(struct span s)
{
	if (s.len == 0 || !is_name_start(s.p[0]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_name_char(s.p[i]))
			return false;
	return true;
}

/* "#233" or "#xE9": the character, or 0 for none that may be named. */
static uint32_t
numeric(struct span ref)
{
	uint32_t base = 10, c = 0;
	size_t i = 1;

	if (ref.len > 1 && ref.p[1] == 'x') {
		base = 16;
		i = 2;
	}
	if (i == ref.len)
		return 0;
	for (; i < ref.len; i++) {
		const char *digits = "0123456789abcdefABCDEF";
		const char *at = ref.p[i] != '\0' ?
		    strchr(digits, ref.p[i]) : NULL;
		uint32_t d = at != NULL ? (uint32_t)(at - digits) : 99;
		if (d >= 16 && d < 22)
			d -= 6;
		if (d >= base)
			return 0;
		c = c * base + d;
		if (c > 0x10ffff)
			return 0;
	}
	return c >= 0xd800 && c <= 0xdfff ? 0 : c;
}

/* The character that "&ref;" stands for, or 0. */
static uint32_t
reference(struct span ref)
{
	static const struct {
		const char *name;
		char c;
	} entity[] = {
		{ "amp", '&' }, { "lt", '<' }, { "gt", '>' },
		{ "quot", '"' }, { "apos", '\'' }
	};

	for (size_t i = 0; i < sizeof(entity) / sizeof(entity[0]); i++)
		if (span_is(ref, entity[i].name))
			return (uint32_t)entity[i].c;
	return span_starts(ref, "#") ? numeric(ref) : 0;
}

static size_t
utf8(char out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	out[0] = (char)((0xf00 >> n & 0xff) | c);
	return n;
}

/*
 * The next character of text, decoded into out: its length; *used is that of
 * what stood there.  0 for a stray "&" or a reference to nothing.
 */
static size_t
next_char(char out[4], struct span text, size_t *used)
{
	struct span ref;
	uint32_t c;

	*used = 1;
	out[0] = text.p[0];
	if (text.p[0] != '&')
		return 1;
	text = span_cut((struct span){ text.p + 1, text.len - 1 }, ';', &ref);
	if (text.p == NULL || (c = reference(ref)) == 0)
		return 0;
	*used = ref.len + 2;
	return utf8(out, c);
}

static bool
is_decodable(struct span text)
{
	char c[4];
	size_t used;

	for (size_t i = 0; i < text.len; i += used)
		if (next_char(c, (struct span){ text.p + i, text.len - i },
		    &used) == 0)
			return false;
	return true;
}

/* Any byte that no document may hold? */
static bool
is_text(struct span doc)
{
	for (size_t i = 0; i < doc.len; i++)
		if ((unsigned char)doc.p[i] < 0x20 && !is_space(doc.p[i]))
			return false;
	return text_is_utf8(doc);
}

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
	while (x->at < x->doc.len && is_space(x->doc.p[x->at]))
		x->at++;
}

static struct span
take_name(struct xml *x)
{
	size_t start = x->at;

	while (x->at < x->doc.len && is_name_char(x->doc.p[x->at]))
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

	if (!is_name(take_name(x)))
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
	if (!skip_past(x, quote, &value) || !is_decodable(value) ||
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
	if (!is_name(name) || x->depth == XML_DEPTH_MAX ||
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
		return is_decodable(ev->text) ? TEXT : BAD;
	for (size_t i = 0; i < ev->text.len; i++)
		if (!is_space(ev->text.p[i]))
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
	kind = is_text(doc) ? TEXT : BAD;
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
			n = next_char(c, (struct span){ t.p + i, t.len - i },
			    &used);
		if (n >= size - *len)
			return -1;
		memcpy(out + *len, c, n);
		*len += n;
	}
	return 0;
}

/* see xml.h */
int
xml_text(struct span doc, const char *path, char *out, size_t size)
{
	struct xml x;
	struct event ev;
	size_t len = 0;

	out[0] = '\0';
	if (xml_open(&x, doc) == -1)
		return -1;
	if (!find(&x, path, &ev))
		return 0;
	while (next(&x, &ev) == TEXT)
		if (append(out, size, &len, &ev) == -1)
			break;
	if (ev.kind != END || find(&x, path, &ev)) {
		out[0] = '\0';
		return -1;
	}
	out[len] = '\0';
	return 1;
}
