/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count_rng.h"
#include "hex.h"
#include "t.h"

#include "pack.h"
#include "receipt.h"
#include "row.h"

#define NOW 1795316400	/* 2026-11-22T03:00:00Z */
#define S(text) { text, sizeof(text) - 1 }
#define HEX64 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ROWS 8			/* genesis, begin, and proofs */
#define TEXT_MAX 65536

static char folder[32], ledger[64], pack[64];
static struct guard guard;
static struct ledger_mark mark[ROWS + 1];	/* before each row */
static struct pack_reader reader;		/* large, as all of these */
static struct chain_row raw;
static struct receipt_room room;
static char text[TEXT_MAX], other[TEXT_MAX], scratch[RECORD_SIZE_MAX];

static void
id_of(char id[48], int n)
{
	snprintf(id, 48, "20261122t030000z-0123456789ab-%016d", n);
}

static void
write_receipt(int n, char hex[SHA256_HEX_LEN + 1])
{
	struct receipt r = { .archive_id = S("photos"),
	    .operation = S("upload_object"), .object_id = S("sha256:" HEX64),
	    .path = S("main/a"), .provider_kind = S("generic-s3"),
	    .store_ref = S("s"), .key_strategy = S("sha256"),
	    .key_hint = S("k"), .remote_key = S("k"),
	    .result_status = S("uploaded"), .proof = S("rehash"),
	    .part_count = FORM_NONE, .part_size_bytes = FORM_NONE,
	    .started_at = NOW, .proven_at = NOW,
	    .availability_from = S("none"), .availability_to = S("none"),
	    .tool_version = S("0") };
	struct receipt_place place = { folder, &guard, count_rng() };
	uint8_t digest[SHA256_LEN];
	struct err e = {0};
	char id[48];

	id_of(id, n);
	r.receipt_id = span_of(id);
	CHECK_INT(receipt_write(&place, &r, digest, &e), 0);
	hex_encode(hex, digest, SHA256_LEN);
}

static void
append(struct ledger *l, const struct row *row)
{
	struct err e = {0};

	mark[l->mark.rows] = l->mark;
	CHECK_INT(row_append(l, row, NOW, &e), 0);
	CHECK_STR(e.msg, "");
}

static void
begin(void)
{
	struct ledger l = { .guard = &guard };
	struct row row = { .kind = ROW_GENESIS, .of.genesis = {
	    S("consign.ledger.v1"), S("photos"), S("0") } };
	char hex[SHA256_HEX_LEN + 1], id[48];
	struct err e = {0};

	guard_init(&guard);
	snprintf(folder, sizeof(folder), "/tmp/t_pack.XXXXXX");
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		abort();
	snprintf(ledger, sizeof(ledger), "%s/ledger.jsonl", folder);
	snprintf(pack, sizeof(pack), "%s/pack", folder);
	CHECK_INT(ledger_create(&l, ledger, &e), 0);
	append(&l, &row);
	row = (struct row){ .kind = ROW_BEGIN, .of.begin = {
	    .command = S("push"), .max_objects = FORM_NONE,
	    .max_puts = FORM_NONE, .max_puts_month = FORM_NONE,
	    .max_bytes_up = FORM_NONE, .max_bytes_down = FORM_NONE,
	    .tool_version = S("0") } };
	append(&l, &row);
	for (int n = 2; n < ROWS; n++) {
		write_receipt(n, hex);
		id_of(id, n);
		row = (struct row){ .kind = ROW_PROOF, .of.outcome = {
		    .begin_seq = 1, .store_ref = S("s"),
		    .object_id = S("sha256:" HEX64), .path = S("main/a"),
		    .remote_key = S("k"), .result_status = S("uploaded"),
		    .proof = S("rehash"),
		    .availability = S("consign_uploaded"),
		    .receipt = span_of(id), .receipt_sha256 = span_of(hex) } };
		append(&l, &row);
	}
	mark[ROWS] = l.mark;
	CHECK_INT(ledger_sync(&l, &e), 0);
	ledger_close(&l);
}

static void
end(void)
{
	char id[48], name[RECEIPT_NAME_MAX];

	for (int n = 2; n < 10; n++) {
		id_of(id, n);
		CHECK_INT(receipt_name(name, span_of(id)), 0);
		unlink(name);
	}
	unlink(ledger);
	unlink(pack);
	rmdir("receipts/2026-11");
	rmdir("receipts");
	CHECK_INT(rmdir(folder), 0);
}

static size_t
get(const char *path, char *to)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		abort();
	n = fread(to, 1, TEXT_MAX, f);
	fclose(f);
	return n;
}

static void
put(const char *from, size_t n)
{
	FILE *f = fopen(pack, "w");

	if (f == NULL || fwrite(from, 1, n, f) != n || fclose(f) != 0)
		abort();
}

