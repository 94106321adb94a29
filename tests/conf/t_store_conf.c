/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "t.h"

#include "store_conf.h"

/* Settings as "name=value" texts, and what checking them says. */
struct row {
	const char *name;
	const char *set[8];
	enum err_code want;
	const char *want_in_msg;
};

#define HTTPS "endpoint=https://s3.example.org"
#define BUCKET "bucket=backup"
#define PIN "pin=sha256/"
#define PREFIX "key_strategy=path", "key_prefix="

static const struct row rows[] = {
	{ "least", { HTTPS, BUCKET }, ERR_NONE, NULL },
	{ "host", { "endpoint_host=nas.lan:9000", BUCKET }, ERR_NONE, NULL },
	{ "no endpoint", { BUCKET }, ERR_CONFIG_INVALID, "no endpoint" },
	{ "two endpoints", { HTTPS, "endpoint_host=h", BUCKET },
	  ERR_CONFIG_INVALID, "both" },
	{ "no bucket", { HTTPS }, ERR_CONFIG_INVALID, "no bucket" },
	{ "bucket too short", { HTTPS, "bucket=ab" }, ERR_CONFIG_INVALID,
	  "'ab'" },
	{ "bucket too long", { HTTPS, "bucket=0123456789012345678901234567890"
	  "123456789012345678901234567890123" }, ERR_CONFIG_INVALID, "bucket" },
	{ "bucket with a slash", { HTTPS, "bucket=a/bc" }, ERR_CONFIG_INVALID,
	  "bucket" },
	{ "bucket with two dots", { HTTPS, "bucket=a..b" },
	  ERR_CONFIG_INVALID, "bucket" },
	{ "dotted bucket in a path", { HTTPS, "bucket=a.bc" }, ERR_NONE,
	  NULL },
	{ "dotted bucket as a host", { HTTPS, "bucket=a.bc",
	  "addressing=virtual" }, ERR_CONFIG_INVALID, "certificate" },
	{ "dotted bucket as a host, plain", { "endpoint=http://s3.lan",
	  "bucket=a.bc", "addressing=virtual" }, ERR_NONE, NULL },
	{ "bucket before an address", { "endpoint=https://10.0.0.1", BUCKET,
	  "addressing=virtual" }, ERR_CONFIG_INVALID, "IP address" },
	{ "region", { HTTPS, BUCKET, "region=eu-central-1" }, ERR_NONE, NULL },
	{ "region of another kind", { HTTPS, BUCKET, "region=a b" },
	  ERR_CONFIG_INVALID, "region" },
	{ "store_ref", { HTTPS, BUCKET, "store_ref=storage:account:NAS-1" },
	  ERR_NONE, NULL },
	{ "store_ref with a space", { HTTPS, BUCKET, "store_ref=a b" },
	  ERR_CONFIG_INVALID, "records cannot" },
	{ "reference", { HTTPS, BUCKET,
	  "access_key_id_ref=env:WOM_R2_ACCESS_KEY_ID" }, ERR_NONE, NULL },
	{ "file reference", { HTTPS, BUCKET,
	  "secret_access_key_ref=file:/etc/key" }, ERR_NONE, NULL },
	{ "lower case reference", { HTTPS, BUCKET,
	  "access_key_id_ref=env:key" }, ERR_CONFIG_INVALID,
	  "access_key_id_ref" },
	{ "short reference", { HTTPS, BUCKET, "access_key_id_ref=env:AB" },
	  ERR_CONFIG_INVALID, "access_key_id_ref" },
	{ "a secret where its reference belongs", { HTTPS, BUCKET,
	  "secret_access_key_ref=wJalrXUtnFEMI" }, ERR_CONFIG_INVALID,
	  "secret_access_key_ref is not a reference" },
	{ "pin", { HTTPS, BUCKET,
	  PIN "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }, ERR_NONE,
	  NULL },
	{ "short pin", { HTTPS, BUCKET, PIN "47DEQpj8HBSa" },
	  ERR_CONFIG_INVALID, "pin" },
	{ "pin of another hash", { HTTPS, BUCKET,
	  "pin=sha1/2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }, ERR_CONFIG_INVALID,
	  "pin" },
	{ "keys by path", { HTTPS, BUCKET, "key_strategy=path" }, ERR_NONE,
	  NULL },
	{ "keys by path with a prefix", { HTTPS, BUCKET, "key_strategy=path",
	  "key_prefix=a/b.c" }, ERR_NONE, NULL },
	{ "keys by prefix", { HTTPS, BUCKET, "key_strategy=prefix",
	  "key_prefix=a", "key_append_extension=true" }, ERR_NONE, NULL },
	{ "keys by prefix without one", { HTTPS, BUCKET,
	  "key_strategy=prefix" }, ERR_CONFIG_INVALID, "needs a prefix" },
	{ "a prefix of no use", { HTTPS, BUCKET, "key_prefix=a" },
	  ERR_CONFIG_INVALID, "have no prefix" },
	{ "an extension of no use", { HTTPS, BUCKET, "key_strategy=path",
	  "key_append_extension=true" }, ERR_CONFIG_INVALID, "extension" },
	{ "prefix with a slash before", { HTTPS, BUCKET, PREFIX "/a" },
	  ERR_CONFIG_INVALID, "'/a'" },
	{ "prefix with a slash behind", { HTTPS, BUCKET, PREFIX "a/" },
	  ERR_CONFIG_INVALID, "'a/'" },
	{ "prefix with nothing between", { HTTPS, BUCKET, PREFIX "a//b" },
	  ERR_CONFIG_INVALID, "'a//b'" },
	{ "prefix that goes up", { HTTPS, BUCKET, PREFIX "a/../b" },
	  ERR_CONFIG_INVALID, "'a/../b'" },
	{ "prefix with a control", { HTTPS, BUCKET, PREFIX "a\x1f" },
	  ERR_CONFIG_INVALID, "begin with" },
	{ "prefix that is not UTF-8", { HTTPS, BUCKET, PREFIX "a\xff" },
	  ERR_CONFIG_INVALID, "begin with" },
	{ "prefix among our records", { HTTPS, BUCKET, PREFIX "consign/a" },
	  ERR_CONFIG_INVALID, "begin with" },
	{ "prefix that is our records", { HTTPS, BUCKET, PREFIX "consign" },
	  ERR_CONFIG_INVALID, "begin with" },
	{ "prefix beside our records", { HTTPS, BUCKET, PREFIX "consigned" },
	  ERR_NONE, NULL },
	{ "small parts", { HTTPS, BUCKET, "multipart_part_size=5242879" },
	  ERR_CONFIG_INVALID, "5242879" },
	{ "smallest parts", { HTTPS, BUCKET, "multipart_part_size=5M" },
	  ERR_NONE, NULL },
	{ "tiny parts", { HTTPS, BUCKET, "multipart_part_size=1",
	  "allow_tiny_parts=true" }, ERR_NONE, NULL },
};

/* Set one "name=value"; the field must be there. */
static int
set(struct store_conf *sc, const char *text, struct err *e)
{
	struct span name;
	struct span value = span_cut(span_of(text), '=', &name);

	for (const struct field *f = store_conf_fields; f->name != NULL; f++)
		if (span_is(name, f->name))
			return field_set(f, sc, value.p, "", e);
	CHECK_STR("no such field", text);
	return -1;
}

static void
test_check(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct store_conf sc;
		struct endpoint ep;
		struct err e = {0};

		t_row("%s", rows[i].name);
		store_conf_init(&sc);
		for (size_t s = 0; rows[i].set[s] != NULL; s++)
			CHECK_INT(set(&sc, rows[i].set[s], &e), 0);
		CHECK_INT(store_conf_check(&sc, &ep, &e),
		    rows[i].want == ERR_NONE ? 0 : -1);
		CHECK_INT(e.code, rows[i].want);
		if (rows[i].want_in_msg != NULL)
			CHECK(strstr(e.msg, rows[i].want_in_msg) != NULL);
		/* A credential typed by mistake is not repeated. */
		CHECK(strstr(e.msg, "wJalr") == NULL);
	}
}

static void
test_values(void)
{
	static const struct {
		const char *text;
		bool taken;
	} values[] = {
		{ "connect_timeout=10s", true },
		{ "connect_timeout=0s", false },
		{ "connect_timeout=2h", false },
		{ "connect_timeout=ten", false },
		{ "stall_timeout=500ms", true },
		{ "max_attempts=1", true },
		{ "max_attempts=0", false },
		{ "max_attempts=101", false },
		{ "max_attempts=-1", false },
		{ "max_bytes_up=10G", true },
		{ "max_bytes_up=10T", false },
		{ "max_bytes_up=99999999999999999999", false },
		{ "addressing=path", true },
		{ "addressing=Path", false },
		{ "allow_plain_http=true", true },
		{ "allow_plain_http=yes", false },
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct store_conf sc;
		struct err e = {0};

		t_row("%s", values[i].text);
		store_conf_init(&sc);
		CHECK_INT(set(&sc, values[i].text, &e),
		    values[i].taken ? 0 : -1);
		CHECK_INT(e.code,
		    values[i].taken ? ERR_NONE : ERR_CONFIG_INVALID);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "check", test_check },
		{ "values", test_values },
		{ NULL, NULL }
	};

	return t_main("store_conf", cases);
}
