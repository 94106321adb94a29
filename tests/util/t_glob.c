/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>
#include <time.h>

#include "t.h"

#include "glob.h"

static void
test_match(void)
{
	static const struct {
		const char *pattern, *yes, *no;	/* separated by "|" */
	} rows[] = {
		{ "a", "a", "b|aa|A|a/a" },
		{ "*", "|a|.hidden", "a/b|/" },
		{ "*.tar", ".tar|a.tar|a.tar.tar", "a.tar.gz|d/a.tar" },
		{ "a*b*c", "abc|aXbYc|abcbc", "abcd|a/bc|acb" },
		{ "a/*/c", "a/b/c|a//c", "a/c|a/b/b/c" },
		{ "**", "|a|a/b/c", NULL },
		{ "**/x", "x|a/x|a/b/x", "ax|a/xx|x/a" },
		{ "a/**/x", "a/x|a/b/x|a/b/c/x", "ax|a/bx|b/a/x" },
		{ "a/**", "a/|a/b|a/b/c", "a|ab" },
		{ "a**b", "ab|a/b|axx/yyb", "a|b|abc" },
		{ "a**/b", "a/b|ax/b|a/c/b", "ab" },
		{ "***", "a/b", NULL },
		{ "**/*.c", "a.c|x/y.c|x/y/z.c", "a.h|x/a.h" },
		{ "**/a/**/b", "a/b|x/a/b|x/a/y/b|a/a/b/b", "a|b|ab|x/ab" },
		{ "?", "a|\303\244|\377", "|aa|/|\303\244\303\244" },
		{ "a?b", "axb|a\342\202\254b|a\344b", "ab|a/b|axxb" },
		{ "[abc]", "a|c", "d|ab|/" },
		{ "[a-c]x", "ax|bx", "dx|x|a" },
		{ "[!a-c]", "d|\303\244", "a|/|dd" },
		{ "[^a-c]", "d", "b" },
		{ "[]]", "]", "[|" },
		{ "[!]]", "[", "]" },
		{ "[a-]", "a|-", "b" },
		{ "[\\]-a]", "]|^|a", "\\|b" },
		{ "[\303\240-\303\274]", "\303\244", "a|\303\200|\303" },
		{ "[.-0]", ".|0", "/" },
		{ "\\*", "*", "a|\\*" },
		{ "\\[a]", "[a]", "a" },
		{ "a\\\\b", "a\\b", "ab" },
		{ "\303\244", "\303\244", "\303|a" },
	};
	struct err e = {0};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span pattern = span_of(rows[i].pattern);

		CHECK_INT(glob_check(pattern, &e), 0);
		for (int yes = 0; yes < 2; yes++) {
			const char *list = yes ? rows[i].yes : rows[i].no;
			struct span rest = { list, 0 }, path;

			if (list != NULL)
				rest.len = strlen(list);
			while (rest.p != NULL) {
				rest = span_cut(rest, '|', &path);
				t_row("'%s' '%.*s'", rows[i].pattern,
				    (int)path.len, path.p);
				CHECK_INT(glob_match(pattern, path), yes);
			}
		}
	}
}

static void
test_check(void)
{
	static const struct {
		const char *pattern;
		int want;
	} rows[] = {
		{ "a", 0 },
		{ "", -1 },
		{ "[a]", 0 },
		{ "[a", -1 },
		{ "[]", -1 },
		{ "[!]", -1 },
		{ "[z-a]", -1 },
		{ "[a-z]", 0 },
		{ "[a-\\", -1 },
		{ "a]", 0 },
		{ "\\", -1 },
		{ "\\\\", 0 },
		{ "\377", -1 },
		{ "\303\244", 0 },
	};
	char longest[GLOB_MAX + 1];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		t_row("'%s'", rows[i].pattern);
		CHECK_INT(glob_check(span_of(rows[i].pattern), &e),
		    rows[i].want);
		CHECK_INT(e.code, rows[i].want ? ERR_CONFIG_INVALID : 0);
	}
	struct err e = {0};
	memset(longest, '*', sizeof(longest));
	t_row("longest");
	CHECK_INT(glob_check((struct span){ longest, GLOB_MAX }, &e), 0);
	CHECK(glob_match((struct span){ longest, GLOB_MAX }, span_of("a/b")));
	CHECK_INT(glob_check((struct span){ longest, GLOB_MAX + 1 }, &e), -1);
	CHECK_INT(glob_check((struct span){ "a\0b", 3 }, &e), -1);
}

static void
test_means(void)
{
	static const struct {
		const char *pattern, *path;
		bool is_folder, want;
	} rows[] = {
		{ "*.tmp", "a.tmp", false, true },
		{ "*.tmp", "a/b/c.tmp", false, true },
		{ "*.tmp", "a.tmp/b", false, false },
		{ "cache", "cache", true, true },
		{ "cache", "a/cache", false, true },
		{ "cache/", "a/cache", true, true },
		{ "cache/", "a/cache", false, false },
		{ "/cache", "cache", true, true },
		{ "/cache", "a/cache", true, false },
		{ "/cache/", "cache", true, true },
		{ "a/cache", "a/cache", true, true },
		{ "a/cache", "b/a/cache", true, false },
		{ "a/cache/", "a/cache", true, true },
		{ "**", "a/b", false, true },
		{ "/", "a", true, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("'%s' '%s'", rows[i].pattern, rows[i].path);
		CHECK_INT(glob_means(span_of(rows[i].pattern),
		    span_of(rows[i].path), rows[i].is_folder), rows[i].want);
	}
}

/* What takes others for ever: many stars, and nearly a match. */
static void
test_hostile(void)
{
	static const char *const parts[] = {
		"a*", "a**", "*", "**/", "?*", "[a-z]*", "**a", "*/"
	};
	static char path[4096];
	char text[GLOB_MAX];
	clock_t begun = clock();

	for (size_t i = 0; i < sizeof(path); i++)
		path[i] = i % 200 == 199 ? '/' : 'a';
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct span part = span_of(parts[i]);
		struct span pattern = { text, 0 };
		struct err e = {0};

		while (pattern.len + part.len + 1 <= sizeof(text)) {
			memcpy(text + pattern.len, part.p, part.len);
			pattern.len += part.len;
		}
		text[pattern.len++] = 'b';
		t_row("%s", parts[i]);
		CHECK_INT(glob_check(pattern, &e), 0);
		CHECK(!glob_match(pattern, (struct span){ path,
		    sizeof(path) }));
	}
	CHECK(clock() - begun < 10 * CLOCKS_PER_SEC);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "match", test_match },
		{ "check", test_check },
		{ "means", test_means },
		{ "hostile", test_hostile },
		{ NULL, NULL }
	};

	return t_main("glob", cases);
}
