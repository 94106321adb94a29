/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "t.h"

#include "hex.h"
#include "keymap.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C64 "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define UPPER "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ID "sha256:"

/* --- The binding rule: keys of the object A64 ----------------------------- */

static const struct bound {
	const char *key;
	enum err_code want;
} bound[] = {
	{ "photos/2019.tar", ERR_NONE },
	{ "sha256/aa/" A64, ERR_NONE },
	{ A64 ".tar", ERR_NONE },
	{ "x/" UPPER, ERR_NONE },
	{ A64 "/" A64, ERR_NONE },
	{ "sha256/bb/" B64, ERR_PLAN_UNFIT },
	{ B64, ERR_PLAN_UNFIT },
	{ A64 "/" B64, ERR_PLAN_UNFIT },
	{ B64 "/" A64, ERR_PLAN_UNFIT },
	{ "g" B64 "g", ERR_PLAN_UNFIT },
	/* Neither shorter nor longer ones are digests. */
	{ B64 "b", ERR_NONE },
	{ "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", ERR_NONE },
	{ "consign/x", ERR_PLAN_UNFIT },
	{ "consignment/x", ERR_NONE },
	{ "", ERR_PLAN_UNFIT },
	{ "a\nb", ERR_PLAN_UNFIT },
	{ "\xff", ERR_PLAN_UNFIT },
};

static void
test_binding(void)
{
	uint8_t digest[SHA256_LEN];

	CHECK(hex_decode(digest, SHA256_LEN, span_of(A64)) == 0);
	for (size_t i = 0; i < sizeof(bound) / sizeof(bound[0]); i++) {
		struct err e = {0};

		t_row("%s", bound[i].key);
		CHECK_INT(keymap_check(span_of(bound[i].key), digest, &e),
		    bound[i].want == ERR_NONE ? 0 : -1);
		CHECK_INT(e.code, bound[i].want);
	}
}

/* --- Files ---------------------------------------------------------------- */

static const struct row {
	const char *name, *text;
	enum err_code want;
	const char *want_a, *want_b;	/* keys; NULL: none */
	const char *want_in_message;
} rows[] = {
	{ "one", ID A64 "\tk\n", ERR_NONE, "k", NULL, NULL },
	{ "two", ID B64 "\tl\n" ID A64 "\tk\n", ERR_NONE, "k", "l", NULL },
	{ "no last line feed", ID A64 "\tk", ERR_NONE, "k", NULL, NULL },
	{ "byte order mark", "\xef\xbb\xbf" ID A64 "\tk\n", ERR_NONE, "k",
	  NULL, NULL },
	{ "carriage returns", ID A64 "\tk\r\n" ID B64 "\tl\r\n", ERR_NONE,
	  "k", "l", NULL },
	{ "JSON", "{\"object_id\":\"" ID A64 "\",\"size_bytes\":1,"
	  "\"remote_key\":\"k\\\"\"}\n" ID B64 "\tl\n", ERR_NONE, "k\"", "l",
	  NULL },
	{ "escapes", ID A64 "\ta%25 %0A\n", ERR_PLAN_UNFIT, NULL, NULL,
	  "line 1: " },
	{ "percent", ID A64 "\ta%25b\n", ERR_NONE, "a%b", NULL, NULL },
	{ "a tab in the key", ID A64 "\ta\tb\n", ERR_CONFIG_INVALID, NULL,
	  NULL, "line 1: " },
	{ "twice the same", ID A64 "\tk\n" ID A64 "\tk\n", ERR_NONE, "k",
	  NULL, NULL },
	{ "empty", "", ERR_CONFIG_INVALID, NULL, NULL, "empty" },
	{ "only a mark", "\xef\xbb\xbf", ERR_CONFIG_INVALID, NULL, NULL,
	  NULL },
	{ "an empty line", ID A64 "\tk\n\n", ERR_CONFIG_INVALID, NULL, NULL,
	  "line 2: " },
	{ "a comment", "# keys\n", ERR_CONFIG_INVALID, NULL, NULL,
	  "line 1: " },
	{ "no tab", ID A64 " k\n", ERR_CONFIG_INVALID, NULL, NULL,
	  "line 1: " },
	{ "no key", ID A64 "\t\n", ERR_CONFIG_INVALID, NULL, NULL,
	  "line 1: " },
	{ "no id", "\tk\n", ERR_CONFIG_INVALID, NULL, NULL, "line 1: " },
	{ "short id", ID "aa\tk\n", ERR_CONFIG_INVALID, NULL, NULL,
	  "line 1: " },
	{ "upper case id", ID UPPER "\tk\n", ERR_CONFIG_INVALID, NULL, NULL,
	  "line 1: " },
	{ "no JSON", ID A64 "\tk\n{\n", ERR_CONFIG_INVALID, NULL, NULL,
	  "line 2: " },
	{ "JSON without a key", "{\"object_id\":\"" ID A64 "\"}\n",
	  ERR_CONFIG_INVALID, NULL, NULL, "line 1: " },
	{ "JSON with a number", "{\"object_id\":\"" ID A64 "\","
	  "\"remote_key\":1}\n", ERR_CONFIG_INVALID, NULL, NULL,
	  "line 1: " },
	{ "one object, two keys", ID A64 "\tk\n" ID B64 "\tl\n" ID A64
	  "\tm\n", ERR_CONFIG_INVALID, NULL, NULL, "lines 1 and 3: " },
	{ "two objects, one key", ID B64 "\tl\n" ID A64 "\tk\n" ID C64
	  "\tl\n", ERR_CONFIG_INVALID, NULL, NULL, "lines 1 and 3: " },
	{ "another's digest", ID A64 "\tk\n" ID B64 "\tsha256/cc/" C64 "\n",
	  ERR_PLAN_UNFIT, NULL, NULL, "line 2: " },
};

