/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count_rng.h"
#include "t.h"

#include "file.h"
#include "hex.h"
#include "key_file.h"

/* The key of RFC 6979, A.2.5, as openssl 3.0 writes it. */
#define HEX "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
#define ID "5a7a78cca4a0f420"
static const char sec1[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49\n"
    "AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8\n"
    "maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END EC PRIVATE KEY-----\n";
static const char with_parameters[] =
    "-----BEGIN EC PARAMETERS-----\n"
    "BggqhkjOPQMBBw==\n"
    "-----END EC PARAMETERS-----\n"
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49\n"
    "AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8\n"
    "maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END EC PRIVATE KEY-----\n";
static const char pkcs8[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX\n"
    "Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth\n"
    "+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ\n"
    "-----END PRIVATE KEY-----\n";
static const char public[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7\n"
    "Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END PUBLIC KEY-----\n";

static char state[64], path[PATH_MAX];
static struct key_file k;

static void
begin(void)
{
	struct err e = {0};

	snprintf(state, sizeof(state), "/tmp/t_key_file.XXXXXX");
	CHECK(mkdtemp(state) != NULL);
	CHECK(key_file_path(path, state, NULL, NULL, &e) == 0);
	CHECK_INT(mkdir(path, 0700), 0);
	CHECK(key_file_path(path, state, "a", KEY_FILE_PRIVATE, &e) == 0);
	CHECK(hex_decode(k.key, sizeof(k.key), span_of(HEX)) == 0);
	CHECK_INT(key_file_complete(&k), 0);
	CHECK_STR(k.id, ID);
}

static void
end(void)
{
	char folder[PATH_MAX];
	struct err e = {0};

	unlink(path);
	CHECK(key_file_path(path, state, "a", KEY_FILE_PUBLIC, &e) == 0);
	unlink(path);
	CHECK(key_file_path(folder, state, NULL, NULL, &e) == 0);
	CHECK_INT(rmdir(folder), 0);
	CHECK_INT(rmdir(state), 0);
}

static void
put(const void *p, size_t n, mode_t mode)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(p, 1, n, f) != n || fclose(f) != 0 ||
	    chmod(path, mode) != 0)
		abort();
}

static void
expect_file(const char *want, unsigned mode)
{
	char got[1024];
	struct stat st;
	FILE *f = fopen(path, "r");
	size_t n;

	if (!CHECK(f != NULL))
		return;
	n = fread(got, 1, sizeof(got), f);
	fclose(f);
	CHECK_MEM(got, n, want, strlen(want));
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == mode);
}

static void
test_write(void)
{
	struct rng *rng = count_rng();
	uint8_t point[ECDSA_POINT_LEN];
	struct key_file read;
	struct err e = {0};
	mode_t mask = umask(0777);

	begin();
	chmod(state, 0700);
	CHECK_INT(key_file_write(&k, state, "a", rng, &e), 0);
	CHECK_STR(e.msg, "");
	umask(mask);
	expect_file(sec1, 0600);
	CHECK_INT(key_file_read(&read, path, &e), 0);
	CHECK_MEM(&read, sizeof(read), &k, sizeof(k));
	CHECK_INT(key_file_write(&k, state, "a", rng, &e), -1);
	CHECK(strstr(e.msg, "exists already") != NULL);
	expect_file(sec1, 0600);
	key_file_wipe(&read);
	CHECK(read.key[0] == 0 && read.id[0] == 0);
	CHECK(key_file_path(path, state, "a", KEY_FILE_PUBLIC, &e) == 0);
	expect_file(public, 0644);
	CHECK_INT(key_file_read_public(point, path, &e), 0);
	CHECK_MEM(point, sizeof(point), k.point, sizeof(k.point));
	CHECK(key_file_path(path, state, "a", KEY_FILE_PRIVATE, &e) == 0);
	end();
}

