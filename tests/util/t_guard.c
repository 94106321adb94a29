/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "buf.h"
#include "guard.h"
#include "hex.h"
#include "t.h"

/* True shapes; none of them was ever valid anywhere. */
#define AWS_ID "AKIAIOSFODNN7EXAMPLE"
#define AWS_SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define R2_ID "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
#define R2_SECRET \
	"9c1185a5c5e9fc54612808977ee8f548b2258d31" \
	"a1b2c3d4e5f60718293a4b5c"
#define B2_SECRET "K001abcdefghijklmnopqrstuvwxyz0"	/* 31 characters */
#define TOKEN_PART \
	"IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx+Zk0nRq/" \
	"7c2pT5mV8hQ1wYb3XsEoJuLgKiNfAeRdHtWzMvCxBl6Gy9DUSO4FPj=="
#define TOKEN TOKEN_PART TOKEN_PART TOKEN_PART TOKEN_PART
static const char signing_key[32] =
    "\x12\x98\x4f\xa2\xc4\x7b\x00\xff\xe3\x80\x31\x5c\x22\x25\x0a\x7f"
    "\xc2\x85\x99\x01\x64\xd7\x3e\xb8\x2f\x6a\xf0\x1d\x5b\x44\xce\x93";

static const struct span values[] = {
	{ AWS_ID, sizeof(AWS_ID) - 1 },
	{ AWS_SECRET, sizeof(AWS_SECRET) - 1 },
	{ R2_ID, sizeof(R2_ID) - 1 },
	{ R2_SECRET, sizeof(R2_SECRET) - 1 },
	{ B2_SECRET, sizeof(B2_SECRET) - 1 },
	{ TOKEN, sizeof(TOKEN) - 1 },
	{ signing_key, sizeof(signing_key) },
};
#define NVALUES (sizeof(values) / sizeof(values[0]))

static struct guard guard;

static void
fill(void)
{
	struct err e = { .code = ERR_NONE };

	guard_init(&guard);
	for (size_t i = 0; i < NVALUES; i++)
		CHECK_INT(guard_add(&guard, values[i], &e), 0);
}

/* --- Ways to write a value ------------------------------------------------ */

static void
raw(struct buf *out, struct span v)
{
	buf_span(out, v);
}

static void
hex(struct buf *out, struct span v)
{
	char text[2 * 600 + 1];

	hex_encode(text, (const uint8_t *)v.p, v.len);
	buf_puts(out, text);
}

static void
hex_upper(struct buf *out, struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		buf_printf(out, "%02X", (unsigned char)v.p[i]);
}

/* Base64 of front, v and back, without the padding. */
static void
base64_within(struct buf *out, const char *front, struct span v,
    const char *back)
{
	char plain[700], text[BASE64_LEN(sizeof(plain)) + 1];
	struct buf b;

	buf_fixed(&b, plain, sizeof(plain));
	buf_puts(&b, front);
	buf_span(&b, v);
	buf_puts(&b, back);
	base64_encode(text, (const uint8_t *)b.data, b.len);
	text[strcspn(text, "=")] = '\0';
	buf_puts(out, text);
}

static void
base64(struct buf *out, struct span v)
{
	base64_within(out, "", v, "");
}

static void
base64_padded(struct buf *out, struct span v)
{
	base64(out, v);
	buf_puts(out, v.len % 3 == 0 ? "" : v.len % 3 == 1 ? "==" : "=");
}

static void
base64_1(struct buf *out, struct span v)
{
	base64_within(out, ":", v, "@x");
}

static void
base64_2(struct buf *out, struct span v)
{
	base64_within(out, "u:", v, "");
}

static void
base64_3(struct buf *out, struct span v)
{
	base64_within(out, "id:", v, "\n");
}

/* What puts into out in base64, in base64url. */
static void
as_url(struct buf *out, struct span v,
    void (*put)(struct buf *, struct span))
{
	size_t start = out->len;

	put(out, v);
	for (size_t i = start; i < out->len; i++) {
		if (out->data[i] == '+')
			out->data[i] = '-';
		else if (out->data[i] == '/')
			out->data[i] = '_';
	}
}

static void
base64url(struct buf *out, struct span v)
{
	as_url(out, v, base64);
}

