/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "t.h"

#include "keyname.h"

#define HEX "3f78aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define L64 "0123456789012345678901234567890123456789012345678901234567890123"

static const struct keyname_limits s3 = { 1024, 0, false };
static const struct keyname_limits r2 = { 1024, 0, true };
static const struct keyname_limits minio = { 1024, 60, false };
static const struct keyname_limits tiny = { 20, 0, false };

struct row {
	const char *name;
	const struct keyname_limits *limits;
	enum keyname_strategy strategy;
	const char *prefix, *path;
	const char *want;		/* NULL: refused */
};

static const struct row rows[] = {
	{ "sha256", &s3, KEYNAME_SHA256, NULL, "main/a b",
	  "sha256/3f/" HEX },
	{ "sha256 has no prefix", &s3, KEYNAME_SHA256, "p", "main/a",
	  "sha256/3f/" HEX },
	{ "sha256 of any name", &r2, KEYNAME_SHA256, NULL, "main/\xff\n",
	  "sha256/3f/" HEX },
	{ "prefix", &s3, KEYNAME_PREFIX, "nas/photos", "main/a.jpg",
	  "nas/photos/" HEX ".jpg" },
	{ "prefix, none given", &s3, KEYNAME_PREFIX, NULL, "main/a.jpg",
	  HEX ".jpg" },
	{ "two extensions", &s3, KEYNAME_PREFIX, "p", "main/a.tar.gz",
	  "p/" HEX ".gz" },
	{ "no extension", &s3, KEYNAME_PREFIX, "p", "main/a", "p/" HEX },
	{ "a folder's dot", &s3, KEYNAME_PREFIX, "p", "main/a.d/b",
	  "p/" HEX },
	{ "a name that is all extension", &s3, KEYNAME_PREFIX, "p",
	  "main/.profile", "p/" HEX },
	{ "a dot at the end", &s3, KEYNAME_PREFIX, "p", "main/a.",
	  "p/" HEX },
	{ "an odd extension", &s3, KEYNAME_PREFIX, "p", "main/a.b c",
	  "p/" HEX },
	{ "a long extension", &s3, KEYNAME_PREFIX, "p",
	  "main/a.abcdefghijklmnopq", "p/" HEX },
	{ "path", &s3, KEYNAME_PATH, "nas", "main/2026/a b.jpg",
	  "nas/main/2026/a b.jpg" },
	{ "path without prefix", &s3, KEYNAME_PATH, NULL, "main/a",
	  "main/a" },
	{ "path in UTF-8", &s3, KEYNAME_PATH, NULL, "main/\xc3\xbc",
	  "main/\xc3\xbc" },
	{ "path in UTF-8 on R2", &r2, KEYNAME_PATH, NULL, "main/\xc3\xbc",
	  NULL },
	{ "path in ASCII on R2", &r2, KEYNAME_PATH, NULL, "main/u", "main/u" },
	{ "among our records", &s3, KEYNAME_PATH, NULL, "consign/a", NULL },
	{ "beside them", &s3, KEYNAME_PATH, NULL, "consigned/a",
	  "consigned/a" },
	{ "not UTF-8", &s3, KEYNAME_PATH, NULL, "main/\xff", NULL },
	{ "control byte", &s3, KEYNAME_PATH, NULL, "main/a\nb", NULL },
	{ "DEL", &s3, KEYNAME_PATH, NULL, "main/a\x7f", NULL },
	{ "dot", &s3, KEYNAME_PATH, NULL, "main/./a", NULL },
	{ "two dots", &s3, KEYNAME_PATH, NULL, "main/../a", NULL },
	{ "three dots", &s3, KEYNAME_PATH, NULL, "main/.../a",
	  "main/.../a" },
	{ "empty part", &s3, KEYNAME_PATH, NULL, "main//a", NULL },
	{ "slash at the end", &s3, KEYNAME_PATH, NULL, "main/a/", NULL },
	{ "slash in front", &s3, KEYNAME_PATH, NULL, "/main/a", NULL },
	{ "a long part", &s3, KEYNAME_PATH, NULL, "main/" L64, "main/" L64 },
	{ "a part too long", &minio, KEYNAME_PATH, NULL, "main/" L64, NULL },
	{ "as long as can be", &tiny, KEYNAME_PATH, NULL,
	  "main/0123456789abcde", "main/0123456789abcde" },
	{ "one too long", &tiny, KEYNAME_PATH, NULL,
	  "main/0123456789abcdef", NULL },
};

static void
test_keys(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct keyname k = { .strategy = r->strategy,
		    .hex = span_of(HEX), .path = span_of(r->path),
		    .extension = true };
		char key[2048];
		struct err e = {0};
		struct buf b;
		int rc;

		t_row("%s", r->name);
		if (r->prefix != NULL)
			k.prefix = span_of(r->prefix);
		buf_fixed(&b, key, sizeof(key));
		rc = keyname_make(&b, &k, r->limits, &e);
		CHECK_INT(rc, r->want != NULL ? 0 : -1);
		CHECK_INT(e.code, r->want != NULL ? ERR_NONE : ERR_PLAN_UNFIT);
		if (r->want != NULL)
			CHECK_STR(key, r->want);
	}
}

static void
test_without_extension(void)
{
	struct keyname k = { .strategy = KEYNAME_PREFIX,
	    .prefix = span_of("p"), .hex = span_of(HEX),
	    .path = span_of("main/a.jpg") };
	char key[128];
	struct err e = {0};
	struct buf b;

	buf_fixed(&b, key, sizeof(key));
	CHECK_INT(keyname_make(&b, &k, &s3, &e), 0);
	CHECK_STR(key, "p/" HEX);
}

static void
test_names(void)
{
	CHECK_STR(keyname_strategy_name(KEYNAME_SHA256), "sha256");
	CHECK_STR(keyname_strategy_name(KEYNAME_PREFIX), "prefix");
	CHECK_STR(keyname_strategy_name(KEYNAME_PATH), "path");
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "keys", test_keys },
		{ "without extension", test_without_extension },
		{ "names", test_names },
		{ NULL, NULL }
	};

	return t_main("keyname", cases);
}
