/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "t.h"

#include "row.h"

#define NOW 1795316400	/* 2026-11-22T03:00:00Z */
#define S(text) { text, sizeof(text) - 1 }
#define HEX64 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OBJECT S("sha256:" HEX64)
#define NONE FORM_NONE

static char path[] = "/tmp/t_row.XXXXXX";
static struct guard guard;
static struct ledger_scan scan;			/* large */
static char scratch_bytes[RECORD_SIZE_MAX];

static void
begin(struct ledger *l)
{
	struct err e = {0};
	int fd;

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	if (fd < 0)
		abort();
	close(fd);
	guard_init(&guard);
	l->guard = &guard;
	CHECK_INT(ledger_create(l, path, &e), 0);
}

/*
 * What is written is for years: it is not to change by accident, and others
 * (docs/verify-ledger.sh) read the same file.
 */
static void
check_same(const char *one, const char *two)
{
	static char text[2][16384];
	size_t n[2];

	for (int i = 0; i < 2; i++) {
		FILE *f = fopen(i == 0 ? one : two, "r");

		if (!CHECK(f != NULL))
			return;
		n[i] = fread(text[i], 1, sizeof(text[i]), f);
		fclose(f);
	}
	CHECK_MEM(text[0], n[0], text[1], n[1]);
}