static void
base64url_1(struct buf *out, struct span v)
{
	as_url(out, v, base64_1);
}

static void
base64url_2(struct buf *out, struct span v)
{
	as_url(out, v, base64_2);
}

static bool
is_unreserved(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || (c != '\0' && strchr("-._~", c));
}

static void
url(struct buf *out, struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		buf_printf(out, is_unreserved(v.p[i]) ? "%c" : "%%%02X",
		    (unsigned char)v.p[i]);
}

static void
url_lower(struct buf *out, struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		buf_printf(out, is_unreserved(v.p[i]) ? "%c" : "%%%02x",
		    (unsigned char)v.p[i]);
}

static void
url_all(struct buf *out, struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		buf_printf(out, "%%%02X", (unsigned char)v.p[i]);
}

static void
base64_in_url(struct buf *out, struct span v)
{
	char text[1000];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	base64_padded(&b, v);
	url(out, buf_as_span(&b));
}

/* JSON has no bytes that are not text: those stay as they are. */
static void
json(struct buf *out, struct span v)
{
	static const char special[] = "\"\\/\b\f\n\r\t";
	static const char name[] = "\"\\/bfnrt";

	for (size_t i = 0; i < v.len; i++) {
		const char *at = memchr(special, v.p[i], sizeof(special) - 1);
		unsigned char c = (unsigned char)v.p[i];
		if (at != NULL)
			buf_printf(out, "\\%c", name[at - special]);
		else
			buf_printf(out, c < 0x20 ? "\\u%04x" : "%c", c);
	}
}

static void
json_all(struct buf *out, struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		buf_printf(out, (unsigned char)v.p[i] < 0x80 ? "\\u%04X" :
		    "%c", (unsigned char)v.p[i]);
}

static void
base64_in_json(struct buf *out, struct span v)
{
	char text[1000];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	base64_padded(&b, v);
	json(out, buf_as_span(&b));
}

static const struct writing {
	const char *name;
	void (*put)(struct buf *, struct span);
} writings[] = {
	{ "raw", raw },
	{ "hex", hex },
	{ "hex_upper", hex_upper },
	{ "base64", base64 },
	{ "base64_padded", base64_padded },
	{ "base64_1", base64_1 },
	{ "base64_2", base64_2 },
	{ "base64_3", base64_3 },
	{ "base64url", base64url },
	{ "base64url_1", base64url_1 },
	{ "base64url_2", base64url_2 },
	{ "url", url },
	{ "url_lower", url_lower },
	{ "url_all", url_all },
	{ "base64_in_url", base64_in_url },
	{ "json", json },
	{ "json_all", json_all },
	{ "base64_in_json", base64_in_json },
};
#define NWRITINGS (sizeof(writings) / sizeof(writings[0]))

/* --- Cases ---------------------------------------------------------------- */

static char storage[8192];

/* "front", the value, "back". */
static struct span
wrap(const char *front, const struct writing *w, struct span v,
    const char *back)
{
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	buf_puts(&b, front);
	w->put(&b, v);
	buf_puts(&b, back);
	CHECK(buf_ok(&b));
	return buf_as_span(&b);
}

static int
check_whole(struct span text)
{
	struct err e = { .code = ERR_NONE };
	int r = guard_check(&guard, NULL, text, &e);

	CHECK_INT(e.code, r == 0 ? ERR_NONE : ERR_SECRET_GUARD);
	return r;
}

/* The text in two writes; which of them was stopped: 1, 2, or 0. */
static int
check_split(struct span text, size_t at)
{
	struct guard_stream s = { .len = 0 };
	struct err e = { .code = ERR_NONE };

	if (guard_check(&guard, &s, (struct span){ text.p, at }, &e) != 0)
		return 1;
	if (guard_check(&guard, &s,
	    (struct span){ text.p + at, text.len - at }, &e) != 0)
		return 2;
	return 0;
}

static void
test_every_form(void)
{
	static const char *const around[][2] = {
		{ "", "" }, { "x", "y" }, { "\"secret\":\"", "\"}\n" },
		{ "https://h/?X-Amz-Security-Token=", "&x=%20" },
		{ "\\%2F", "\\%" },
	};

	fill();
	for (size_t v = 0; v < NVALUES; v++)
		for (size_t w = 0; w < NWRITINGS; w++)
			for (size_t a = 0; a < 5; a++) {
				t_row("value %zu, %s, %zu", v,
				    writings[w].name, a);
				CHECK_INT(check_whole(wrap(around[a][0],
				    &writings[w], values[v],
				    around[a][1])), -1);
			}
}

