/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "record.h"
#include "t.h"

static char room[RECORD_SIZE_MAX + 1];
static struct buf scratch;

static void
test_write(void)
{
	char text[300];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	record_begin(&b);
	record_int(&b, "seq", 0);
	record_str(&b, "kind", span_of("end{"));
	record_bool(&b, "approved", true);
	record_bool(&b, "kept", false);
	record_int(&b, "least", INT64_MIN);
	record_int(&b, "most", INT64_MAX);
	record_str(&b, "none", (struct span){ NULL, 0 });
	record_end(&b);
	CHECK(buf_ok(&b));
	CHECK_STR(text, "{\"seq\":0,\"kind\":\"end{\",\"approved\":true,"
	    "\"kept\":false,\"least\":-9223372036854775808,"
	    "\"most\":9223372036854775807,\"none\":\"\"}\n");

	/* Two rows in one buf; an empty one. */
	buf_reset(&b);
	record_begin(&b);
	record_end(&b);
	record_begin(&b);
	record_int(&b, "a", 1);
	record_end(&b);
	CHECK_STR(text, "{}\n{\"a\":1}\n");
}

static void
test_write_strings(void)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{ "a \"b\" \\ c/d", "a \\\"b\\\" \\\\ c/d" },
		{ "\b\f\n\r\t", "\\b\\f\\n\\r\\t" },
		{ "\x01\x1f\x7f", "\\u0001\\u001f\x7f" },
		{ "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
		    "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "main/caf%E9", "main/caf%E9" },
	};
	char text[100], want[100];
	struct buf b, w;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%zu", i);
		buf_fixed(&b, text, sizeof(text));
		buf_fixed(&w, want, sizeof(want));
		record_begin(&b);
		record_str(&b, "v", span_of(rows[i].value));
		record_end(&b);
		buf_printf(&w, "{\"v\":\"%s\"}\n", rows[i].want);
		CHECK_STR(text, want);
	}
}

static void
test_write_rejects(void)
{
	static const struct span bad[] = {
		{ "caf\xe9", 4 }, { "\xc0\xaf", 2 }, { "\xed\xa0\x80", 3 },
		{ "a\0b", 3 },
	};
	char text[100];
	struct buf b;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t_row("%zu", i);
		buf_fixed(&b, text, sizeof(text));
		record_begin(&b);
		record_str(&b, "v", bad[i]);
		CHECK(!buf_ok(&b));
		record_str(&b, "w", span_of("good"));
		record_end(&b);
		CHECK(!buf_ok(&b));
		CHECK_STR(text, "{");
	}
	buf_fixed(&b, text, 10);
	record_begin(&b);
	record_str(&b, "name", span_of("too long"));
	CHECK(!buf_ok(&b));
}

static void
test_read(void)
{
	static const char line[] = " {\"seq\":12 , \"kind\" :\"be\\u0067in\","
	    "\"approved\":true,\"dry\":false,\t\"low\":-9223372036854775808,"
	    "\"high\":9223372036854775807,\"plain\":\"x/y\",\"no\":\"\"}\r\n";
	struct record r;
	struct span s;
	struct err e;
	int64_t v;
	bool yes;

	buf_fixed(&scratch, room, sizeof(room));
	if (!CHECK_INT(record_parse(&r, span_of(line), &e), 0))
		return;
	CHECK_INT(r.n, 8);
	CHECK(span_is(r.field[0].name, "seq"));
	CHECK(record_find(&r, "nothing") == NULL);
	CHECK(record_find(&r, "kind") == &r.field[1]);
	CHECK_INT(record_get_int(&r, "seq", &v, &e), 0);
	CHECK_INT(v, 12);
	CHECK_INT(record_get_int(&r, "low", &v, &e), 0);
	CHECK(v == INT64_MIN);
	CHECK_INT(record_get_int(&r, "high", &v, &e), 0);
	CHECK(v == INT64_MAX);
	CHECK_INT(record_get_bool(&r, "approved", &yes, &e), 0);
	CHECK(yes);
	CHECK_INT(record_get_bool(&r, "dry", &yes, &e), 0);
	CHECK(!yes);
	CHECK_INT(record_get_str(&r, "kind", &scratch, &s, &e), 0);
	CHECK(span_is(s, "begin"));
	/* Without an escape it is the line's own. */
	size_t before = scratch.len;
	CHECK_INT(record_get_str(&r, "plain", &scratch, &s, &e), 0);
	CHECK(span_is(s, "x/y") && s.p >= line && s.p < line + sizeof(line));
	CHECK_INT(record_get_str(&r, "no", &scratch, &s, &e), 0);
	CHECK(s.len == 0 && s.p != NULL);
	CHECK_INT(scratch.len, before);
	CHECK_INT(record_parse(&r, span_of("{}"), &e), 0);
	CHECK_INT(r.n, 0);
}

