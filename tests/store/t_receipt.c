/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count_rng.h"
#include "t.h"

#include "form.h"
#include "receipt.h"

#define NOW 1795316400	/* 2026-11-22T03:00:00Z */
#define S(text) { text, sizeof(text) - 1 }
#define HEX64 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID "20261122t030000z-0123456789ab-0001020304050607"

static char state[32];
static struct guard guard;
static struct receipt_room room;	/* large */
static struct receipt_batch batch;	/* large */

static const struct receipt sample = {
	.receipt_id = S(ID),
	.archive_id = S("photos"),
	.operation = S("upload_object"),
	.object_id = S("sha256:" HEX64),
	.size_bytes = 5,
	.path = S("main/\"a\"%0A"),
	.provider_kind = S("generic-s3"),
	.store_ref = S("storage:account:a"),
	.key_strategy = S("sha256"),
	.key_hint = S("sha256/01/" HEX64),
	.remote_key = S("sha256/01/" HEX64),
	.etag = S("etag"),
	.result_status = S("uploaded"),
	.proof = S("rehash"),
	.bytes_uploaded = 5,
	.bytes_verified = 6,
	.class_a_requests = 1,
	.class_b_requests = 3,
	.free_requests = 0,
	.part_count = FORM_NONE,
	.part_size_bytes = FORM_NONE,
	.attempts = 1,
	.backoff_ms_total = 7,
	.last_status_class = S("2xx"),
	.started_at = NOW,
	.proven_at = NOW + 1,
	.reviewed_by = S("kim"),
	.approved = true,
	.availability_from = S("none"),
	.availability_to = S("consign_uploaded"),
	.forced_reupload = false,
	.unproven_against_live_provider = true,
	.ledger_seq = 12,
	.tool_version = S("0.2.0"),
};

static const char sample_text[] =
    "{\"schema\":\"consign.receipt.v1\",\"receipt_id\":\"" ID "\","
    "\"archive_id\":\"photos\",\"operation\":\"upload_object\","
    "\"object_id\":\"sha256:" HEX64 "\",\"size_bytes\":5,"
    "\"path\":\"main/\\\"a\\\"%0A\",\"provider_kind\":\"generic-s3\","
    "\"store_ref\":\"storage:account:a\",\"key_strategy\":\"sha256\","
    "\"key_hint\":\"sha256/01/" HEX64 "\","
    "\"remote_key\":\"sha256/01/" HEX64 "\",\"etag\":\"etag\","
    "\"result_status\":\"uploaded\",\"proof\":\"rehash\","
    "\"bytes_uploaded\":5,\"bytes_verified\":6,\"class_a_requests\":1,"
    "\"class_b_requests\":3,\"free_requests\":0,\"attempts\":1,"
    "\"backoff_ms_total\":7,\"last_status_class\":\"2xx\","
    "\"started_at\":\"2026-11-22T03:00:00Z\","
    "\"proven_at\":\"2026-11-22T03:00:01Z\",\"reviewed_by\":\"kim\","
    "\"approved\":true,\"availability_from\":\"none\","
    "\"availability_to\":\"consign_uploaded\",\"forced_reupload\":false,"
    "\"unproven_against_live_provider\":true,\"ledger_seq\":12,"
    "\"tool_version\":\"0.2.0\"}\n";

static void
begin(void)
{
	snprintf(state, sizeof(state), "/tmp/t_receipt.XXXXXX");
	if (mkdtemp(state) == NULL || chdir(state) != 0)
		abort();
	guard_init(&guard);
}

static void
end(void)
{
	unlink("receipts/2026-11/" ID ".json");
	rmdir("receipts/2026-11");
	rmdir("receipts");
	CHECK_INT(rmdir(state), 0);
}

static int
write_one(const struct receipt *r, uint8_t digest[SHA256_LEN], struct err *e)
{
	struct receipt_place place = { state, &guard, count_rng() };

	err_clear(e);
	return receipt_write(&place, r, digest, e);
}

