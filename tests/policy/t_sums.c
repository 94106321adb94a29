/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "sums.h"

#include "t.h"

#define H "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"
#define G "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
test_line(void)
{
	static const struct {
		const char *line, *want;	/* the name; NULL: none */
	} table[] = {
		{ H "  a", "a" },
		{ H " *a b", "a b" },
		{ H "   a", " a" },
		{ "\\" H "  a\\nb\\\\c\\r", "a\nb\\c\r" },
		{ "\\" H "  a\\x", NULL },
		{ "\\" H "  a\\", NULL },
		{ H "  a\\n", "a\\n" },
		{ "SHA256 (a) = " H, "a" },
		{ "SHA256 (a) = b) = " H, "a) = b" },
		{ "\\SHA256 (a\\n) = " H, "a\n" },
		{ "SHA256 (a) = " H "0", NULL },
		{ "SHA256 () = " H, NULL },
		{ "SHA256 (", NULL },
		{ "MD5 (a) = " H, NULL },
		{ H "  ", NULL },
		{ H " a", NULL },
		{ H, NULL },
		{ "x" H "  a", NULL },
		{ "# " H "  a", NULL },
		{ "", NULL },
		{ "\\", NULL },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char name[64];
		struct span hex = { NULL, 0 };
		struct buf b;
		bool ok;

		t_row("%s", table[i].line);
		buf_fixed(&b, name, sizeof(name));
		ok = sums_line(span_of(table[i].line), &hex, &b);
		CHECK_INT(ok, table[i].want != NULL);
		if (!ok || table[i].want == NULL)
			continue;
		CHECK_STR(name, table[i].want);
		CHECK(span_is(hex, H));
	}
}

/* A name for which there is no room is not another one. */
static void
test_room(void)
{
	char name[4];
	struct span hex;
	struct buf b;

	buf_fixed(&b, name, sizeof(name));
	CHECK(sums_line(span_of(H "  abc"), &hex, &b));
	buf_fixed(&b, name, sizeof(name));
	CHECK(!sums_line(span_of(H "  abcd"), &hex, &b));
}

static void
test_next(void)
{
	static const struct {
		const char *text;
		int want;		/* how many */
	} table[] = {
		{ "", 0 },
		{ H, 1 },
		{ "the hash is sha256:" H ", says kim", 1 },
		{ H "0", 0 },
		{ "x" H, 0 },
		{ "_" H, 0 },
		{ H "_", 0 },
		{ H " " G "\n", 2 },
		{ H "-" H, 2 },
		{ "0123456789abcdef", 0 },
		{ "\xff" H "\xff", 1 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct span text = span_of(table[i].text), hex;
		int n = 0;

		t_row("%zu", i);
		while (sums_next(&text, &hex)) {
			CHECK(span_is(hex, H) || span_is(hex, G));
			n++;
		}
		CHECK_INT(n, table[i].want);
		CHECK_INT(text.len, 0);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "line", test_line },
		{ "room", test_room },
		{ "next", test_next },
		{ NULL, NULL }
	};

	return t_main("sums", cases);
}