static void
test_read_strings(void)
{
	static const struct {
		const char *text;
		struct span want;
	} rows[] = {
		{ "\\\"\\\\\\/", { "\"\\/", 3 } },
		{ "\\b\\f\\n\\r\\t", { "\b\f\n\r\t", 5 } },
		{ "\\u0041\\u00e9\\u00E9", { "A\xc3\xa9\xc3\xa9", 5 } },
		{ "\\u007f\\u0080\\u07ff", { "\x7f\xc2\x80\xdf\xbf", 5 } },
		{ "\\u0800\\uffff", { "\xe0\xa0\x80\xef\xbf\xbf", 6 } },
		{ "\\ud7ff\\ue000", { "\xed\x9f\xbf\xee\x80\x80", 6 } },
		{ "\\ud83d\\ude00", { "\xf0\x9f\x98\x80", 4 } },
		{ "\\ud800\\udc00", { "\xf0\x90\x80\x80", 4 } },
		{ "\\uDBFF\\uDFFF", { "\xf4\x8f\xbf\xbf", 4 } },
		{ "\\u0001\x7f", { "\x01\x7f", 2 } },
		{ "a\\\\u0041", { "a\\u0041", 7 } },
	};
	char line[100];
	struct record r;
	struct span s;
	struct err e;
	struct buf b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].text);
		buf_fixed(&scratch, room, sizeof(room));
		buf_fixed(&b, line, sizeof(line));
		buf_printf(&b, "{\"v\":\"%s\"}", rows[i].text);
		if (!CHECK_INT(record_parse(&r, buf_as_span(&b), &e), 0))
			continue;
		CHECK_INT(record_get_str(&r, "v", &scratch, &s, &e), 0);
		CHECK_MEM(s.p, s.len, rows[i].want.p, rows[i].want.len);
	}
}