/* Each kind as it is written: from its first own field to its last. */
static void
test_written(void)
{
	static const struct {
		struct row row;
		const char *want;
	} rows[] = {
		{ { .kind = ROW_GENESIS, .of.genesis = { S(ROW_SCHEMA),
		    S("photos"), S("0.2.0") } },
		    "\"schema\":\"consign.ledger.v1\","
		    "\"archive_id\":\"photos\",\"tool_version\":\"0.2.0\"" },
		{ { .kind = ROW_BEGIN, .of.begin = { S("push"),
		    S("storage:account:a"), S(HEX64), S("kim"), true, 1, 2,
		    NONE, 4, NONE, S("0.2.0") } },
		    "\"command\":\"push\",\"store_ref\":\"storage:account:a\","
		    "\"plan_digest\":\"" HEX64 "\",\"reviewed_by\":\"kim\","
		    "\"approved\":true,\"max_objects\":1,\"max_puts\":2,"
		    "\"max_bytes_up\":4,\"tool_version\":\"0.2.0\"" },
		{ { .kind = ROW_ADMIT, .of.admit = { 1, S("main/a%0A\"b\""),
		    S("/archive/a%0A\"b\""), S(ROW_CANONICALIZATION),
		    S("photos/main"), OBJECT, 5, -1, -2, 3, 0 } },
		    "\"begin_seq\":1,\"path\":\"main/a%0A\\\"b\\\"\","
		    "\"canonical_path\":\"/archive/a%0A\\\"b\\\"\","
		    "\"canonicalization_version\":\"consign-path-1\","
		    "\"origin\":\"photos/main\",\"object_id\":\"sha256:" HEX64
		    "\",\"size_bytes\":5,\"inode\":-1,\"mtime_ns\":-2,"
		    "\"ctime_ns\":3,\"supersedes\":0" },
		{ { .kind = ROW_RESERVE, .of.reserve = { 1, S("s"),
		    S("2026-11"), 1, 2, 3, 4, 5, 6 } },
		    "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"month\":\"2026-11\",\"objects\":1,"
		    "\"class_a_requests\":2,\"class_b_requests\":3,"
		    "\"free_requests\":4,\"bytes_up\":5,\"bytes_down\":6" },
		{ { .kind = ROW_UPLOAD, .of.upload = { 1, S("s"), OBJECT,
		    S("main/a"), S("k"), S("u~1"), 5242880, 2 } },
		    "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"object_id\":\"sha256:" HEX64 "\",\"path\":\"main/a\","
		    "\"remote_key\":\"k\",\"upload_id\":\"u~1\","
		    "\"part_size_bytes\":5242880,\"part_count\":2" },
		{ { .kind = ROW_PROOF, .of.outcome = { 1, S("s"), OBJECT,
		    S("main/a"), S("k"), S("etag-2"), { NULL, 0 }, 5,
		    S("uploaded"), S("rehash"), S("consign_uploaded"),
		    S("id"), S(HEX64) } },
		    "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"object_id\":\"sha256:" HEX64 "\",\"path\":\"main/a\","
		    "\"remote_key\":\"k\",\"etag\":\"etag-2\","
		    "\"size_bytes\":5,\"result_status\":\"uploaded\","
		    "\"proof\":\"rehash\",\"availability\":"
		    "\"consign_uploaded\",\"receipt\":\"id\","
		    "\"receipt_sha256\":\"" HEX64 "\"" },
		{ { .kind = ROW_ADOPT, .of.outcome = { .begin_seq = 1,
		    .store_ref = S("s"), .object_id = OBJECT,
		    .path = S("main/a"), .remote_key = S("k"),
		    .version_id = S("v"), .proof = S("presence"),
		    .availability = S("declared_uploaded") } },
		    "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"object_id\":\"sha256:" HEX64 "\",\"path\":\"main/a\","
		    "\"remote_key\":\"k\",\"version_id\":\"v\","
		    "\"size_bytes\":0,\"proof\":\"presence\","
		    "\"availability\":\"declared_uploaded\"" },
		{ { .kind = ROW_APPROVE, .of.approve = { 1, S("s"), 2,
		    S("kim") } },
		    "\"begin_seq\":1,\"store_ref\":\"s\",\"tier\":2,"
		    "\"reviewed_by\":\"kim\"" },
		{ { .kind = ROW_PROBE, .of.probe = { 1, S("s"), 0,
		    S("generic-s3"), S("https://h:9000"), S("b"),
		    S("eu-1"), S("consign/a/prove/0123456789abcdef"),
		    S("0123456789abcdef"), S("public"), S(HEX64), -3, true,
		    true, false, true, false, true, S("ok") } },
		    "\"begin_seq\":1,\"store_ref\":\"s\",\"tier\":0,"
		    "\"provider_kind\":\"generic-s3\","
		    "\"endpoint\":\"https://h:9000\",\"bucket\":\"b\","
		    "\"region\":\"eu-1\",\"remote_key\":"
		    "\"consign/a/prove/0123456789abcdef\","
		    "\"key_ref\":\"0123456789abcdef\","
		    "\"scope\":\"public\",\"tls_spki_sha256\":\"" HEX64 "\","
		    "\"clock_skew_s\":-3,\"absence_visible\":true,"
		    "\"put_if_none_match\":true,\"get_if_match\":false,"
		    "\"delete_if_match\":true,\"versioned\":false,"
		    "\"list_allowed\":true,\"result\":\"ok\"" },
		{ { .kind = ROW_CONFIRM, .of.confirm = { 1, S("s"),
		    S("cloudflare-r2"), S("id"), S(HEX64), S("kim") } },
		    "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"provider_kind\":\"cloudflare-r2\",\"receipt\":\"id\","
		    "\"receipt_sha256\":\"" HEX64 "\","
		    "\"reviewed_by\":\"kim\"" },
		{ { .kind = ROW_ABORT, .of.abort = { 1, S("s"), S("k"),
		    S("u") } },
		    "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"remote_key\":\"k\",\"upload_id\":\"u\"" },
		{ { .kind = ROW_DELETE, .of.delete = { 1, S("s"), OBJECT,
		    S("main/a"), S("k"), S("e"), S("v"), S("wrong") } },
		    "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"object_id\":\"sha256:" HEX64 "\",\"path\":\"main/a\","
		    "\"remote_key\":\"k\",\"etag\":\"e\","
		    "\"version_id\":\"v\",\"reason\":\"wrong\"" },
		{ { .kind = ROW_TORN, .of.torn = { 7, S(HEX64) } },
		    "\"bytes\":7,\"sha256\":\"" HEX64 "\"" },
		{ { .kind = ROW_CHECKPOINT, .of.checkpoint = { S("w1"),
		    S(HEX64 HEX64) } },
		    "\"writer\":\"w1\",\"sig\":\"" HEX64 HEX64 "\"" },
		{ { .kind = ROW_ANCHOR, .of.anchor = { 1, S("s"), 9, S("k"),
		    S("e"), { NULL, 0 } } },
		    "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"anchored_seq\":9,\"remote_key\":\"k\","
		    "\"etag\":\"e\"" },
		{ { .kind = ROW_PACK, .of.pack = { 1, S("s"), 4, 9, 2000, 1234,
		    S(HEX64), S("k"), S("e"), { NULL, 0 } } },
		    "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"from_seq\":4,\"to_seq\":9,\"to_bytes\":2000,"
		    "\"size_bytes\":1234,\"sha256\":\"" HEX64 "\","
		    "\"remote_key\":\"k\",\"etag\":\"e\"" },
		{ { .kind = ROW_END, .of.end = { 1, S("push"), S("s"), 1, 2, 3,
		    4, 5, 6, 7, 8, 9, 10, FORM_NONE, S("ok") } },
		    "\"begin_seq\":1,\"command\":\"push\","
		    "\"store_ref\":\"s\",\"uploaded\":1,"
		    "\"current\":2,\"remote_same\":3,\"failed\":4,"
		    "\"class_a_requests\":5,\"class_b_requests\":6,"
		    "\"free_requests\":7,\"bytes_up\":8,\"bytes_down\":9,"
		    "\"retries\":10,\"result\":\"ok\"" },
	};
	const size_t n = sizeof(rows) / sizeof(rows[0]);
	struct ledger l = {0};
	struct chain_row line;
	struct buf scratch;
	struct err e = {0};

	begin(&l);
	for (size_t i = 0; i < n; i++) {
		t_row("%s", row_kind_name(rows[i].row.kind));
		CHECK_INT(row_append(&l, &rows[i].row, NOW, &e), 0);
	}
	ledger_close(&l);
	check_same(path, "vectors/ledger/rows.jsonl");
	CHECK_INT(ledger_scan_open(&scan, path, NULL, &e), 0);
	buf_fixed(&scratch, scratch_bytes, sizeof(scratch_bytes));
	for (size_t i = 0; i < n; i++) {
		struct row got;
		const char *at;

		t_row("%s", row_kind_name(rows[i].row.kind));
		if (!CHECK_INT(ledger_scan_next(&scan, &line, &e), 1))
			break;
		at = strstr(line.line.p, "\"kind\":\"") + 8;
		at = strchr(at, ',') + 1;
		CHECK_MEM(at, (size_t)(line.line.p + line.line.len - at) -
		    CHAIN_TAIL_LEN, rows[i].want, strlen(rows[i].want));
		CHECK_INT(row_read(&got, &line, &scratch, &e), 0);
		CHECK_INT(got.kind, rows[i].row.kind);
		CHECK_INT(got.seq, i);
		CHECK_INT(got.time, NOW);
		if (got.kind == ROW_ADMIT) {
			CHECK(span_is(got.of.admit.path, "main/a%0A\"b\""));
			CHECK_INT(got.of.admit.supersedes, 0);
		}
		if (got.kind == ROW_BEGIN) {
			CHECK_INT(got.of.begin.max_puts_month, NONE);
			CHECK_INT(got.of.begin.max_puts, 2);
			CHECK(got.of.begin.approved);
		}
	}
	ledger_scan_close(&scan);
	unlink(path);
}

