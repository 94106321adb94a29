/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "buf.h"

#include "t.h"

#include "yaml_walk.h"

#define BOM "\xef\xbb\xbf"

/* A document, and what the visitor is told: "a{a/b=text", "a[=one=two". */
static const struct {
	const char *name;
	const char *document;
	const char *want;
} taken[] = {
	{ "pair", "a: b\n", "a=b" },
	{ "no newline at the end", "a: b", "a=b" },
	{ "pairs", "a: b\nc: d\n", "a=bc=d" },
	{ "CR LF", "a: b\r\nc: d\r\n", "a=bc=d" },
	{ "byte order mark", BOM "a: b\n", "a=b" },
	{ "document marks", "---\na: b\n...\n", "a=b" },
	{ "mapping", "a:\n  b: c\nd: e\n", "a{a/b=cd=e" },
	{ "three deep", "a:\n  b:\n    c: d\n  e:\n    c: f\n",
	  "a{a/b{a/b/c=da/e{a/e/c=f" },
	{ "list", "a:\n  - b\n  - c\nd: e\n", "a[=b=cd=e" },
	{ "list not indented", "a:\n- b\n- c\nd: e\n", "a[=b=cd=e" },
	{ "flow list", "a: [b, c]\nd: e\n", "a[=b=cd=e" },
	{ "flow list on lines", "a: [b,\n  c,\n  ]\nd: e\n", "a[=b=cd=e" },
	{ "empty list", "a: []\nd: e\n", "a[d=e" },
	{ "flow mapping", "{a: {b: c}, d: e}", "a{a/b=cd=e" },
	{ "empty mapping", "a: {}\nd: e\n", "a{d=e" },
	{ "top empty", "{}", "" },
	{ "same key elsewhere", "a:\n  a: b\nc:\n  a: d\n",
	  "a{a/a=bc{c/a=d" },
	{ "quotes", "a: 'b: # c'\nd: \"e\"\n", "a=b: # cd=e" },
	{ "quoted key", "'a': b\n", "a=b" },
	{ "quoted glob", "a: ['*.jpg', \"!x\", '&']\n", "a[=*.jpg=!x=&" },
	{ "quote in quotes", "a: 'it''s'\n", "a=it's" },
	{ "escapes", "a: \"\\x41\\u00e4\\t\\\"\\n\"\n",
	  "a=A\xc3\xa4\t\"\n" },
	{ "longest escape", "a: \"\\L\\P\\L\\P\\L\\P\\L\\P\"",
	  "a=\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xa8\xe2\x80\xa9"
	  "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xa8\xe2\x80\xa9" },
	{ "shortest texts", "{a: [b,c,d,e,f,g]}", "a[=b=c=d=e=f=g" },
	{ "comments", "# x\na: b # y\n# z\n", "a=b" },
	{ "number sign", "a: b#c\n", "a=b#c" },
	{ "spaces in a text", "a: b c  d\n", "a=b c  d" },
	{ "colon in a text", "a: env:NAME\n", "a=env:NAME" },
	{ "texts of YAML's types", "a: yes\nb: 0x10\nc: 010\nd: 1e3\n",
	  "a=yesb=0x10c=010d=1e3" },
	{ "quoted null", "a: '~'\nb: \"null\"\n", "a=~b=null" },
	{ "UTF-8", "a: \xc3\xa4\xf0\x9f\x92\xbe\n",
	  "a=\xc3\xa4\xf0\x9f\x92\xbe" },
	{ "explicit key", "? a\n: b\n", "a=b" },
};