/* At every offset of a long text, and with two thousand bytes around. */
static void
test_every_place(void)
{
	static char long_text[6000];

	fill();
	for (size_t w = 0; w < NWRITINGS; w++)
		for (size_t at = 0; at < 2100; at += 1 + at / 50) {
			struct span t = wrap("", &writings[w], values[1], "");
			memset(long_text, 'A', sizeof(long_text));
			long_text[5990] = '%';
			long_text[5995] = '\\';
			memcpy(long_text + at, t.p, t.len);
			t_row("%s at %zu", writings[w].name, at);
			CHECK_INT(check_whole((struct span){ long_text,
			    sizeof(long_text) }), -1);
		}
}

static void
test_every_split(void)
{
	fill();
	for (size_t v = 0; v < NVALUES; v++)
		for (size_t w = 0; w < NWRITINGS; w++) {
			struct span t = wrap("a ", &writings[w], values[v],
			    " z");
			/* Of a long one, not quite every: this runs in qemu. */
			for (size_t at = 0; at <= t.len;
			    at += 1 + t.len / 300) {
				t_row("value %zu, %s, split at %zu", v,
				    writings[w].name, at);
				CHECK(check_split(t, at) != 0);
			}
		}
}

/* A byte a write, behind much that was said before. */
static void
test_byte_by_byte(void)
{
	struct err e = { .code = ERR_NONE };

	fill();
	for (size_t w = 0; w < NWRITINGS; w++) {
		struct guard_stream s = { .len = 0 };
		struct span t = wrap("", &writings[w], values[1], "");
		int r = 0;
		for (int i = 0; i < 2000; i++)
			CHECK_INT(guard_check(&guard, &s, span_of("."), &e),
			    0);
		for (size_t i = 0; i < t.len && r == 0; i++)
			r = guard_check(&guard, &s,
			    (struct span){ t.p + i, 1 }, &e);
		t_row("%s", writings[w].name);
		CHECK_INT(r, -1);
	}
}

/* With any one character changed, a value is somebody else's. */
static void
test_near_misses(void)
{
	static const struct writing *const ways[] = {
		&writings[0], &writings[1], &writings[2], &writings[11],
		&writings[13], &writings[15],
	};
	char other[64];

	fill();
	for (size_t v = 0; v < 5; v++)
		for (size_t i = 0; i < values[v].len; i++) {
			memcpy(other, values[v].p, values[v].len);
			other[i] = other[i] == 'q' ? 'Q' : 'q';
			for (size_t w = 0; w < 6; w++) {
				t_row("value %zu, byte %zu, %s", v, i,
				    ways[w]->name);
				CHECK_INT(check_whole(wrap("\"", ways[w],
				    (struct span){ other, values[v].len },
				    "\"")), 0);
			}
		}
}

/* Cut short by one, or in the wrong case, or in two with something between. */
static void
test_parts(void)
{
	struct err e = { .code = ERR_NONE };
	char text[200];

	fill();
	for (size_t v = 0; v < 5; v++) {
		struct span s = values[v];
		t_row("value %zu", v);
		CHECK_INT(check_whole((struct span){ s.p, s.len - 1 }), 0);
		CHECK_INT(check_whole((struct span){ s.p + 1, s.len - 1 }),
		    0);
		snprintf(text, sizeof(text), "%.*s %.*s", 9, s.p,
		    (int)s.len - 9, s.p + 9);
		CHECK_INT(check_whole(span_of(text)), 0);
		CHECK_INT(check_split(s, 9), 2);
	}
	CHECK_INT(check_whole(span_of("akiaiosfodnn7example")), 0);

	/* Two streams are two texts. */
	struct guard_stream a = { .len = 0 }, b = { .len = 0 };
	CHECK_INT(guard_check(&guard, &a, span_of("AKIAIOSFOD"), &e), 0);
	CHECK_INT(guard_check(&guard, &b, span_of("NN7EXAMPLE"), &e), 0);
	CHECK_INT(guard_check(&guard, &b, span_of("NN7EXAMPLE"), &e), 0);
	CHECK_INT(guard_check(&guard, &a, span_of("NN7EXAMPLE"), &e), -1);
}