/* What can not be read must not be written. */
static void
test_refused(void)
{
	static const struct {
		const char *what;
		struct row row;
	} rows[] = {
		{ "receipt_sha256", { .kind = ROW_CONFIRM, .of.confirm = {
		    1, S("s"), S("x"), S("id"), S("12"), S("kim") } } },
		{ "reviewed_by", { .kind = ROW_CONFIRM, .of.confirm = {
		    1, S("s"), S("x"), S("id"), S(HEX64), { NULL, 0 } } } },
		{ "store_ref", { .kind = ROW_CONFIRM, .of.confirm = {
		    1, S("a b"), S("x"), S("id"), S(HEX64), S("kim") } } },
		{ "remote_key", { .kind = ROW_ABORT, .of.abort = {
		    1, S("s"), S("k\n"), S("u") } } },
		{ "remote_key", { .kind = ROW_ABORT, .of.abort = {
		    1, S("s"), S("k%0a"), S("u") } } },
		{ "remote_key", { .kind = ROW_ABORT, .of.abort = {
		    1, S("s"), S("k\377"), S("u") } } },
		{ "remote_key", { .kind = ROW_ABORT, .of.abort = {
		    1, S("s"), S("k%"), S("u") } } },
		{ "upload_id", { .kind = ROW_ABORT, .of.abort = {
		    1, S("s"), S("k"), S("") } } },
		{ "bytes", { .kind = ROW_TORN, .of.torn = {
		    -1, S(HEX64) } } },
		{ "sha256", { .kind = ROW_TORN, .of.torn = { 1, S(
		    "0123456789ABCDEF0123456789ABCDEF"
		    "0123456789ABCDEF0123456789ABCDEF") } } },
		{ "month", { .kind = ROW_RESERVE, .of.reserve = { 1, S("s"),
		    S("2026-13"), 1, 2, 3, 4, 5, 6 } } },
	};
	struct ledger l = {0};

	begin(&l);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		t_row("%zu %s", i, rows[i].what);
		CHECK_INT(row_append(&l, &rows[i].row, NOW, &e), -1);
		CHECK_INT(e.code, ERR_CONFIG_INVALID);
		CHECK(strstr(e.msg, rows[i].what) != NULL);
		CHECK_INT(l.mark.rows, 0);
	}
	ledger_close(&l);
	unlink(path);
}