/* A document, where it is wrong, and how the message goes on. */
static const struct {
	const char *name;
	const char *document;
	const char *want_place;
	const char *want_in_msg;
} refused[] = {
	{ "empty", "", "1:1", "nothing in it" },
	{ "byte order mark only", BOM, "1:1", "nothing in it" },
	{ "blank", "\n\n", "3:1", "nothing in it" },
	{ "comment only", "# a: b\n", "2:1", "nothing in it" },
	{ "null document", "---\n", "2:1", "must be a mapping" },
	{ "text", "a\n", "1:1", "must be a mapping" },
	{ "list at the top", "- a\n", "1:1", "must be a mapping" },
	{ "two documents", "a: b\n---\nc: d\n", "2:1", "one document" },
	{ "directive", "%YAML 1.1\n---\na: b\n", "1:1", "directives" },
	{ "tag directive", "%TAG !x! tag:x,2026:\n---\na: b\n", "1:1",
	  "directives" },
	{ "anchor", "a: &x b\n", "1:4", "anchors" },
	{ "anchor of a mapping", "a: &x\n  b: c\n", "1:4", "anchors" },
	{ "anchor of a list", "a: &x [b]\n", "1:4", "anchors" },
	{ "alias", "a: *x\n", "1:4", "aliases" },
	{ "alias as a key", "a: b\n*x : c\n", "2:1", "aliases" },
	{ "glob as an alias", "a: [*.jpg]\n", "1:6", "aliases" },
	{ "glob as two aliases", "a: **/x\n", "1:5", "aliases" },
	{ "tag", "a: !!str b\n", "1:4", "tags" },
	{ "tag of a mapping", "a: !x {b: c}\n", "1:4", "tags" },
	{ "tag of a list", "a: !x [b]\n", "1:4", "tags" },
	{ "tag of the top", "!x\na: b\n", "1:1", "tags" },
	{ "tag alone", "a: !\n", "1:4", "tags" },
	{ "unknown tag handle", "a: !x!y b\n", "1:4", "tag" },
	{ "merge key", "a: b\n<<: c\n", "2:1", "'<<' cannot be a key" },
	{ "key with a space", "a b: c\n", "1:1", "'a b' cannot" },
	{ "key beyond ASCII", "\xc3\xa4: c\n", "1:1", "cannot be a key" },
	{ "empty key", "'': c\n", "1:1", "a key is missing" },
	{ "no key", ": c\n", "1:1", "key" },
	{ "key twice", "a: b\nc: d\na: e\n", "3:1", "'a' is given twice" },
	{ "key twice below", "a:\n  b: c\n  b: d\n", "3:3", "twice" },
	{ "key twice, escaped", "a: b\n\"\\x61\": c\n", "2:1", "twice" },
	{ "mapping as a key", "{a: b}: c\n", "1:1", "mapping" },
	{ "list as a key", "a: b\n[c]: d\n", "2:1", "list" },
	{ "no value", "a:\nb: c\n", "1:3", "a value is missing" },
	{ "no value at the end", "a: b\nc:", "2:3", "a value is missing" },
	{ "no colon", "a: b\nc\n", "3:1", "':'" },
	{ "empty value", "a: ''\n", "1:4", "a value is missing" },
	{ "tilde", "a: ~\n", "1:4", "a value is missing" },
	{ "null", "a: null\n", "1:4", "a value is missing" },
	{ "no item", "a:\n  -\n  - b\n", "2:4", "a value is missing" },
	{ "four deep", "a:\n  b:\n    c:\n      d: e\n", "4:7", "too deep" },
	{ "list in a list", "a: [[b]]\n", "1:5", "a list is not expected" },
	{ "mapping in a list", "a:\n  - b: c\n", "2:5",
	  "a mapping is not expected" },
	{ "pair in a flow list", "a: [b: c]\n", "1:5", "a mapping is not" },
	{ "literal block", "a: |\n  b\n", "1:4", "one line" },
	{ "folded block", "a: >\n  b\n  c\n", "1:4", "one line" },
	{ "text on two lines", "a: b\n  c\n", "1:4", "one line" },
	{ "quoted on two lines", "a: 'b\n  c'\n", "1:4", "one line" },
	{ "indented wrongly", "a: b\n  c: d\n", "1:4", "one line" },
	{ "colons", "a: b: c\n", "1:5", "" },
	{ "open quote", "a: 'b\n", "2:1", "" },
	{ "open list", "a: [b\n", "2:1", "" },
	{ "open mapping", "{a: b", "2:1", "" },
	{ "unknown escape", "a: \"\\q\"\n", "1:5", "" },
	{ "reserved mark", "a: @b\n", "1:4", "" },
	{ "NUL, escaped", "a: \"b\\0\"\n", "1:4", "NUL" },
	{ "control", "a: b\nc: \x01\n", "2:4", "control" },
	{ "DEL", "a: \x7f\n", "1:4", "control" },
	{ "C1 control", "a: \xc2\x9b\n", "1:4", "control" },
	{ "not UTF-8", "a: b\nc: \xe4\n", "2:4", "UTF-8" },
	{ "place in characters", "a: \xc3\xa4\xff\n", "1:5", "UTF-8" },
	{ "overlong", "a: \xc0\xaf\n", "1:4", "UTF-8" },
	{ "surrogate", "a: \xed\xa0\x80\n", "1:4", "Unicode" },
	{ "UTF-16", "\xff\xfe" "a", "1:1", "UTF-8" },
	{ "tab", "a:\n\tb: c\n", "2:1", "a tab" },
	{ "tab in quotes", "a: 'b\tc'\n", "1:6", "a tab" },
	{ "tab in a comment", "a: b #\tc\n", "1:7", "a tab" },
	{ "CR", "a: b\rc: d\n", "1:5", "carriage return" },
	{ "CR at the end", "a: b\r", "1:5", "carriage return" },
	{ "NEL", "a: b\xc2\x85" "c: d\n", "1:5", "line end" },
	{ "LS", "a: b\xe2\x80\xa8" "c: d\n", "1:5", "line end" },
	{ "PS", "a: b\xe2\x80\xa9" "c: d\n", "1:5", "line end" },
	{ "byte order mark inside", "a: b\n" BOM "c: d\n", "2:1",
	  "byte order mark" },
	{ "byte order mark twice", BOM BOM "a: b\n", "1:1",
	  "byte order mark" },
};

