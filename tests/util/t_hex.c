/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"
#include "t.h"

static void
test_digit(void)
{
	static const char digits[] = "0123456789abcdefABCDEF";

	for (int c = -128; c < 128; c++) {
		const char *at = c != 0 ? strchr(digits, c) : NULL;
		int want = at == NULL ? -1 : (int)(at - digits);
		t_row("%d", c);
		CHECK_INT(hex_digit((char)c), want > 15 ? want - 6 : want);
	}
}

static void
test_hex(void)
{
	uint8_t bytes[256], back[256];
	char text[513];

	for (int i = 0; i < 256; i++)
		bytes[i] = (uint8_t)i;
	hex_encode(text, bytes, sizeof(bytes));
	CHECK_INT(strlen(text), 512);
	CHECK(strncmp(text, "000102", 6) == 0);
	CHECK_STR(text + 506, "fdfeff");
	CHECK_INT(hex_decode(back, sizeof(back), span_of(text)), 0);
	CHECK_MEM(back, sizeof(back), bytes, sizeof(bytes));
	hex_encode(text, bytes, 0);
	CHECK_STR(text, "");
	CHECK_INT(hex_decode(back, 0, (struct span){ NULL, 0 }), 0);
}

static void
test_hex_rejects(void)
{
	static const char *const bad[] = {
		"", "0", "00f", "00ff0", "00ff00", "00FF", "00fg", "0x00",
		" 0ff", "00f ", "00f`", "00f:", "00f/", ("00\xff" "f"),
	};
	uint8_t out[2];

	CHECK_INT(hex_decode(out, 2, span_of("00ff")), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t_row("'%s'", bad[i]);
		CHECK_INT(hex_decode(out, 2, span_of(bad[i])), -1);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "digit", test_digit },
		{ "hex", test_hex },
		{ "hex_rejects", test_hex_rejects },
		{ NULL, NULL }
	};

	return t_main("hex", cases);
}
