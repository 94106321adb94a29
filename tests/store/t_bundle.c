/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count_rng.h"
#include "hex.h"
#include "t.h"

#include "bundle.h"
#include "form.h"

#define HEX64 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID "20261122t030000z-0123456789ab-0001020304050607"
#define MONTH "receipts/2026-11/"
#define TEXT_MAX 8192

static char folder[32];
static struct guard guard;
static struct bundle_index bundle;	/* large, as is */
static struct bundle_reader reader;
static char text[TEXT_MAX];

/* In no order. */
static const char *const names[] = {
	"writers.yaml", "ledger.jsonl", "keys/a.pub", MONTH "a.json",
	MONTH "b.json", "keys-or-not", "anchors/12",
};
#define NAMES (sizeof(names) / sizeof(names[0]))
#define LOST MONTH ID ".json"

static void
write_file(const char *name, const char *from, size_t n)
{
	FILE *f = fopen(name, "w");

	if (f == NULL || fwrite(from, 1, n, f) != n || fclose(f) != 0)
		abort();
}

static void
add(const char *name)
{
	uint8_t digest[SHA256_LEN];
	char hex[SHA256_HEX_LEN + 1];
	struct err e = {0};

	write_file(name, name, strlen(name));
	sha256_of(digest, name, strlen(name));
	hex_encode(hex, digest, SHA256_LEN);
	CHECK_INT(bundle_index_add(&bundle, &(struct bundle_file){
	    .name = span_of(name), .size_bytes = (int64_t)strlen(name),
	    .sha256 = span_of(hex) }, &e), 0);
}

static void
begin(void)
{
	const struct bundle_head head = { .archive_id = "photos",
	    .time = 1795316400, .rows = 7, .chain = { 1, 2, 3 } };
	struct err e = {0};

	guard_init(&guard);
	snprintf(folder, sizeof(folder), "/tmp/t_bundle.XXXXXX");
	if (mkdtemp(folder) == NULL || chdir(folder) != 0 ||
	    mkdir("keys", 0755) != 0 || mkdir("receipts", 0755) != 0 ||
	    mkdir("receipts/2026-11", 0755) != 0 ||
	    mkdir("anchors", 0755) != 0)
		abort();
	bundle_index_init(&bundle, "beside", count_rng());
	for (size_t i = 0; i < NAMES; i++)
		add(names[i]);
	CHECK_INT(bundle_index_add(&bundle, &(struct bundle_file){
	    .name = span_of(LOST), .size_bytes = FORM_NONE,
	    .sha256 = span_of(HEX64), .lost = span_of("missing") }, &e), 0);
	CHECK_INT(bundle_index_write(&bundle, folder, &head, &guard, &e), 0);
	CHECK_STR(e.msg, "");
	bundle_index_free(&bundle);
}

static void
end(void)
{
	for (size_t i = 0; i < NAMES; i++)
		unlink(names[i]);
	unlink(BUNDLE_INDEX);
	rmdir("keys");
	rmdir("anchors");
	rmdir("receipts/2026-11");
	rmdir("receipts");
	CHECK_INT(rmdir(folder), 0);
}

static size_t
get_index(void)
{
	FILE *f = fopen(BUNDLE_INDEX, "r");
	size_t n;

	if (f == NULL)
		abort();
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	return n;
}

static void
test_whole(void)
{
	struct bundle_found found;
	struct bundle_file f;
	struct err e = {0};
	size_t n = 0;
	int rc;

	begin();
	CHECK_INT(bundle_open(&reader, folder, &e), 0);
	CHECK_STR(reader.head.archive_id, "photos");
	CHECK_INT(reader.head.rows, 7);
	CHECK_INT(reader.head.chain[2], 3);
	while ((rc = bundle_next(&reader, &f, &e)) == 1)
		n++;
	CHECK_INT(rc, 0);
	CHECK_INT(n, NAMES + 1);
	bundle_close(&reader);

	CHECK_INT(bundle_check_index(&found, folder, &e), 0);
	CHECK_INT(found.files, NAMES);
	CHECK_INT(found.receipts, 2);
	CHECK_INT(found.lost, 1);
	CHECK(found.has_writers);
	CHECK_INT(bundle_check_files(folder, &e), 0);
	CHECK_STR(e.msg, "");
	end();
}

