/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "html.h"
#include "t.h"

#define FFFD "\xef\xbf\xbd"

static void
test_char(void)
{
	static const struct {
		const char *text, *want;
	} table[] = {
		{ "plain text, 100 %", "plain text, 100 %" },
		{ "<script>", "&lt;script&gt;" },
		{ "a&b;", "a&amp;b;" },
		{ "\"x\" o'y", "&quot;x&quot; o&#39;y" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa6",
		    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa6" },
		{ "a\tb\nc\x1b[2J\x7f", "a%09b%0Ac%1B[2J%7F" },
		{ "\xc2\x85", "%C2%85" },
		{ "\xff<\xe2\x82", "%FF&lt;%E2%82" },
		{ "\xc0\xbc", "%C0%BC" },
		{ "a\xe2\x80\xae" "b", "a" FFFD "b" },
		{ "\xe2\x80\xa8\xe2\x80\x8f\xe2\x81\xa6\xd8\x9c",
		    FFFD FFFD FFFD FFFD },
		{ "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa\xd8\x9d",
		    "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa"
		    "\xd8\x9d" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct span rest = span_of(table[i].text);
		char storage[128];
		struct buf b;

		t_row("%zu", i);
		buf_fixed(&b, storage, sizeof(storage));
		while (rest.len > 0) {
			size_t before = b.len, n = html_char(&b, rest);

			CHECK(n > 0 && n <= rest.len);
			CHECK(b.len - before <= HTML_CHAR_MAX);
			rest.p += n;
			rest.len -= n;
		}
		CHECK_STR(storage, table[i].want);
	}
}

/* Of every byte, none that could end a text or an attribute's value. */
static void
test_every_byte(void)
{
	for (int c = 0; c < 256; c++) {
		char raw[1] = { (char)c }, storage[32];
		struct buf b;

		t_row("%02X", (unsigned)c);
		buf_fixed(&b, storage, sizeof(storage));
		CHECK_INT(html_char(&b, (struct span){ raw, 1 }), 1);
		CHECK(b.len > 0 && strpbrk(storage, "<>\"'") == NULL);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "char", test_char },
		{ "every-byte", test_every_byte },
		{ NULL, NULL }
	};

	return t_main("html", cases);
}
