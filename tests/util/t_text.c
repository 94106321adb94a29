/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "t.h"
#include "text.h"

#define SPAN(literal) { literal, sizeof(literal) - 1 }

static void
test_utf8(void)
{
	static const struct {
		struct span text;
		bool ok;
	} rows[] = {
		{ SPAN(""), true }, { SPAN("abc\0\x7f"), true },
		{ SPAN("\xc2\x80"), true }, { SPAN("\xdf\xbf"), true },
		{ SPAN("\xe0\xa0\x80"), true }, { SPAN("\xef\xbf\xbf"), true },
		{ SPAN("\xed\x9f\xbf"), true }, { SPAN("\xee\x80\x80"), true },
		{ SPAN("\xf0\x90\x80\x80"), true },
		{ SPAN("\xf4\x8f\xbf\xbf"), true },
		{ SPAN("\x80"), false }, { SPAN("\xbf"), false },
		{ SPAN("\xc0\xaf"), false }, { SPAN("\xc1\xbf"), false },
		{ SPAN("\xc2"), false }, { SPAN("\xc2\x7f"), false },
		{ SPAN("\xc2\xc0"), false }, { SPAN("\xe0\x9f\xbf"), false },
		{ SPAN("\xe2\x82"), false }, { SPAN("\xe2\x28\xa1"), false },
		{ SPAN("\xe2\x82\x28"), false },
		{ SPAN("\xed\xa0\x80"), false },
		{ SPAN("\xed\xbf\xbf"), false },
		{ SPAN("\xf0\x8f\xbf\xbf"), false },
		{ SPAN("\xf0\x90\x80"), false },
		{ SPAN("\xf4\x90\x80\x80"), false },
		{ SPAN("\xf5\x80\x80\x80"), false }, { SPAN("\xff"), false },
		{ SPAN("ok\xe2\x82\xac then \xfe"), false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%zu", i);
		CHECK_INT(text_is_utf8(rows[i].text), rows[i].ok);
	}
	CHECK(text_is_utf8((struct span){ NULL, 0 }));
}

static void
test_escape(void)
{
	static const struct {
		struct span name;
		const char *want, *clean;
	} rows[] = {
		{ SPAN("plain name"), "plain name", "plain name" },
		{ SPAN("100%"), "100%25", "100%" },
		{ SPAN("%41"), "%2541", "%41" },
		{ SPAN("a\nb\t\0\x1f\x7f"), "a%0Ab%09%00%1F%7F",
		    "a%0Ab%09%00%1F%7F" },
		{ SPAN("caf\xc3\xa9"), "caf\xc3\xa9", "caf\xc3\xa9" },
		{ SPAN("caf\xe9"), "caf%E9", "caf%E9" },
		{ SPAN("\xc2\x9bm"), "%C2%9Bm", "%C2%9Bm" },
		{ SPAN("\xc2\xa0"), "\xc2\xa0", "\xc2\xa0" },
		{ SPAN("\xe2\x82"), "%E2%82", "%E2%82" },
		{ SPAN("\xe2\x82x"), "%E2%82x", "%E2%82x" },
		{ SPAN("\xed\xa0\x80"), "%ED%A0%80", "%ED%A0%80" },
		{ SPAN("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80",
		    "\xf0\x9f\x98\x80" },
	};
	char room[100];
	struct buf b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].want);
		buf_fixed(&b, room, sizeof(room));
		text_escape(&b, rows[i].name);
		CHECK_STR(room, rows[i].want);
		buf_reset(&b);
		text_clean(&b, rows[i].name);
		CHECK_STR(room, rows[i].clean);
	}
}

/* Any bytes come back, and what stands for them is harmless UTF-8. */
static void
test_round_trip(void)
{
	char text[700], back[300], name[200];
	uint32_t seed = 1;
	struct buf b, c;

	for (int round = 0; round < 3000; round++) {
		size_t n = (size_t)round % sizeof(name);
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			name[i] = (char)(seed >> 16 & (round % 2 ? 0xff :
			    0xbf));
		}
		buf_fixed(&b, text, sizeof(text));
		text_escape(&b, (struct span){ name, n });
		CHECK(buf_ok(&b) && text_is_utf8(buf_as_span(&b)));
		for (size_t i = 0; i < b.len; i++)
			CHECK((unsigned char)text[i] >= 0x20);
		buf_fixed(&c, back, sizeof(back));
		CHECK_INT(text_unescape(&c, buf_as_span(&b)), 0);
		if (!CHECK_MEM(back, c.len, name, n))
			return;
	}
}

static void
test_unescape_rejects(void)
{
	static const char *const bad[] = {
		"%", "%4", "a%", "a%2", "%2f", "%aF", "%zz", "%%25", "% 1",
		"%+1", "%0x", "%\xc3\xa9",
	};
	char room[20];
	struct buf b;

	buf_fixed(&b, room, sizeof(room));
	CHECK_INT(text_unescape(&b, span_of("a%2Fb%25%00")), 0);
	CHECK_MEM(b.data, b.len, "a/b%\0", 5);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t_row("%s", bad[i]);
		buf_reset(&b);
		CHECK_INT(text_unescape(&b, span_of(bad[i])), -1);
	}
}

static void
test_nearest(void)
{
	static const char *const names[] = {
		"push", "put", "plan", "prove", "get", "--max-objects",
		"--approve", NULL
	};
	static const char *const none[] = { NULL };
	static const struct {
		const char *word, *want;
	} rows[] = {
		{ "push", "push" }, { "pusj", "push" }, { "pus", "push" },
		{ "pput", "put" }, { "gte", "get" }, { "gett", "get" },
		{ "ge", "get" }, { "pl", NULL }, { "plna", "plan" },
		{ "--aprove", "--approve" }, { "--approved", "--approve" },
		{ "--max-object", "--max-objects" }, { "--maxobject",
		    "--max-objects" },
		{ "egt", "get" }, { "uphs", "push" }, { "teg", NULL },
		{ "--max", NULL }, { "upload", NULL }, { "", NULL },
		{ "x", NULL }, { "xyzzy", NULL },
		/* As near to both: the first. */
		{ "pot", "put" }, { "pust", "push" },
	};
	char longest[200];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].word);
		CHECK_STR(text_nearest(span_of(rows[i].word), names),
		    rows[i].want);
	}
	CHECK(text_nearest(span_of("push"), none) == NULL);
	memset(longest, 'p', sizeof(longest));
	CHECK(text_nearest((struct span){ longest, sizeof(longest) }, names)
	    == NULL);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "utf8", test_utf8 },
		{ "escape", test_escape },
		{ "round_trip", test_round_trip },
		{ "unescape_rejects", test_unescape_rejects },
		{ "nearest", test_nearest },
		{ NULL, NULL }
	};

	return t_main("text", cases);
}