/* A visitor that writes down what it is told. */
static int
note_key(void *context, const struct yaml_place *at, struct err *e)
{
	(void)e;
	for (int i = 0; i < at->depth; i++)
		buf_printf(context, "%s%s", i > 0 ? "/" : "", at->key[i]);
	return 0;
}

static int
note_mapping(void *context, const struct yaml_place *at, struct err *e)
{
	(void)at;
	(void)e;
	buf_putc(context, '{');
	return 0;
}

static int
note_list(void *context, const struct yaml_place *at, struct err *e)
{
	(void)at;
	(void)e;
	buf_putc(context, '[');
	return 0;
}

static int
note_scalar(void *context, const struct yaml_place *at, const char *text,
    struct err *e)
{
	(void)at;
	(void)e;
	buf_printf(context, "=%s", text);
	return 0;
}

static int
walk(struct span document, struct buf *notes, struct err *e)
{
	const struct yaml_visitor visitor = { note_key, note_mapping,
	    note_list, note_scalar, notes };
	struct yaml_texts texts;
	int rc = yaml_walk(document, &visitor, &texts, e);

	CHECK(texts.used <= texts.size);
	yaml_walk_free(&texts);
	yaml_walk_free(&texts);
	return rc;
}

static void
test_taken(void)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		char said[256];
		struct buf notes;
		struct err e = {0};

		t_row("%s", taken[i].name);
		buf_fixed(&notes, said, sizeof(said));
		CHECK_INT(walk(span_of(taken[i].document), &notes, &e), 0);
		CHECK_STR(e.msg, "");
		CHECK_STR(notes.data, taken[i].want);
	}
}

static void
test_refused(void)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		char said[256], want[32];
		struct buf notes, place;
		struct err e = {0};

		t_row("%s", refused[i].name);
		buf_fixed(&notes, said, sizeof(said));
		buf_fixed(&place, want, sizeof(want));
		buf_printf(&place, "%s: ", refused[i].want_place);
		CHECK_INT(walk(span_of(refused[i].document), &notes, &e), -1);
		CHECK_INT(e.code, ERR_CONFIG_INVALID);
		if (!CHECK(strncmp(e.msg, place.data, place.len) == 0) ||
		    !CHECK(strstr(e.msg, refused[i].want_in_msg) != NULL))
			CHECK_STR(e.msg, refused[i].want_place);
	}
}

/* A byte NUL, and no bytes at all, cannot be C strings. */
static void
test_bytes(void)
{
	static const char nul[] = "a: b\nc\0: d\n";
	char said[64];
	struct buf notes;
	struct err e = {0};

	buf_fixed(&notes, said, sizeof(said));
	CHECK_INT(walk((struct span){ nul, sizeof(nul) - 1 }, &notes, &e),
	    -1);
	CHECK_STR(e.msg, "2:2: control characters are not allowed");
	CHECK_INT(walk((struct span){ NULL, 0 }, &notes, &e), -1);
	CHECK_STR(e.msg, "1:1: there is nothing in it");
}

