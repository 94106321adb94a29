/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attr.h"
#include "hex.h"
#include "t.h"

#include "ledger.h"

#define NOW 1763780400	/* 2025-11-22T03:00:00Z */

static char folder[64], path[80], aside[96];
static struct guard guard;
static struct ledger_scan scan;	/* large */

static void
begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/t_ledger.XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/ledger.jsonl", folder);
	guard_init(&guard);
}

static void
end(void)
{
	unlink(path);
	unlink(aside);
	CHECK_INT(rmdir(folder), 0);
}

static void
put(const void *p, size_t n)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(p, 1, n, f) != n || fclose(f) != 0)
		abort();
}

static size_t
get(char *p, size_t n)
{
	FILE *f = fopen(path, "r");
	size_t got;

	if (f == NULL)
		abort();
	got = fread(p, 1, n, f);
	fclose(f);
	return got;
}

static int
append(struct ledger *l, const char *kind, struct err *e)
{
	char storage[600];
	struct buf row;

	buf_fixed(&row, storage, sizeof(storage));
	ledger_begin(l, &row, kind, NOW);
	record_str(&row, "path", span_of("main/a \"b\""));
	record_int(&row, "size_bytes", 12345678901);
	return ledger_append(l, &row, e);
}

/* A ledger of n rows. */
static void
make(int n)
{
	struct ledger l = { .guard = &guard };
	struct err e = {0};

	CHECK_INT(ledger_create(&l, path, &e), 0);
	for (int i = 0; i < n; i++)
		CHECK_INT(append(&l, i == 0 ? "genesis" : "admit", &e), 0);
	CHECK_INT(ledger_sync(&l, &e), 0);
	ledger_close(&l);
}

/* Read from a mark to the end: the number of rows, or -1. */
static int
read_all(const struct ledger_mark *from, struct err *e)
{
	struct chain_row row;
	int n = 0, rc;

	err_clear(e);
	if (ledger_scan_open(&scan, path, from, e) != 0)
		return -1;
	while ((rc = ledger_scan_next(&scan, &row, e)) == 1)
		n++;
	ledger_scan_close(&scan);
	return rc == 0 ? n : -1;
}

static void
test_round_trip(void)
{
	struct ledger_mark third;
	struct chain_row row;
	struct err e = {0};

	begin();
	make(5);
	CHECK_INT(read_all(NULL, &e), 5);
	CHECK_INT(scan.torn, 0);
	CHECK_INT(ledger_scan_open(&scan, path, NULL, &e), 0);
	for (int i = 0; i < 3; i++)
		CHECK_INT(ledger_scan_next(&scan, &row, &e), 1);
	CHECK_INT(row.seq, 2);
	CHECK_INT(row.time, NOW);
	CHECK(span_is(row.kind, "admit"));
	third = scan.mark;
	ledger_scan_close(&scan);
	CHECK_INT(read_all(&third, &e), 2);
	end();
}

/*
 * What sha256sum(1) says:
 * (head -c 32 /dev/zero; printf %s '{"seq":0,...') | sha256sum
 */
static void
test_chain_value(void)
{
	static const uint8_t zero[CHAIN_LEN];
	uint8_t chain[CHAIN_LEN];
	char hex[CHAIN_HEX_LEN + 1];
	struct sha256 h;

	sha256_init(&h);
	chain_next(&h, chain, zero, span_of("{\"seq\":0,\"time\":"
	    "\"2026-11-22T03:00:00Z\",\"kind\":\"genesis\""));
	hex_encode(hex, chain, CHAIN_LEN);
	CHECK_STR(hex, "ccd4f2c81515d98f0081635db66b00b7"
	    "a0f324c62ea3eef113448aa9b447a58f");
}

/* Power goes at every byte: whole rows stand, the rest is a torn tail. */
static void
test_cut_anywhere(void)
{
	char all[4096];
	size_t len;

	begin();
	make(4);
	len = get(all, sizeof(all));
	for (size_t cut = 0; cut <= len; cut++) {
		struct ledger l = { .guard = &guard };
		struct err e = {0};
		int whole = 0, said;

		t_row("cut at %zu", cut);
		for (size_t i = 0; i < cut; i++)
			whole += all[i] == '\n';
		put(all, cut);
		CHECK_INT(read_all(NULL, &e), whole);
		snprintf(aside, sizeof(aside), "%s.torn-%d", path, whole);
		CHECK_INT(ledger_open(&l, path, &scan, NOW, &e), 0);
		/* Never as row 0, which is another's. */
		said = scan.torn > 0 && whole > 0;
		CHECK_INT(l.mark.rows, whole + said);
		CHECK_INT(append(&l, "admit", &e), 0);
		ledger_close(&l);
		CHECK_INT(access(aside, F_OK), scan.torn > 0 ? 0 : -1);
		CHECK_INT(read_all(NULL, &e), whole + 1 + said);
		unlink(aside);
	}
	end();
}