static void
test_long_value(void)
{
	char text[sizeof(TOKEN)];

	/* The first 64 bytes stand for all, and 63 for nothing. */
	fill();
	memcpy(text, TOKEN, sizeof(TOKEN));
	text[64] = '#';
	CHECK_INT(check_whole(span_of(text)), -1);
	text[63] = '#';
	CHECK_INT(check_whole((struct span){ text, 100 }), 0);
}

static void
test_whole_words(void)
{
	static const struct {
		const char *text;
		int stopped;
	} rows[] = {
		{ "demo", 1 }, { "a demo b", 1 }, { "\"demo\"", 1 },
		{ "demo.", 1 }, { "/demo", 1 }, { "x%20demo%20x", 1 },
		{ "x\\ndemo", 1 }, { "%64%65mo", 1 }, { "64656d6f", 1 },
		{ "64656D6F", 1 }, { "ZGVtbw==", 1 }, { "ZGVtbw", 1 },
		{ "demonstration", 0 }, { "a_demo", 0 }, { "demo1", 0 },
		{ "Demo", 0 }, { "dem o", 0 }, { "x%41demo", 0 },
		{ "064656d6f", 0 }, { "ZGVtbx", 0 }, { "AZGVtbw", 0 },
		{ "minio-pw", 1 }, { "(minio-pw)", 1 }, { "bWluaW8tcHc=", 1 },
		{ "aminio-pw", 0 }, { "minio-pws", 0 }, { "minio", 0 },
	};
	struct err e = { .code = ERR_NONE };

	guard_init(&guard);
	CHECK_INT(guard_add(&guard, span_of("minio-pw"), &e), 0);
	CHECK_INT(guard_add(&guard, span_of("demo"), &e), 0);
	CHECK_INT(guard_add(&guard, values[1], &e), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].text);
		CHECK_INT(check_whole(span_of(rows[i].text)),
		    -rows[i].stopped);
		for (size_t at = 1; rows[i].stopped && at < 4; at++)
			CHECK_INT(check_split(span_of(rows[i].text), at) != 0,
			    1);
	}
	t_row("the border of two writes");
	CHECK_INT(check_split(span_of("a_demo"), 2), 0);
	CHECK_INT(check_split(span_of("a-demo"), 2), 2);
	CHECK_INT(check_split(span_of("demonstration"), 3), 0);
	/* Nobody knows yet what follows, so this is stopped in time. */
	CHECK_INT(check_split(span_of("demonstration"), 4), 1);
	/* Values of 16 bytes and more are still found inside of words. */
	CHECK_INT(check_whole(span_of("x" AWS_SECRET "y")), -1);
}

/* A short word at, before and behind each border that the search has. */
static void
check_near(size_t border, const char *word, bool miss)
{
	static char text[4100];
	const struct span t = { text, sizeof(text) };

	for (size_t at = border - 8; at <= border + 8; at++) {
		memset(text, 'x', sizeof(text));
		text[3] = '%';
		text[5] = '\\';
		memcpy(text + at, word, strlen(word));
		t_row("'%s' at %zu", word, at);
		CHECK_INT(check_whole(t), miss ? 0 : -1);
		/* Stopped, too, where a write ends with it. */
		bool ends = word[0] == ' ' && at + 5 == 1500;
		CHECK_INT(check_split(t, 1500) != 0, !miss || ends);
	}
}

static void
test_word_at_borders(void)
{
	static const size_t borders[] = {
		1500, 1500 - GUARD_TAIL, 1500 + GUARD_TAIL,
		2048 - 2 * GUARD_KEPT - 1, 2048, 4096 - 2 * GUARD_KEPT - 1,
	};
	struct err e = { .code = ERR_NONE };

	guard_init(&guard);
	CHECK_INT(guard_add(&guard, span_of("demo"), &e), 0);
	for (size_t i = 0; i < sizeof(borders) / sizeof(borders[0]); i++) {
		check_near(borders[i], " demo ", false);
		check_near(borders[i], " demox", true);
		check_near(borders[i], "xdemo ", true);
		check_near(borders[i], " %64emo ", false);
		check_near(borders[i], " \\u0064emo ", false);
	}
}

