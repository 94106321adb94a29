/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "etag.h"
#include "t.h"

static void
test_normal(void)
{
	static const struct {
		const char *raw, *want;		/* NULL: none */
	} rows[] = {
		{ "\"d41d8cd98f00b204e9800998ecf8427e\"",
		  "d41d8cd98f00b204e9800998ecf8427e" },
		{ "d41d8cd98f00b204e9800998ecf8427e",
		  "d41d8cd98f00b204e9800998ecf8427e" },
		{ "&quot;abc-2&quot;", "abc-2" },
		{ "&#34;abc-2&#34;", "abc-2" },
		{ " \t\"abc\" ", "abc" },
		{ "\"aZ09._~+/=-\"", "aZ09._~+/=-" },
		{ "\"W/abc\"", "W/abc" },
		{ "", NULL },
		{ "\"\"", NULL },
		{ "&quot;&quot;", NULL },
		{ "\"", NULL },
		{ "W/\"abc\"", NULL },
		{ "W/abc", NULL },
		{ "W/&quot;abc&quot;", NULL },
		{ "W/", NULL },
		{ "\"abc", NULL },
		{ "abc\"", NULL },
		{ "\"abc&quot;", NULL },
		{ "\"\"abc\"\"", NULL },
		{ "\"a\"b\"", NULL },
		{ "\"a b\"", NULL },
		{ "\"a,b\"", NULL },
		{ "*", NULL },
		{ "\"a\r\nX: y\"", NULL },
		{ "\"\xc3\xa4\"", NULL }
	};
	char out[ETAG_MAX + 1];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].raw);
		CHECK_INT(etag_normal(out, span_of(rows[i].raw)),
		    rows[i].want != NULL ? 0 : -1);
		CHECK_STR(out, rows[i].want != NULL ? rows[i].want : "");
	}
	CHECK_INT(etag_normal(out, (struct span){ NULL, 0 }), -1);
	CHECK_INT(etag_normal(out, (struct span){ "a\0b", 3 }), -1);
}

static void
test_length(void)
{
	char raw[ETAG_MAX + 3], out[ETAG_MAX + 1];

	memset(raw, 'a', sizeof(raw));
	raw[0] = raw[ETAG_MAX + 1] = '"';
	CHECK_INT(etag_normal(out, (struct span){ raw, ETAG_MAX + 2 }), 0);
	CHECK_INT(strlen(out), ETAG_MAX);
	raw[ETAG_MAX + 1] = 'a';
	raw[ETAG_MAX + 2] = '"';
	CHECK_INT(etag_normal(out, (struct span){ raw, ETAG_MAX + 3 }), -1);
	CHECK_STR(out, "");
}

static void
test_same(void)
{
	CHECK(etag_same("abc", "abc"));
	CHECK(!etag_same("abc", "abd"));
	CHECK(!etag_same("abc", "ABC"));
	CHECK(!etag_same("abc", ""));
	CHECK(!etag_same("", "abc"));
	CHECK(!etag_same("", ""));
}

static void
test_if_match(void)
{
	char tag[ETAG_MAX + 1], out[ETAG_MAX + 3], back[ETAG_MAX + 1];

	etag_if_match(out, "abc-2");
	CHECK_STR(out, "\"abc-2\"");
	memset(tag, 'a', ETAG_MAX);
	tag[ETAG_MAX] = '\0';
	etag_if_match(out, tag);
	CHECK_INT(etag_normal(back, span_of(out)), 0);
	CHECK_STR(back, tag);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "normal", test_normal },
		{ "length", test_length },
		{ "same", test_same },
		{ "if_match", test_if_match },
		{ NULL, NULL }
	};

	return t_main("etag", cases);
}