/* Rows that our writer never writes. */
static void
test_read(void)
{
	static const struct {
		const char *kind, *fields;
		int want;
	} rows[] = {
		{ "torn", "\"bytes\":1,\"sha256\":\"" HEX64 "\"", 0 },
		{ "torn", "\"new\":1,\"bytes\":1,\"sha256\":\"" HEX64 "\"",
		    0 },
		{ "torn", "\"bytes\":-1,\"sha256\":\"" HEX64 "\"", -1 },
		{ "torn", "\"bytes\":\"1\",\"sha256\":\"" HEX64 "\"", -1 },
		{ "torn", "\"bytes\":1,\"sha256\":\"\"", -1 },
		{ "torn", "\"bytes\":1", -1 },
		{ "melt", "\"bytes\":1", -1 },
		{ "approve", "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"tier\":2,\"reviewed_by\":\"kim\"", 0 },
		{ "approve", "\"begin_seq\":1,\"store_ref\":\"s\","
		    "\"tier\":true,\"reviewed_by\":\"kim\"", -1 },
	};
	char text[1024];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};
		struct chain_row line;
		struct buf b, scratch;
		struct row row;

		t_row("%zu %s", i, rows[i].kind);
		buf_fixed(&b, text, sizeof(text));
		buf_printf(&b, "{\"seq\":7,\"time\":\"2026-11-22T03:00:00Z\","
		    "\"kind\":\"%s\",%s,\"chain\":\"" HEX64 "\"}",
		    rows[i].kind, rows[i].fields);
		buf_fixed(&scratch, scratch_bytes, sizeof(scratch_bytes));
		CHECK_INT(chain_parse_alone(&line, buf_as_span(&b), &e), 0);
		CHECK_INT(row_read(&row, &line, &scratch, &e), rows[i].want);
		if (rows[i].want == 0)
			continue;
		CHECK_INT(e.code, ERR_LEDGER_BROKEN);
		CHECK(strstr(e.msg, "ledger row 7") != NULL);
	}
}

static void
test_identify(void)
{
	static const struct {
		struct file_id id;
		int64_t inode, mtime_ns, ctime_ns;
	} rows[] = {
		{ { .inode = 5, .mtime_s = 1, .mtime_ns = 2, .ctime_s = -1,
		    .ctime_ns = 999999999 }, 5, 1000000002, -1 },
		{ { .inode = UINT64_MAX, .mtime_s = INT64_MAX,
		    .ctime_s = INT64_MIN }, -1, INT64_MAX, INT64_MIN },
		{ { .inode = (uint64_t)1 << 63, .mtime_s = 9223372035,
		    .mtime_ns = 999999999 }, INT64_MIN,
		    9223372035999999999, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct row_admit got;

		t_row("%zu", i);
		row_identify(&got, &rows[i].id);
		CHECK_INT(got.inode, rows[i].inode);
		CHECK_INT(got.mtime_ns, rows[i].mtime_ns);
		CHECK_INT(got.ctime_ns, rows[i].ctime_ns);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "written", test_written },
		{ "refused", test_refused },
		{ "read", test_read },
		{ "identify", test_identify },
		{ NULL, NULL }
	};

	return t_main("row", cases);
}