static void
test_forms(void)
{
	static const char *const texts[] = { sec1, with_parameters, pkcs8 };
	struct key_file read;
	struct err e = {0};

	begin();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		t_row("%zu", i);
		put(texts[i], strlen(texts[i]), 0600);
		CHECK_INT(key_file_read(&read, path, &e), 0);
		CHECK_MEM(&read, sizeof(read), &k, sizeof(k));
		put(texts[i], strlen(texts[i]), 0400);
		CHECK_INT(key_file_read(&read, path, &e), 0);
	}
	end();
}

/* Not one bit may be another, nor a byte be missing or more at the end. */
static void
test_changed(const char *text, bool secret)
{
	char bytes[512];
	size_t n = strlen(text);
	uint8_t point[ECDSA_POINT_LEN];
	struct key_file read;
	struct err e = {0};

	begin();
	for (size_t i = 0; i < 8 * n; i += 5) {
		memcpy(bytes, text, n);
		bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
		t_row("bit %zu", i);
		put(bytes, n, 0600);
		CHECK_INT(secret ? key_file_read(&read, path, &e) :
		    key_file_read_public(point, path, &e), -1);
		CHECK_INT(e.code, ERR_CONFIG_INVALID);
		CHECK(!secret || read.key[0] == 0);
	}
	bytes[n] = '\n';
	for (size_t len = 0; len <= n + 1; len++) {
		t_row("%zu bytes", len);
		memcpy(bytes, text, n);
		put(bytes, len, 0600);
		CHECK_INT(secret ? key_file_read(&read, path, &e) :
		    key_file_read_public(point, path, &e), len == n ? 0 : -1);
	}
	end();
}

static void
test_changed_forms(void)
{
	test_changed(sec1, true);
	test_changed(pkcs8, true);
	test_changed(public, false);
}

static void
test_refused(void)
{
	static const struct {
		mode_t mode;
		int want;
	} rows[] = { { 0600, 0 }, { 0400, 0 }, { 0640, -1 }, { 0604, -1 },
	    { 0620, -1 }, { 0602, -1 }, { 0610, -1 } };
	struct key_file read;
	struct err e = {0};

	begin();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%04o", (unsigned)rows[i].mode);
		put(sec1, strlen(sec1), rows[i].mode);
		CHECK_INT(key_file_read(&read, path, &e), rows[i].want);
		CHECK_INT(e.code, rows[i].want == 0 ? ERR_NONE :
		    ERR_CONFIG_INVALID);
		unlink(path);
	}
	CHECK_INT(key_file_read(&read, state, &e), -1);
	CHECK_INT(e.code, ERR_CONFIG_INVALID);
	CHECK_INT(key_file_read(&read, path, &e), -1);
	CHECK(strstr(e.msg, path) != NULL);
	end();
}

static void
test_list(void)
{
	static struct key_file_names names;
	static struct key_file_ring ring;
	struct err e = {0};

	begin();
	CHECK_INT(key_file_list(&names, "/nowhere", KEY_FILE_PRIVATE, &e), 0);
	CHECK_INT(names.n, 0);
	put(sec1, strlen(sec1), 0600);
	CHECK_INT(key_file_ring(&ring, state, &e), 0);
	CHECK_INT(ring.n, 0);
	CHECK_INT(key_file_list(&names, state, KEY_FILE_PRIVATE, &e), 0);
	CHECK_INT(names.n, 1);
	CHECK_STR(names.name[0], "a");
	unlink(path);
	CHECK(key_file_path(path, state, "a", KEY_FILE_PUBLIC, &e) == 0);
	put(public, strlen(public), 0644);
	CHECK_INT(key_file_ring(&ring, state, &e), 0);
	CHECK_INT(ring.n, 1);
	CHECK_STR(ring.key[0].id, ID);
	CHECK_STR(ring.key[0].name, "a");
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "write", test_write },
		{ "forms", test_forms },
		{ "changed", test_changed_forms },
		{ "refused", test_refused },
		{ "list", test_list },
		{ NULL, NULL }
	};

	return t_main("key_file", cases);
}
