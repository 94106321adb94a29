/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "span.h"
#include "t.h"

static const struct span none = { NULL, 0 };

static void
test_compare(void)
{
	struct span abc = { "abcdef", 3 };

	CHECK(span_eq(abc, span_of("abc")));
	CHECK(!span_eq(abc, span_of("abd")));
	CHECK(!span_eq(abc, span_of("abcd")));
	CHECK(span_eq(none, span_of("")));
	CHECK(!span_eq(none, abc));
	CHECK_INT(span_compare(abc, span_of("abc")), 0);
	CHECK(span_compare(abc, span_of("abd")) < 0);
	CHECK(span_compare(span_of("\377"), abc) > 0);
	CHECK(span_compare(abc, span_of("abcd")) < 0);
	CHECK(span_compare(abc, none) > 0);
	CHECK_INT(span_compare(none, span_of("")), 0);
	CHECK(span_is(abc, "abc"));
	CHECK(!span_is(abc, "ab"));
	CHECK(!span_is(abc, "ABC"));
	CHECK(span_is(none, ""));
	CHECK(!span_eq((struct span){ "a\0b", 3 },
	    (struct span){ "a\0c", 3 }));
}

static void
test_nocase(void)
{
	CHECK(span_is_nocase(span_of("Content-Length"), "content-lengTH"));
	CHECK(!span_is_nocase(span_of("Content-Lengt"), "content-length"));
	CHECK(!span_is_nocase(span_of("a"), "b"));
	/* ASCII only: '[' and '{' differ by the same bit as 'A' and 'a'. */
	CHECK(!span_is_nocase(span_of("["), "{"));
	CHECK(!span_is_nocase(span_of("\xc3\x84"), "\xc3\xa4"));
	CHECK(!span_is_nocase((struct span){ "\0", 1 }, ""));
	CHECK(span_is_nocase(none, ""));
}

static void
test_starts(void)
{
	CHECK(span_starts(span_of("https://x"), "https://"));
	CHECK(span_starts(span_of("https://"), "https://"));
	CHECK(!span_starts(span_of("https:/"), "https://"));
	CHECK(!span_starts(span_of("http://x"), "https"));
	CHECK(span_starts(none, ""));
	CHECK(!span_starts(none, "a"));
}

static void
test_trim(void)
{
	static const struct {
		const char *given, *want;
	} t[] = {
		{ "a", "a" }, { " \t a b \t", "a b" }, { "  ", "" },
		{ "", "" }, { "\na\r", "\na\r" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		t_row("%zu", i);
		CHECK(span_is(span_trim(span_of(t[i].given)), t[i].want));
	}
	CHECK(span_trim(none).p == NULL);
}

static void
test_cut(void)
{
	struct span head, rest = span_cut(span_of("a=b=c"), '=', &head);

	CHECK(span_is(head, "a"));
	CHECK(span_is(rest, "b=c"));
	rest = span_cut(span_of("a="), '=', &head);
	CHECK(span_is(head, "a"));
	CHECK(rest.p != NULL && rest.len == 0);
	rest = span_cut(span_of("ab"), '=', &head);
	CHECK(span_is(head, "ab"));
	CHECK(rest.p == NULL && rest.len == 0);
	rest = span_cut(span_of("=x"), '=', &head);
	CHECK(head.p != NULL && head.len == 0);
	CHECK(span_is(rest, "x"));
	rest = span_cut(none, '=', &head);
	CHECK(rest.p == NULL && head.p == NULL && head.len == 0);
	rest = span_cut((struct span){ "a\0b", 3 }, '\0', &head);
	CHECK(span_is(head, "a") && span_is(rest, "b"));
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "compare", test_compare },
		{ "nocase", test_nocase },
		{ "starts", test_starts },
		{ "trim", test_trim },
		{ "cut", test_cut },
		{ NULL, NULL }
	};

	return t_main("span", cases);
}