/* A value that itself looks like an escape, or is full of what is escaped. */
static void
test_odd_values(void)
{
	static const char *const odd[] = {
		"ab%2Fcd\\ef\"gh'ij+kl", "%25%25%25%25%25%25%25",
		"aaaaaaaaaaaaaaaaaaaaaaaa", "\\u0041\\u0041\\u0041",
		"\xc3\xa4\xc3\xb6\xc3\xbc and more, with spaces",
	};
	struct err e = { .code = ERR_NONE };

	for (size_t i = 0; i < 5; i++) {
		guard_init(&guard);
		CHECK_INT(guard_add(&guard, span_of(odd[i]), &e), 0);
		for (size_t w = 0; w < NWRITINGS; w++) {
			t_row("value %zu, %s", i, writings[w].name);
			CHECK_INT(check_whole(wrap("=", &writings[w],
			    span_of(odd[i]), "=")), -1);
		}
	}
}

static void
test_limits(void)
{
	struct err e = { .code = ERR_NONE };
	char value[40];

	guard_init(&guard);
	CHECK_INT(check_whole(span_of("nothing is secret yet")), 0);
	CHECK_INT(guard_add(&guard, span_of("abc"), &e), -1);
	CHECK_INT(e.code, ERR_CONFIG_INVALID);
	CHECK(strstr(e.msg, "abc") == NULL);
	CHECK_INT(guard_add(&guard, (struct span){ NULL, 0 }, &e), -1);
	for (int i = 0; i < GUARD_VALUES_MAX; i++) {
		snprintf(value, sizeof(value), "credential number %d", i);
		CHECK_INT(guard_add(&guard, span_of(value), &e), 0);
	}
	/* One already there needs no room; a new one does. */
	CHECK_INT(guard_add(&guard, span_of(value), &e), 0);
	CHECK_INT(guard_add(&guard, span_of("one too many"), &e), -1);
	CHECK_INT(e.code, ERR_CONFIG_INVALID);
	CHECK_INT(check_whole(span_of("credential number 7.")), -1);
	CHECK_INT(check_whole(span_of("credential numbers")), 0);
	CHECK_INT(check_whole((struct span){ NULL, 0 }), 0);
}

static void
test_says_nothing(void)
{
	struct err e = { .code = ERR_NONE };

	fill();
	CHECK_INT(guard_check(&guard, NULL, values[1], &e), -1);
	CHECK_INT(e.code, ERR_SECRET_GUARD);
	CHECK_INT(err_exit_status(&e), 9);
	CHECK_INT(check_whole(span_of(e.msg)), 0);
	CHECK_INT(check_whole(span_of(err_advice(&e))), 0);

	/* What was stopped was not said: the stream does not remember it. */
	struct guard_stream s = { .len = 0 };
	CHECK_INT(guard_check(&guard, &s, span_of("AKIAIOSF"), &e), 0);
	CHECK_INT(guard_check(&guard, &s, span_of("ODNN7EXAMPLE"), &e), -1);
	CHECK_INT(guard_check(&guard, &s, span_of("ODNN7EXAMPL."), &e), 0);
}

static void
test_wipe(void)
{
	const uint8_t *p = (const uint8_t *)&guard;
	bool found = false;

	fill();
	guard_wipe(&guard);
	for (size_t i = 0; i + 8 <= sizeof(guard); i++)
		for (size_t v = 0; v < NVALUES; v++)
			found |= memcmp(p + i, values[v].p, 8) == 0;
	CHECK(!found);
	CHECK_INT(check_whole(values[1]), 0);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "every_form", test_every_form },
		{ "every_place", test_every_place },
		{ "every_split", test_every_split },
		{ "byte_by_byte", test_byte_by_byte },
		{ "near_misses", test_near_misses },
		{ "parts", test_parts },
		{ "long_value", test_long_value },
		{ "whole_words", test_whole_words },
		{ "word_at_borders", test_word_at_borders },
		{ "odd_values", test_odd_values },
		{ "limits", test_limits },
		{ "says_nothing", test_says_nothing },
		{ "wipe", test_wipe },
		{ NULL, NULL }
	};

	return t_main("guard", cases);
}