/* Rows from the first mark on, to the file. */
static int
make(int from, int64_t size_max, struct pack_made *made, struct err *e)
{
	const struct pack_source source = { .archive_id = "photos",
	    .ledger = ledger, .state = folder, .from = mark[from],
	    .to = mark[ROWS], .size_max = size_max };
	struct file_tmp t;
	int rc;

	err_clear(e);
	if (file_tmp_create(&t, pack, true, count_rng(), e) != 0)
		return -1;
	rc = pack_make(made, &t, &source, e);
	if (rc == 0)
		rc = file_tmp_commit(&t, 0600, e);
	file_tmp_discard(&t);
	return rc;
}

/* All of it; receipts that have not the digest of their rows are counted. */
static int
read_all(int64_t *rows, int64_t *wrong, struct err *e)
{
	char want[ROWS][SHA256_HEX_LEN + 1], hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct span receipt;
	struct buf b;
	struct row row;
	struct file f;
	int rc, n = 0, i = 0;

	*rows = *wrong = 0;
	err_clear(e);
	if (file_open(&f, pack, 0, e) != 0)
		return -1;
	buf_fixed(&b, scratch, sizeof(scratch));
	rc = pack_open(&reader, &f, e);
	while (rc == 0 && (rc = pack_next_row(&reader, &raw, e)) == 1) {
		rc = row_read(&row, &raw, &b, e);
		++*rows;
		if (rc == 0 && row_has_receipt(&row))
			memcpy(want[n++], row.of.outcome.receipt_sha256.p,
			    SHA256_HEX_LEN);
	}
	while (rc == 0 &&
	    (rc = pack_next_receipt(&reader, &receipt, e)) == 1) {
		sha256_of(digest, receipt.p, receipt.len);
		hex_encode(hex, digest, SHA256_LEN);
		*wrong += i >= n || receipt.p == NULL ||
		    memcmp(hex, want[i], SHA256_HEX_LEN) != 0;
		i++;
		rc = 0;
	}
	*wrong += n - i;
	file_close(&f);
	return rc;
}

static void
test_whole(void)
{
	static const struct {
		int from;
		int64_t size_max;
		int want_rows;
	} packs[] = {
		{ 0, 1 << 20, ROWS }, { 1, 1 << 20, ROWS - 1 },
		{ ROWS - 1, 1 << 20, 1 }, { 0, 0, 1 }, { 2, 1, 1 },
		{ 0, 512 + 2 * 1024, 3 },
	};
	struct pack_made made;
	struct err e = {0};
	int64_t rows, wrong;

	begin();
	for (size_t i = 0; i < sizeof(packs) / sizeof(packs[0]); i++) {
		int from = packs[i].from, to = from + packs[i].want_rows;

		t_row("%zu", i);
		CHECK_INT(make(from, packs[i].size_max, &made, &e), 0);
		CHECK_STR(e.msg, "");
		CHECK_INT(made.to.rows, to);
		CHECK_INT(made.to.at, mark[to].at);
		CHECK_INT(made.lost, 0);
		CHECK_INT(read_all(&rows, &wrong, &e), 0);
		CHECK_STR(e.msg, "");
		CHECK_INT(rows, packs[i].want_rows);
		CHECK_INT(wrong, 0);
		CHECK_STR(reader.head.archive_id, "photos");
		CHECK_INT(reader.head.from_seq, from);
		CHECK_INT(reader.head.to_seq, to);
		CHECK_MEM(reader.head.previous, CHAIN_LEN, mark[from].chain,
		    CHAIN_LEN);
		CHECK_MEM(reader.mark.chain, CHAIN_LEN, mark[to].chain,
		    CHAIN_LEN);
		/* The rows are there as they stand. */
		CHECK(get(pack, text) > 0);
		CHECK(get(ledger, other) > 0);
		CHECK(memcmp(strchr(text, '\n') + 1, other + mark[from].at,
		    (size_t)(mark[to].at - mark[from].at)) == 0);
	}
	end();
}

static void
test_lost(void)
{
	char path[sizeof(folder) + 1 + RECEIPT_NAME_MAX];
	char name[RECEIPT_NAME_MAX], id[48];
	struct pack_made made;
	struct err e = {0};
	int64_t rows, wrong;
	FILE *f;

	begin();
	id_of(id, 3);
	CHECK_INT(receipt_name(name, span_of(id)), 0);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	CHECK_INT(unlink(path), 0);
	id_of(id, 5);
	CHECK_INT(receipt_name(name, span_of(id)), 0);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "a");
	if (f == NULL || fputs("{}\n", f) < 0 || fclose(f) != 0)
		abort();
	CHECK_INT(make(0, 1 << 20, &made, &e), 0);
	CHECK_INT(made.receipts, ROWS - 2);
	CHECK_INT(made.lost, 2);
	CHECK_INT(read_all(&rows, &wrong, &e), 0);
	CHECK_INT(rows, ROWS);
	CHECK_INT(wrong, 2);
	end();
}

