/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "t.h"
#include "xml.h"

/* What is a document, and what it says: vectors/s3xml.  Here: the rest. */

static void
test_none(void)
{
	struct span none = { NULL, 0 };
	struct span element;
	struct xml x;
	char out[8] = "before";

	CHECK_INT(xml_open(&x, none), -1);
	CHECK_INT(xml_each(&x, "a", &element), 0);
	CHECK(!xml_root(none, "a"));
	CHECK_INT(xml_text(none, "a", out, sizeof(out)), -1);
	CHECK_STR(out, "");
}

/* Somebody goes on with a malformed document: it gives nothing, and ends. */
static void
test_malformed_gives_nothing(void)
{
	struct span doc = span_of("<l><c>1</c><c>2</c>");
	struct span element;
	struct xml x;

	CHECK_INT(xml_open(&x, doc), -1);
	CHECK_INT(xml_each(&x, "l/c", &element), 0);
}

/* Elements are documents by themselves, at their place in the whole. */
static void
test_each(void)
{
	struct span doc = span_of(" <l><c>1</c> <d/><c n='2'/></l> ");
	struct span element;
	struct xml x;

	CHECK_INT(xml_open(&x, doc), 0);
	CHECK_INT(xml_each(&x, "l/c", &element), 1);
	CHECK(span_is(element, "<c>1</c>"));
	CHECK(element.p == doc.p + 4);
	CHECK_INT(xml_each(&x, "l/c", &element), 1);
	CHECK(span_is(element, "<c n='2'/>"));
	CHECK_INT(xml_each(&x, "l/c", &element), 0);
	CHECK_INT(xml_each(&x, "l/c", &element), 0);

	CHECK_INT(xml_open(&x, doc), 0);
	CHECK_INT(xml_each(&x, "l", &element), 1);
	CHECK_INT(element.len, doc.len - 2);
	CHECK_INT(xml_each(&x, "l", &element), 0);
}

/* Children of the root and of nothing else, each once, as xml_text() says. */
static void
test_children(void)
{
	struct span doc = span_of("<r><d><a>no</a></d><p:a>1&amp;2</p:a>"
	    "<b>long</b><c>x<i/></c><e>1</e><e>2</e><e>3</e><a2/>"
	    "<f><![CDATA[<]]>y</f></r>");
	char a[4], b[4], c[4], e[4], f[4], g[4];
	struct xml_child child[] = {
		{ "a", a, sizeof(a), 7 }, { "b", b, sizeof(b), 7 },
		{ "c", c, sizeof(c), 7 }, { "e", e, sizeof(e), 7 },
		{ "f", f, sizeof(f), 7 }, { "g", g, sizeof(g), 7 }
	};
	static const int want[] = { 1, -1, -1, -1, 1, 0 };
	static const char *const text[] = { "1&2", "", "", "", "<y", "" };

	CHECK_INT(xml_children(doc, child, 6), 0);
	for (size_t i = 0; i < 6; i++) {
		t_row("%s", child[i].name);
		CHECK_INT(child[i].found, want[i]);
		CHECK_STR(child[i].out, text[i]);
	}
	doc.len--;
	CHECK_INT(xml_children(doc, child, 6), -1);
	CHECK_INT(child[0].found, 0);
	CHECK_STR(a, "");
}

/* A character of several bytes is never cut in half. */
static void
test_room(void)
{
	struct span doc = span_of("<a>&#x20AC;</a>");
	char out[4];

	for (size_t n = 1; n < 4; n++) {
		memset(out, 'x', sizeof(out));
		CHECK_INT(xml_text(doc, "a", out, n), -1);
		CHECK_STR(out, "");
		CHECK_INT(out[3], 'x');
	}
	CHECK_INT(xml_text(doc, "a", out, 4), 1);
	CHECK_STR(out, "\xe2\x82\xac");
	CHECK_INT(xml_text(span_of("<a></a>"), "a", out, 1), 1);
	CHECK_STR(out, "");
}

/* One byte changed to any other: an answer, whatever it is. */
static void
test_every_byte_changed(void)
{
	static const char doc[] = "<?xml version='1.0'?><E a=\"b\"><C>x&lt;"
	    "&#65;</C><!-- c --><D/><![CDATA[d]]></E>";
	char in[sizeof(doc)], out[16];
	int odd = 0;

	for (size_t at = 0; at < sizeof(doc) - 1; at++)
		for (int c = 0; c < 256; c++) {
			struct span s = { in, sizeof(doc) - 1 };

			memcpy(in, doc, sizeof(doc));
			in[at] = (char)c;
			int rc = xml_text(s, "E/C", out, sizeof(out));
			if (rc != 1 && out[0] != '\0')
				odd++;
		}
	CHECK_INT(odd, 0);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "none", test_none },
		{ "malformed_gives_nothing", test_malformed_gives_nothing },
		{ "each", test_each },
		{ "children", test_children },
		{ "room", test_room },
		{ "every_byte_changed", test_every_byte_changed },
		{ NULL, NULL }
	};

	return t_main("xml", cases);
}