/* Each file other, missing, and one more in each folder. */
static void
test_files(void)
{
	static const char *const more[] = { "x", "keys/x", "anchors/x",
	    MONTH "x", "receipts/x", LOST };
	struct err e = {0};

	begin();
	for (size_t i = 0; i < NAMES; i++) {
		size_t n = strlen(names[i]);

		t_row("%s", names[i]);
		for (int way = 0; way < 3; way++) {
			err_clear(&e);
			if (way == 0)
				write_file(names[i], "other", 5);
			else if (way == 1)
				write_file(names[i], names[i], n - 1);
			else
				unlink(names[i]);
			CHECK_INT(bundle_check_files(folder, &e), -1);
			CHECK_INT(e.code, ERR_VERIFICATION_FAILED);
			CHECK(strstr(e.msg, names[i]) != NULL);
		}
		write_file(names[i], names[i], n);
	}
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		t_row("%s", more[i]);
		err_clear(&e);
		write_file(more[i], "x", 1);
		CHECK_INT(bundle_check_files(folder, &e), -1);
		CHECK_INT(e.code, ERR_VERIFICATION_FAILED);
		CHECK(strstr(e.msg, more[i]) != NULL);
		unlink(more[i]);
	}
	err_clear(&e);
	CHECK_INT(symlink("ledger.jsonl", "link"), 0);
	CHECK_INT(bundle_check_files(folder, &e), -1);
	CHECK_INT(unlink("link"), 0);
	CHECK_INT(mkdir(MONTH "deep", 0755), 0);
	CHECK_INT(bundle_check_files(folder, &e), -1);
	CHECK_INT(rmdir(MONTH "deep"), 0);
	CHECK_INT(bundle_check_files(folder, &e), 0);
	end();
}

static void
refuse(size_t n)
{
	struct bundle_found found;
	struct err e = {0};

	write_file(BUNDLE_INDEX, text, n);
	CHECK_INT(bundle_check_index(&found, folder, &e), -1);
	CHECK_INT(e.code, ERR_VERIFICATION_FAILED);
}

/* No bit, and no length, but the one that was written. */
static void
test_index(void)
{
	size_t n;

	begin();
	n = get_index();
	for (size_t i = 0; i < n; i++) {
		t_row("byte %zu", i);
		text[i] ^= (char)(1 << i % 7);
		refuse(n);
		text[i] ^= (char)(1 << i % 7);
	}
	for (size_t i = 0; i < n; i += 7) {
		t_row("cut at %zu", i);
		refuse(i);
	}
	t_row("more");
	text[n] = '\n';
	refuse(n + 1);
	end();
}

/* Well-formed, with the right digest, and all the same not one. */
static void
test_made_up(void)
{
	static const char *const bodies[] = {
		/* twice, not sorted */
		"{\"name\":\"a\",\"size_bytes\":1,\"sha256\":\"" HEX64 "\"}\n"
		"{\"name\":\"a\",\"size_bytes\":1,\"sha256\":\"" HEX64 "\"}\n",
		"{\"name\":\"b\",\"size_bytes\":1,\"sha256\":\"" HEX64 "\"}\n"
		"{\"name\":\"a\",\"size_bytes\":1,\"sha256\":\"" HEX64 "\"}\n",
		/* there and lost, and neither */
		"{\"name\":\"a\",\"size_bytes\":1,\"sha256\":\"" HEX64 "\","
		"\"lost\":\"missing\"}\n",
		"{\"name\":\"a\",\"sha256\":\"" HEX64 "\"}\n",
		/* not so many */
		"{\"name\":\"a\",\"size_bytes\":1,\"sha256\":\"" HEX64 "\"}\n",
	};

	begin();
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		char hex[SHA256_HEX_LEN + 1];
		uint8_t digest[SHA256_LEN];
		size_t n;

		t_row("%zu", i);
		n = (size_t)snprintf(text, sizeof(text), "{\"schema\":\""
		    BUNDLE_SCHEMA "\",\"archive_id\":\"a\",\"time\":\""
		    "2026-11-22T03:00:00Z\",\"rows\":1,\"chain\":\"" HEX64
		    "\"}\n%s", bodies[i]);
		sha256_of(digest, text, n);
		hex_encode(hex, digest, SHA256_LEN);
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "{\"files\":2,\"lost\":0,\"index_sha256\":\"%s\"}\n",
		    hex);
		refuse(n);
	}
	end();
}

/* More than the sorter holds in memory. */
static void
test_many(void)
{
	const struct bundle_head head = { .archive_id = "a", .rows = 1 };
	struct bundle_found found;
	struct err e = {0};
	char name[32];

	begin();
	bundle_index_init(&bundle, "beside", count_rng());
	for (int i = 0; i < 3 * SORTER_CHUNK; i++) {
		snprintf(name, sizeof(name), "receipts/%08d", i * 7919 %
		    (3 * SORTER_CHUNK));
		if (bundle_index_add(&bundle, &(struct bundle_file){
		    .name = span_of(name), .size_bytes = FORM_NONE,
		    .sha256 = span_of(HEX64), .lost = span_of("missing") },
		    &e) != 0)
			break;
	}
	CHECK_STR(e.msg, "");
	unlink(BUNDLE_INDEX);
	CHECK_INT(bundle_index_write(&bundle, folder, &head, &guard, &e), 0);
	bundle_index_free(&bundle);
	CHECK_INT(bundle_check_index(&found, folder, &e), 0);
	CHECK_STR(e.msg, "");
	CHECK_INT(found.lost, 3 * SORTER_CHUNK);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "whole", test_whole },
		{ "files", test_files },
		{ "index", test_index },
		{ "made_up", test_made_up },
		{ "many", test_many },
		{ NULL, NULL }
	};

	return t_main("bundle", cases);
}