static void
test_rejects(void)
{
	static const char *const bad[] = {
		"", " ", "x", "[]", "null", "\"a\"", "1", "{", "}", "{}}",
		"{}x", "{}{}", "{} {}", "{a:1}", "{'a':1}", "{\"a\"}",
		"{\"a\":}", "{\"a\" 1}", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}",
		"{,\"a\":1}", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}",
		"{\"a\":1,\"a\":2}", "{\"a\":1,\"b\":2,\"a\":1}",
		"{\"\":1}", "{\"a b\":1}", "{\"a-b\":1}", "{\"\\u0061\":1}",
		"{\"\xc3\xa9\":1}",
		"{\"a\":null}", "{\"a\":{}}", "{\"a\":[]}", "{\"a\":nul}",
		"{\"a\":True}", "{\"a\":tru}", "{\"a\":true1}",
		"{\"a\":01}", "{\"a\":-0}", "{\"a\":-01}", "{\"a\":+1}",
		"{\"a\":-}", "{\"a\":--1}", "{\"a\":1.0}", "{\"a\":1.}",
		"{\"a\":.5}", "{\"a\":1e3}", "{\"a\":1E3}", "{\"a\":0x1}",
		"{\"a\":1_000}", "{\"a\":NaN}", "{\"a\":Infinity}",
		"{\"a\":9223372036854775808}", "{\"a\":-9223372036854775809}",
		"{\"a\":99999999999999999999999}",
		"{\"a\":\"", "{\"a\":\"x", "{\"a\":\"x}", "{\"a\":\"\\",
		"{\"a\":\"\\\"}", "{\"a\":\"\\x41\"}", "{\"a\":\"\\a\"}",
		"{\"a\":\"\\'\"}", "{\"a\":\"\\u\"}", "{\"a\":\"\\u004\"}",
		"{\"a\":\"\\u004g\"}", "{\"a\":\"\\U0041\"}",
		"{\"a\":\"\\u+041\"}", "{\"a\":\"\\u0000\"}",
		"{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}",
		"{\"a\":\"\\ud800x\"}", "{\"a\":\"\\ud800\\n\"}",
		"{\"a\":\"\\ud800\\ud800\"}", "{\"a\":\"\\udc00\\ud800\"}",
		"{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"\\ud800\\u\"}",
		"{\"a\":\"\n\"}", "{\"a\":\"\t\"}", "{\"a\":\"\x1f\"}",
		"{\"a\":\"\xff\"}", "{\"a\":\"\xc0\xaf\"}",
		"{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xe2\x82\"}",
		"\xef\xbb\xbf{}", "{\"a\":1}//", "{\"a\":1/**/}", "{\"a\":1}\f",
		"{\v}", ("{\"a\":\xc2\xa0" "1}"),
	};
	struct record r;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t_row("%s", bad[i]);
		err_clear(&e);
		CHECK_INT(record_parse(&r, span_of(bad[i]), &e), -1);
		CHECK_INT(e.code, ERR_LEDGER_BROKEN);
		CHECK_INT(r.n, 0);
	}
	t_row("NUL");
	CHECK_INT(record_parse(&r, (struct span){ "{}\0", 3 }, &e), -1);
	CHECK_INT(record_parse(&r, (struct span){ "{\"a\":\"\0\"}", 9 }, &e),
	    -1);
	CHECK_INT(record_parse(&r, (struct span){ NULL, 0 }, &e), -1);
}

static void
test_message(void)
{
	struct record r;
	struct err e;

	record_parse(&r, span_of("{\"a\":1,\"b\":1.5}"), &e);
	CHECK_STR(e.msg, "a row with neither a comma nor an end at byte 12");
	record_parse(&r, span_of("{\"a\":1,\"a\":2}"), &e);
	CHECK_STR(e.msg, "a row with a name for the second time at byte 10");
}

static void
test_limits(void)
{
	static char text[RECORD_SIZE_MAX + 10];
	char name[RECORD_NAME_MAX + 2];
	struct record r;
	struct err e;
	struct buf b;

	for (int n = RECORD_FIELDS_MAX - 1; n <= RECORD_FIELDS_MAX + 1; n++) {
		t_row("%d fields", n);
		buf_fixed(&b, text, sizeof(text));
		record_begin(&b);
		for (int i = 0; i < n; i++) {
			struct buf f;
			buf_fixed(&f, name, sizeof(name));
			buf_printf(&f, "f%d", i);
			record_int(&b, name, i);
		}
		record_end(&b);
		CHECK_INT(record_parse(&r, buf_as_span(&b), &e),
		    n <= RECORD_FIELDS_MAX ? 0 : -1);
	}
	for (size_t n = 64; n <= 65; n++) {
		t_row("a name of %zu", n);
		memset(name, 'n', n);
		name[n] = '\0';
		buf_reset(&b);
		record_begin(&b);
		record_int(&b, name, 1);
		record_end(&b);
		CHECK_INT(record_parse(&r, buf_as_span(&b), &e),
		    n <= RECORD_NAME_MAX ? 0 : -1);
	}
	t_row("size");
	memset(text, ' ', sizeof(text));
	text[0] = '{';
	text[1] = '}';
	CHECK_INT(record_parse(&r, (struct span){ text, RECORD_SIZE_MAX },
	    &e), 0);
	CHECK_INT(record_parse(&r, (struct span){ text, RECORD_SIZE_MAX + 1 },
	    &e), -1);
}