static void
test_write(void)
{
	uint8_t digest[SHA256_LEN], want[SHA256_LEN], again[SHA256_LEN];
	char text[4096];
	struct receipt got;
	struct stat st;
	struct err e = {0};
	mode_t mask = umask(077);
	FILE *f;

	begin();
	CHECK_INT(write_one(&sample, digest, &e), 0);
	CHECK_INT(stat("receipts/2026-11", &st), 0);
	CHECK_INT(st.st_mode & 07777, 0755);
	CHECK_INT(stat("receipts/2026-11/" ID ".json", &st), 0);
	CHECK_INT(st.st_mode & 07777, 0644);
	f = fopen("receipts/2026-11/" ID ".json", "r");
	if (f == NULL)
		abort();
	CHECK_MEM(text, fread(text, 1, sizeof(text), f), sample_text,
	    sizeof(sample_text) - 1);
	fclose(f);
	sha256_of(want, sample_text, sizeof(sample_text) - 1);
	CHECK_MEM(digest, SHA256_LEN, want, SHA256_LEN);

	CHECK_INT(receipt_read(&got, state, span_of(ID), &room, again, &e),
	    0);
	CHECK_MEM(again, SHA256_LEN, want, SHA256_LEN);
	CHECK(span_is(got.path, "main/\"a\"%0A"));
	CHECK(got.version_id.p == NULL);
	CHECK_INT(got.part_count, FORM_NONE);
	CHECK_INT(got.proven_at, NOW + 1);
	CHECK(got.approved && !got.forced_reupload);
	CHECK_INT(got.ledger_seq, 12);

	/* Never replaced. */
	CHECK_INT(write_one(&sample, digest, &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	end();
	umask(mask);
}

static void
test_refused(void)
{
	uint8_t digest[SHA256_LEN];
	struct receipt r = sample;
	struct err e = {0};

	begin();
	r.etag = span_of("\"quoted\"");
	CHECK_INT(write_one(&r, digest, &e), -1);
	CHECK_INT(e.code, ERR_CONFIG_INVALID);
	r = sample;
	r.receipt_id = span_of("2026-11-../../x");
	CHECK_INT(write_one(&r, digest, &e), -1);
	CHECK_INT(guard_add(&guard, span_of("main/\"a\"%0A..."), &e), 0);
	CHECK_INT(write_one(&sample, digest, &e), 0);
	unlink("receipts/2026-11/" ID ".json");
	CHECK_INT(guard_add(&guard, span_of("storage:account:a"), &e), 0);
	CHECK_INT(write_one(&sample, digest, &e), -1);
	CHECK_INT(e.code, ERR_SECRET_GUARD);
	CHECK_INT(access("receipts/2026-11/" ID ".json", F_OK), -1);
	end();
}

static void
test_read(void)
{
	static const struct {
		const char *from, *to;
		int want;
	} rows[] = {
		{ "\"approved\":true", "\"approved\":true", 0 },
		{ "\"approved\":true", "\"approved\":null", -1 },
		{ "consign.receipt.v1", "consign.receipt.v2", -1 },
		{ "\"size_bytes\":5", "\"size_bytes\":-", -1 },
		{ "0001020304050607\"", "0001020304050608\"", -1 },
		{ "}\n", "}}", -1 },
	};
	uint8_t digest[SHA256_LEN];
	struct receipt got;
	struct err e = {0};
	char text[4096];

	begin();
	CHECK_INT(receipt_read(&got, state, span_of(ID), &room, digest, &e),
	    -1);
	CHECK_INT(e.sys, ENOENT);
	CHECK_INT(write_one(&sample, digest, &e), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		FILE *f = fopen("receipts/2026-11/" ID ".json", "w");

		t_row("%s", rows[i].to);
		memcpy(text, sample_text, sizeof(sample_text));
		memcpy(strstr(text, rows[i].from), rows[i].to,
		    strlen(rows[i].to));
		if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
			abort();
		err_clear(&e);
		CHECK_INT(receipt_read(&got, state, span_of(ID), &room,
		    digest, &e), rows[i].want);
		CHECK_INT(e.code, rows[i].want ? ERR_LEDGER_BROKEN : 0);
	}
	end();
}

/* "YYYYMMt" and the number: an id, and its file, which is removed. */
static struct span
batch_id(char id[16], char name[48], int month, int i)
{
	snprintf(id, 16, "2026%02dt%d", month, i);
	snprintf(name, 48, "receipts/2026-%02d/%s.json", month, id);
	return span_of(id);
}

static void
add_to_batch(struct span id, uint8_t digest[SHA256_LEN], int want)
{
	struct receipt_place place = { state, &guard, count_rng() };
	struct receipt r = sample;
	struct err e = {0};

	r.receipt_id = id;
	CHECK_INT(receipt_batch_add(&batch, &place, &r, digest, &e), want);
	CHECK_INT(e.code, want == 0 ? 0 : ERR_SECRET_GUARD);
}

/* 300 of a month, and 5 of the next: committed when full, and at the end. */
static void
test_batch(void)
{
	enum { N = 300, MORE = 5 };
	uint8_t digest[SHA256_LEN], again[SHA256_LEN];
	char id[16], name[48];
	struct receipt got;
	struct err e = {0};

	begin();
	for (int i = 0; i < N + MORE; i++) {
		add_to_batch(batch_id(id, name, i < N ? 11 : 12, i), digest,
		    0);
		CHECK_INT(access(name, F_OK), -1);
	}
	CHECK_INT(receipt_batch_commit(&batch, &e), 0);
	CHECK_INT(receipt_batch_commit(&batch, &e), 0);
	receipt_batch_discard(&batch);
	CHECK_INT(receipt_read(&got, state, batch_id(id, name, 12, 304),
	    &room, again, &e), 0);
	CHECK_MEM(again, SHA256_LEN, digest, SHA256_LEN);
	for (int i = 0; i < N + MORE; i++) {
		t_row("%d", i);
		batch_id(id, name, i < N ? 11 : 12, i);
		CHECK_INT(unlink(name), 0);
	}
	CHECK_INT(rmdir("receipts/2026-12"), 0);
	end();
}

/* One that is refused leaves the others, and nothing of its own. */
static void
test_batch_refused(void)
{
	uint8_t digest[SHA256_LEN];
	char id[16], name[48];
	struct err e = {0};

	begin();
	CHECK_INT(guard_add(&guard, span_of("202611t2"), &e), 0);
	add_to_batch(batch_id(id, name, 11, 2), digest, -1);
	add_to_batch(batch_id(id, name, 11, 1), digest, 0);
	add_to_batch(batch_id(id, name, 11, 2), digest, -1);
	CHECK_INT(receipt_batch_commit(&batch, &e), 0);
	add_to_batch(batch_id(id, name, 11, 3), digest, 0);
	receipt_batch_discard(&batch);
	CHECK_INT(access(name, F_OK), -1);
	batch_id(id, name, 11, 1);
	CHECK_INT(unlink(name), 0);
	end();
}

static void
test_names(void)
{
	static const struct {
		const char *id, *want;
	} rows[] = {
		{ ID, "receipts/2026-11/" ID ".json" },
		{ "20261301t", NULL },
		{ "202611", "receipts/2026-11/202611.json" },
		{ "20261", NULL },
		{ "", NULL },
		{ "20261122/x", NULL },
		{ "20261122T", NULL },
		{ "../../", NULL },
	};
	static const uint8_t random[RECEIPT_RANDOM] = {
		0, 1, 2, 3, 4, 5, 6, 7
	};
	char name[RECEIPT_NAME_MAX], id[RECEIPT_ID_LEN + 1];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("'%s'", rows[i].id);
		CHECK_INT(receipt_name(name, span_of(rows[i].id)),
		    rows[i].want != NULL ? 0 : -1);
		if (rows[i].want != NULL)
			CHECK_STR(name, rows[i].want);
	}
	receipt_make_id(id, NOW, span_of("sha256:" HEX64), random);
	CHECK_STR(id, ID);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "write", test_write },
		{ "refused", test_refused },
		{ "read", test_read },
		{ "batch", test_batch },
		{ "batch_refused", test_batch_refused },
		{ "names", test_names },
		{ NULL, NULL }
	};

	return t_main("receipt", cases);
}