static char path[] = "/tmp/t_keymap.XXXXXX";

static void
check_key(const struct keymap *map, const char *hex, const char *want)
{
	uint8_t digest[SHA256_LEN];
	struct span key;

	CHECK(hex_decode(digest, SHA256_LEN, span_of(hex)) == 0);
	if (!CHECK_INT(keymap_find(map, digest, &key), want != NULL) ||
	    want == NULL)
		return;
	CHECK_MEM(key.p, key.len, want, strlen(want));
}

static void
write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	if (CHECK(f != NULL)) {
		CHECK(fputs(text, f) >= 0);
		CHECK(fclose(f) == 0);
	}
}

static void
test_files(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct keymap map = { .n = 0 };
		struct err e = {0};

		t_row("%s", r->name);
		write_file(r->text);
		CHECK_INT(keymap_load(&map, path, &e),
		    r->want == ERR_NONE ? 0 : -1);
		CHECK_INT(e.code, r->want);
		if (r->want_in_message != NULL)
			CHECK(strstr(e.msg, r->want_in_message) != NULL);
		if (r->want == ERR_NONE) {
			check_key(&map, A64, r->want_a);
			check_key(&map, B64, r->want_b);
			check_key(&map, C64, NULL);
		}
		keymap_free(&map);
	}
}

static void
test_no_file(void)
{
	struct keymap map = { .n = 0 };
	struct err e = {0};

	CHECK_INT(keymap_load(&map, "/nonexistent/map", &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	keymap_free(&map);
	keymap_free(&map);
}

/* As many objects as are taken, then one more. */
static void
test_many(void)
{
	FILE *f = fopen(path, "w");
	struct keymap map = { .n = 0 };
	struct err e = {0};

	if (!CHECK(f != NULL))
		return;
	for (int i = 0; i < KEYMAP_ROWS_MAX; i++)
		fprintf(f, ID "%064x\tk%d\n", i, i);
	CHECK(fflush(f) == 0);
	CHECK_INT(keymap_load(&map, path, &e), 0);
	CHECK_INT((int64_t)map.n, KEYMAP_ROWS_MAX);
	keymap_free(&map);
	fprintf(f, ID A64 "\tk\n");
	CHECK(fclose(f) == 0);
	CHECK_INT(keymap_load(&map, path, &e), -1);
	CHECK_INT(e.code, ERR_CONFIG_INVALID);
	CHECK(strstr(e.msg, "line 200001: ") != NULL);
	keymap_free(&map);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "binding", test_binding },
		{ "files", test_files },
		{ "no-file", test_no_file },
		{ "many", test_many },
		{ NULL, NULL }
	};
	int fd = mkstemp(path), rc;

	if (fd < 0)
		return 1;
	close(fd);
	rc = t_main("keymap", cases);
	unlink(path);
	return rc;
}