static void
test_getters_reject(void)
{
	char small[4];
	struct record r;
	struct span s;
	struct err e;
	int64_t v;
	bool yes;

	CHECK_INT(record_parse(&r,
	    span_of("{\"s\":\"1\",\"i\":1,\"b\":true,\"e\":\"\\n234\"}"), &e),
	    0);
	buf_fixed(&scratch, room, sizeof(room));
	CHECK_INT(record_get_int(&r, "s", &v, &e), -1);
	CHECK_STR(e.msg, "a row whose 's' is not an integer");
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	CHECK_INT(record_get_int(&r, "b", &v, &e), -1);
	CHECK_INT(record_get_bool(&r, "i", &yes, &e), -1);
	CHECK_INT(record_get_str(&r, "i", &scratch, &s, &e), -1);
	CHECK_INT(record_get_str(&r, "x", &scratch, &s, &e), -1);
	CHECK_STR(e.msg, "a row without 'x'");
	CHECK_INT(record_get_int(&r, "", &v, &e), -1);
	CHECK_INT(record_get_int(&r, "ii", &v, &e), -1);

	buf_fixed(&scratch, small, sizeof(small));
	CHECK_INT(record_get_str(&r, "e", &scratch, &s, &e), -1);
	CHECK_INT(e.code, ERR_NO_MEMORY);
}

/* The row as the writer would write it. */
static void
print(struct buf *out, const struct record *r)
{
	char name[RECORD_NAME_MAX + 1];
	struct span s;
	struct err e;

	buf_fixed(&scratch, room, sizeof(room));
	record_begin(out);
	for (size_t i = 0; i < r->n; i++) {
		const struct record_field *f = &r->field[i];
		memcpy(name, f->name.p, f->name.len);
		name[f->name.len] = '\0';
		if (f->kind == RECORD_INT) {
			record_int(out, name, f->number);
		} else if (f->kind == RECORD_BOOL) {
			record_bool(out, name, f->number != 0);
		} else {
			CHECK_INT(record_get_str(r, name, &scratch, &s, &e),
			    0);
			record_str(out, name, s);
		}
	}
	record_end(out);
}

/*
 * Every byte of a row becomes every other: each is refused, or is a row that
 * is printed and parsed to the same again.  The row itself is a fixed point.
 */
static void
test_mutations(void)
{
	static const char row[] = "{\"seq\":10,\"time\":\"2026-11-22T03:00Z\","
	    "\"p\":\"a\\n\\ud83d\\ude00\xc3\xa9%20\",\"ok\":true,\"n\":-7}\n";
	char line[sizeof(row)], once[300], twice[300];
	struct buf a, b;
	struct record r;
	struct err e;
	int accepted = 0;

	for (size_t at = 0; at < sizeof(row) - 1; at++)
		for (int c = 0; c < 256; c++) {
			memcpy(line, row, sizeof(row));
			line[at] = (char)c;
			struct span s = { line, sizeof(row) - 1 };
			if (record_parse(&r, s, &e) != 0)
				continue;
			accepted++;
			buf_fixed(&a, once, sizeof(once));
			buf_fixed(&b, twice, sizeof(twice));
			print(&a, &r);
			t_row("byte %zu is %d", at, c);
			if (!CHECK_INT(record_parse(&r, buf_as_span(&a), &e),
			    0))
				return;
			print(&b, &r);
			if (!CHECK_STR(twice, once))
				return;
		}
	CHECK(accepted > 1000);
	for (size_t n = 0; n < sizeof(row) - 2; n++)
		CHECK_INT(record_parse(&r, (struct span){ row, n }, &e), -1);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "write", test_write },
		{ "write_strings", test_write_strings },
		{ "write_rejects", test_write_rejects },
		{ "read", test_read },
		{ "read_strings", test_read_strings },
		{ "rejects", test_rejects },
		{ "message", test_message },
		{ "limits", test_limits },
		{ "getters_reject", test_getters_reject },
		{ "mutations", test_mutations },
		{ NULL, NULL }
	};

	return t_main("record", cases);
}
