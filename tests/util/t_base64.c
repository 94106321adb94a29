/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "base64.h"
#include "t.h"

/* RFC 4648 section 10. */
static void
test_rfc(void)
{
	static const struct {
		const char *plain, *text;
	} rows[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" },
		{ "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xfe", "+//+" },
	};
	char text[16];
	uint8_t back[8];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].plain);
		t_row("%s", rows[i].text);
		base64_encode(text, (const uint8_t *)rows[i].plain, n);
		CHECK_STR(text, rows[i].text);
		CHECK_INT(BASE64_LEN(n), strlen(text));
		CHECK_INT(base64_decode(back, n, span_of(text)), 0);
		CHECK_MEM(back, n, rows[i].plain, n);
		CHECK_INT(base64_decode(back, n + 1, span_of(text)), -1);
	}
}

static void
test_all(void)
{
	uint8_t bytes[64], back[64];
	char text[BASE64_LEN(64) + 1];

	for (size_t n = 0; n <= 64; n++)
		for (unsigned seed = 0; seed < 50; seed++) {
			for (size_t i = 0; i < n; i++)
				bytes[i] = (uint8_t)(seed * 37 + i * 101 +
				    (i * seed) % 13);
			base64_encode(text, bytes, n);
			CHECK_INT(base64_decode(back, n, span_of(text)), 0);
			CHECK_MEM(back, n, bytes, n);
		}
}

static void
test_rejects(void)
{
	static const struct {
		size_t n;
		const char *text;
	} bad[] = {
		{ 1, "Zg" }, { 1, "Zg=" }, { 1, "Zg===" }, { 1, "Zh==" },
		{ 1, "ZgA=" }, { 1, "=Zg=" }, { 1, "Z===" }, { 2, "Zm9=" },
		{ 2, "Zm8" }, { 3, "Zm9" }, { 3, "Zm 9" }, { 3, "Zm9\n" },
		{ 3, "Zm9-" }, { 3, "Zm9_" }, { 3, "Zm9=" }, { 0, "====" },
		{ 3, "Zm9vZg==" }, { 3, "Z\xc3\xa9v" },
	};
	uint8_t out[8];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t_row("'%s'", bad[i].text);
		CHECK_INT(base64_decode(out, bad[i].n, span_of(bad[i].text)),
		    -1);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "rfc", test_rfc },
		{ "all", test_all },
		{ "rejects", test_rejects },
		{ NULL, NULL }
	};

	return t_main("base64", cases);
}
