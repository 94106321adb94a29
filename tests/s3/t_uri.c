/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/* What vectors/uri does not show. */
#include <string.h>

#include "uri.h"

#include "t.h"

static struct span
encode(char out[32], struct span raw, bool keep_slash)
{
	struct buf b;

	buf_fixed(&b, out, 32);
	uri_encode(&b, raw, keep_slash);
	CHECK(buf_ok(&b));
	return buf_as_span(&b);
}

/* Every byte there and back; '+' too, since it is encoded. */
static void
test_round_trip(void)
{
	for (int i = 0; i < 256; i++) {
		char raw = (char)i, text[32], back[32];
		struct span in = { &raw, 1 };
		struct buf out;

		t_row("byte %02x", (unsigned)i);
		for (int keep_slash = 0; keep_slash < 2; keep_slash++) {
			buf_fixed(&out, back, sizeof(back));
			CHECK_INT(uri_decode(&out,
			    encode(text, in, keep_slash)), 0);
			CHECK_MEM(out.data, out.len, &raw, 1);
		}
	}
}

static int
sign_of(int n)
{
	return (n > 0) - (n < 0);
}

static int
compare_encoded(struct span a, struct span b)
{
	char a_text[32], b_text[32];

	encode(a_text, a, false);
	encode(b_text, b, false);
	return sign_of(strcmp(a_text, b_text));
}

/* Every pair of bytes, with the same in front, and with more behind. */
static void
test_compare(void)
{
	for (int i = 0; i < 256; i++) {
		for (int j = 0; j < 256; j++) {
			char a[] = { 'k', (char)i, 'z' };
			char b[] = { 'k', (char)j, '/' };
			struct span s = { a, 2 }, t = { b, 2 };

			t_row("bytes %02x, %02x", (unsigned)i, (unsigned)j);
			CHECK_INT(sign_of(uri_compare(s, t)),
			    compare_encoded(s, t));
			s.len = 3;
			CHECK_INT(sign_of(uri_compare(s, t)),
			    compare_encoded(s, t));
			t.len = 3;
			CHECK_INT(sign_of(uri_compare(s, t)),
			    compare_encoded(s, t));
		}
	}
}

static void
test_compare_empty(void)
{
	struct span none = { NULL, 0 };

	CHECK_INT(uri_compare(none, none), 0);
	CHECK(uri_compare(none, span_of("a")) < 0);
	CHECK(uri_compare(span_of("a"), none) > 0);
}

/* Where the text ends, not where its memory does. */
static void
test_decode_bounds(void)
{
	char text[8];
	struct buf out;

	for (size_t len = 1; len <= 3; len++) {
		t_row("%zu bytes", len);
		buf_fixed(&out, text, sizeof(text));
		CHECK_INT(uri_decode(&out, (struct span){ "%41", len }),
		    len < 3 ? -1 : 0);
	}
}

static void
test_no_room(void)
{
	char text[4];
	struct buf out;

	buf_fixed(&out, text, sizeof(text));
	uri_encode(&out, span_of("/"), false);
	CHECK(buf_ok(&out));
	uri_encode(&out, span_of("a"), false);
	CHECK(!buf_ok(&out));
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "round_trip", test_round_trip },
		{ "compare", test_compare },
		{ "compare_empty", test_compare_empty },
		{ "decode_bounds", test_decode_bounds },
		{ "no_room", test_no_room },
		{ NULL, NULL }
	};

	return t_main("uri", cases);
}