/* Before repeated n times, then after: what comes of it. */
static int
walk_repeated(const char *before, size_t n, const char *after, struct err *e)
{
	static char said[2 * YAML_WALK_SIZE];
	struct buf notes, document;
	int rc;

	buf_fixed(&notes, said, sizeof(said));
	buf_init(&document, 2 * YAML_WALK_SIZE);
	for (size_t i = 0; i < n; i++)
		buf_puts(&document, before);
	buf_puts(&document, after);
	CHECK(buf_ok(&document));
	rc = walk(buf_as_span(&document), &notes, e);
	buf_free(&document);
	return rc;
}

static void
test_large(void)
{
	struct buf keys;
	struct err e = {0};

	CHECK_INT(walk_repeated("#", YAML_WALK_SIZE - 5, "\na: b\n", &e), -1);
	CHECK_STR(e.msg, "262145 bytes are more than 262144");
	e = (struct err){0};
	CHECK_INT(walk_repeated("# 34567\n", YAML_WALK_SIZE / 8 - 1,
	    "a: bcde\n", &e), 0);
	CHECK_STR(e.msg, "");
	CHECK_INT(walk_repeated("[", YAML_WALK_SIZE, "", &e), -1);
	CHECK_STR(e.msg, "1:1: the top must be a mapping");
	CHECK_INT(walk_repeated("{", YAML_WALK_SIZE, "", &e), -1);
	CHECK_STR(e.msg, "1:2: a mapping is not expected here");
	CHECK_INT(walk_repeated("{a: ", YAML_WALK_SIZE / 4, "", &e), -1);
	CHECK_STR(e.msg, "1:13: mappings are nested too deep");
	CHECK_INT(walk_repeated("\"\\L\"", YAML_WALK_SIZE / 4, "", &e), -1);

	buf_init(&keys, YAML_WALK_SIZE);
	for (int i = 0; i <= YAML_WALK_KEYS; i++) {
		buf_printf(&keys, "k%d: v\n", i);
		if (i < YAML_WALK_KEYS - 1)
			continue;
		e = (struct err){0};
		CHECK_INT(walk_repeated("", 0, keys.data, &e),
		    i < YAML_WALK_KEYS ? 0 : -1);
	}
	CHECK_STR(e.msg, "129:1: too many keys in one place");
	buf_free(&keys);
}

/* A visitor that refuses what it is told. */
static int
refuse(void *context, const struct yaml_place *at, struct err *e)
{
	(void)context;
	(void)at;
	return err_set(e, ERR_CONFIG_INVALID, "no");
}

static int
refuse_scalar(void *context, const struct yaml_place *at, const char *text,
    struct err *e)
{
	(void)text;
	return refuse(context, at, e);
}

static void
test_visitor_refuses(void)
{
	static const struct {
		const char *name, *document, *want;
		struct yaml_visitor visitor;
	} rows[] = {
		{ "key", "a: b\nc:\n  d: e\n", "1:1: no",
		  { .key = refuse } },
		{ "scalar", "a: b\nc:\n  d: e\n", "1:4: no",
		  { .scalar = refuse_scalar } },
		{ "mapping", "a: b\nc:\n  d: e\n", "3:3: no",
		  { .mapping = refuse } },
		{ "list", "a: b\nc: [d, e]\n", "2:4: no",
		  { .list = refuse } },
		{ "item", "c: [d, e]\n", "1:5: no",
		  { .scalar = refuse_scalar } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct yaml_visitor v = rows[i].visitor;
		char said[64];
		struct yaml_texts texts;
		struct buf notes;
		struct err e = {0};

		t_row("%s", rows[i].name);
		v.context = &notes;
		buf_fixed(&notes, said, sizeof(said));
		v.key = v.key != NULL ? v.key : note_key;
		v.list = v.list != NULL ? v.list : note_list;
		v.mapping = v.mapping != NULL ? v.mapping : note_mapping;
		v.scalar = v.scalar != NULL ? v.scalar : note_scalar;
		CHECK_INT(yaml_walk(span_of(rows[i].document), &v, &texts,
		    &e), -1);
		CHECK_STR(e.msg, rows[i].want);
		yaml_walk_free(&texts);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "taken", test_taken },
		{ "refused", test_refused },
		{ "bytes", test_bytes },
		{ "large", test_large },
		{ "visitor_refuses", test_visitor_refuses },
		{ NULL, NULL }
	};

	return t_main("yaml_walk", cases);
}