/* The same where the file system sees to it that the file only grows. */
static void
test_append_only(void)
{
	struct ledger l = { .guard = &guard, .append_only = true };
	struct err e = {0};
	bool kept;
	FILE *f;

	begin();
	CHECK_INT(ledger_create(&l, path, &e), 0);
	CHECK_INT(append(&l, "genesis", &e), 0);
	kept = attr_append_only(l.file.fd) == ATTR_ON;
	ledger_close(&l);
	f = fopen(path, "a");
	CHECK(f != NULL && fputs("{\"seq\":1", f) >= 0 && fclose(f) == 0);
	CHECK_INT(read_all(NULL, &e), 1);
	CHECK_INT(scan.torn, 8);
	snprintf(aside, sizeof(aside), "%s.torn-1", path);
	CHECK_INT(ledger_open(&l, path, &scan, NOW, &e), 0);
	CHECK_INT(append(&l, "admit", &e), 0);
	CHECK_INT(attr_append_only(l.file.fd) == ATTR_ON, kept);
	CHECK_INT(read_all(NULL, &e), 3);
	CHECK_INT(unlink(path), kept ? -1 : 0);
	(void)attr_set_append_only(l.file.fd, false);
	ledger_close(&l);
	end();
}

/* Any single bit flipped is found, and never before its row. */
static void
test_flip_any_bit(void)
{
	char all[1024], copy[1024];
	size_t len;

	begin();
	make(3);
	len = get(all, sizeof(all));
	for (size_t bit = 0; bit < len * 8; bit++) {
		struct err e = {0};

		t_row("bit %zu", bit);
		memcpy(copy, all, len);
		copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
		put(copy, len);
		/* The last line feed: without it, the row is a torn one. */
		if (bit / 8 == len - 1) {
			CHECK_INT(read_all(NULL, &e), 2);
			CHECK(scan.torn > 0);
			continue;
		}
		CHECK_INT(read_all(NULL, &e), -1);
		CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	}
	end();
}

/* Rows removed, doubled or swapped are found at the first wrong number. */
static void
test_rows_moved(void)
{
	static const struct {
		const char *order;
		const char *want;
	} rows[] = {
		{ "0123", NULL },
		{ "123", "ledger row 0" },
		{ "023", "ledger row 1" },
		{ "0223", "ledger row 1" },
		{ "0112", "ledger row 2" },
		{ "0132", "ledger row 2" },
		{ "01", NULL },
	};
	char all[4096];
	const char *line[4];
	size_t len;

	begin();
	make(4);
	len = get(all, sizeof(all) - 1);
	all[len] = '\0';
	for (int i = 0; i < 4; i++)
		line[i] = i == 0 ? all : strchr(line[i - 1], '\n') + 1;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		struct err e = {0};
		char copy[4096];
		struct buf b;

		t_row("%s", rows[r].order);
		buf_fixed(&b, copy, sizeof(copy));
		for (const char *o = rows[r].order; *o != '\0'; o++)
			buf_put(&b, line[*o - '0'],
			    strcspn(line[*o - '0'], "\n") + 1);
		put(b.data, b.len);
		CHECK_INT(read_all(NULL, &e),
		    rows[r].want == NULL ? (int)strlen(rows[r].order) : -1);
		if (rows[r].want != NULL)
			CHECK(strstr(e.msg, rows[r].want) != NULL);
	}
	end();
}

/* A mark that the file no longer reaches, or that was another's. */
static void
test_marks(void)
{
	struct ledger_mark mark;
	struct err e = {0};

	begin();
	make(3);
	CHECK_INT(read_all(NULL, &e), 3);
	mark = scan.mark;
	CHECK_INT(read_all(&mark, &e), 0);
	CHECK_INT(truncate(path, (off_t)mark.at - 1), 0);
	CHECK_INT(read_all(&mark, &e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	unlink(path);
	make(3);
	mark.rows = 2;
	mark.at /= 2;
	CHECK_INT(read_all(&mark, &e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	end();
}

/* What the guard knows does not get in, and leaves nothing behind. */
static void
test_guard(void)
{
	struct ledger l = { .guard = &guard };
	struct err e = {0};

	begin();
	CHECK_INT(guard_add(&guard, span_of("12345678901,\"chai"), &e), 0);
	CHECK_INT(ledger_create(&l, path, &e), 0);
	CHECK_INT(append(&l, "admit", &e), -1);
	CHECK_INT(e.code, ERR_SECRET_GUARD);
	CHECK_INT(l.mark.rows, 0);
	ledger_close(&l);
	CHECK_INT(read_all(NULL, &e), 0);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "round trip", test_round_trip },
		{ "chain value", test_chain_value },
		{ "cut anywhere", test_cut_anywhere },
		{ "append only", test_append_only },
		{ "flip any bit", test_flip_any_bit },
		{ "rows moved", test_rows_moved },
		{ "marks", test_marks },
		{ "guard", test_guard },
		{ NULL, NULL }
	};

	return t_main("ledger", cases);
}