/* Any other byte, any other length: found. */
static void
test_damage(void)
{
	struct pack_made made;
	struct err e = {0};
	int64_t rows, wrong;
	size_t n, head;

	begin();
	CHECK_INT(make(2, 1 << 20, &made, &e), 0);
	n = get(pack, text);
	head = (size_t)(strchr(text, '\n') - text);
	for (size_t i = 0; i < n; i += i < head ? 1 : 37) {
		t_row("byte %zu", i);
		text[i] ^= 1;
		put(text, n);
		text[i] ^= 1;
		/* What is in the first line and nowhere else is not chained:
		   another name, or one more field, is for others to see. */
		if (read_all(&rows, &wrong, &e) == 0 && wrong == 0)
			CHECK(i < head &&
			    strcmp(reader.head.archive_id, "photos") != 0);
		else if (e.code != ERR_NONE)
			CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	}
	for (size_t i = 0; i < n; i += 19) {
		t_row("cut at %zu", i);
		put(text, i);
		CHECK_INT(read_all(&rows, &wrong, &e), -1);
		CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	}
	t_row("more");
	memcpy(text + n, "\n", 1);
	put(text, n + 1);
	CHECK_INT(read_all(&rows, &wrong, &e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	end();
}

static void
test_refused(void)
{
	struct pack_made made;
	struct err e = {0};

	begin();
	mark[ROWS].chain[0] ^= 1;
	CHECK_INT(make(0, 1 << 20, &made, &e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	mark[ROWS].chain[0] ^= 1;
	mark[ROWS].rows++;
	CHECK_INT(make(0, 1 << 20, &made, &e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	mark[2].chain[0] ^= 1;
	CHECK_INT(make(2, 1 << 20, &made, &e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	end();
}

static void
test_marks(void)
{
	struct ledger_mark m;
	struct err e = {0};

	begin();
	for (int i = 0; i <= ROWS; i++) {
		m = mark[i];
		memset(m.chain, 7, CHAIN_LEN);
		CHECK_INT(ledger_mark_read(&m, ledger, &e), 0);
		CHECK_MEM(m.chain, CHAIN_LEN, mark[i].chain, CHAIN_LEN);
	}
	m.at++;
	CHECK_INT(ledger_mark_read(&m, ledger, &e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	end();
}

static void
test_names(void)
{
	static const struct {
		const char *name;
		int64_t from, to;	/* -1: refused */
	} names[] = {
		{ "000000000000-000000000057", 0, 57 },
		{ "000000000057-123456789012", 57, 123456789012 },
		{ "000000000057-000000000057", -1, 0 },
		{ "000000000058-000000000057", -1, 0 },
		{ "000000000000-00000000005", -1, 0 },
		{ "00000000000-000000000057", -1, 0 },
		{ "000000000000-0000000000057", -1, 0 },
		{ "000000000000-00000000005x", -1, 0 },
		{ "000000000000000000000057", -1, 0 },
		{ "", -1, 0 },
	};
	char storage[PACK_KEY_MAX + 1];
	struct buf b;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int64_t from, to;
		int rc = pack_parse_name(span_of(names[i].name), &from, &to);

		t_row("%s", names[i].name);
		CHECK_INT(rc, names[i].from < 0 ? -1 : 0);
		if (rc != 0)
			continue;
		CHECK_INT(from, names[i].from);
		CHECK_INT(to, names[i].to);
		buf_fixed(&b, storage, sizeof(storage));
		pack_put_key(&b, "photos", from, to);
		CHECK_STR(strrchr(storage, '/') + 1, names[i].name);
	}
	CHECK_STR(storage,
	    "consign/photos/history/000000000057-123456789012");
}

static void
test_copied(void)
{
	struct receipt_batch *batch = calloc(1, sizeof(*batch));
	struct receipt_place place = { folder, &guard, count_rng() };
	static const struct span new = S("{\"a\":1}\n");
	uint8_t digest[SHA256_LEN];
	struct err e = {0};
	struct span got;
	char id[48];

	begin();
	if (batch == NULL)
		abort();
	id_of(id, 3);
	CHECK_INT(receipt_load(&got, folder, span_of(id), &room, digest, &e),
	    0);
	/* The same is there; then others; then a new one. */
	CHECK_INT(receipt_batch_copy(batch, &place, span_of(id), got, &e), 0);
	CHECK_INT(receipt_batch_copy(batch, &place, span_of(id), new, &e),
	    -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	id_of(id, 9);
	CHECK_INT(receipt_batch_copy(batch, &place, span_of(id), new, &e), 0);
	CHECK_INT(receipt_batch_commit(batch, &e), 0);
	CHECK_INT(receipt_load(&got, folder, span_of(id), &room, digest, &e),
	    0);
	CHECK(span_eq(got, new));
	receipt_batch_discard(batch);
	free(batch);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "whole", test_whole },
		{ "lost", test_lost },
		{ "damage", test_damage },
		{ "refused", test_refused },
		{ "marks", test_marks },
		{ "names", test_names },
		{ "copied", test_copied },
		{ NULL, NULL }
	};

	return t_main("pack", cases);
}
