/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "t.h"

#include "anchor.h"
#include "row.h"

#define NOW 1795316400	/* 2026-11-22T03:00:00Z */
#define ROWS 6

/* Documents are in vectors/anchor: here is what is done with them. */

static char path[] = "/tmp/t_anchor.XXXXXX";
static struct guard guard;
static uint8_t chain[ROWS + 1][CHAIN_LEN];	/* before each row */

/* A ledger of ROWS rows: genesis, and "approve" rows of these tiers. */
static void
make(int64_t tier)
{
	struct ledger l = { .guard = &guard };
	struct row row = { .kind = ROW_GENESIS, .of.genesis = {
	    .schema = span_of(ROW_SCHEMA), .archive_id = span_of("photos"),
	    .tool_version = span_of("1") } };
	struct err e = {0};

	guard_init(&guard);
	CHECK_INT(ledger_create(&l, path, &e), 0);
	for (int i = 0; i < ROWS; i++) {
		CHECK_INT(row_append(&l, &row, NOW, &e), 0);
		memcpy(chain[i + 1], l.mark.chain, CHAIN_LEN);
		row = (struct row){ .kind = ROW_APPROVE, .of.approve = {
		    .begin_seq = 0, .store_ref = span_of("offsite"),
		    .tier = tier, .reviewed_by = span_of("kim") } };
	}
	ledger_close(&l);
}

static int
compare(int64_t seq, const uint8_t previous[CHAIN_LEN], struct err *e)
{
	struct anchor a = { .seq = seq, .by.writer = "0123456789abcdef" };

	memcpy(a.previous, previous, CHAIN_LEN);
	*e = (struct err){0};
	return anchor_compare(&a, path, e);
}

static void
test_compare(void)
{
	uint8_t first[ROWS + 1][CHAIN_LEN];
	struct err e;

	make(1);
	memcpy(first, chain, sizeof(first));
	for (int64_t seq = 1; seq <= ROWS; seq++) {
		t_row("seq %d", (int)seq);
		CHECK_INT(compare(seq, chain[seq], &e), 0);
		/* That value, but under another number. */
		CHECK_INT(compare(seq % ROWS + 1, chain[seq], &e), 1);
		CHECK_INT(compare(ROWS + seq, chain[seq], &e), 1);
	}
	unlink(path);

	/* Another history, with the same first row. */
	make(2);
	for (int64_t seq = 2; seq <= ROWS; seq++) {
		t_row("fork, seq %d", (int)seq);
		CHECK_INT(compare(seq, first[seq], &e), -1);
		CHECK_INT(e.code, ERR_LEDGER_ROLLED_BACK);
		/* And it is ahead, too. */
		CHECK_INT(compare(ROWS + seq, first[seq], &e), -1);
		CHECK_INT(e.code, ERR_LEDGER_ROLLED_BACK);
	}
	CHECK_INT(compare(1, first[1], &e), 0);
	unlink(path);
	t_row("no ledger");
	CHECK_INT(compare(1, first[1], &e), -1);
	CHECK_INT(e.code, ERR_LEDGER_ROLLED_BACK);
}

static void
test_damage(void)
{
	char line[4096] = "";
	struct err e;
	FILE *f;

	make(1);
	f = fopen(path, "r+");
	CHECK(f != NULL && fgets(line, sizeof(line), f) != NULL);
	fseek(f, 8, SEEK_SET);
	fputc('9', f);
	fclose(f);
	CHECK_INT(compare(1, chain[1], &e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	unlink(path);
}

static void
test_meet(void)
{
	struct anchor a = { .seq = 3, .previous = { 7 } };
	struct ledger_mark mark = { .rows = 2, .chain = { 7 } };

	CHECK_INT(anchor_meet(&a, &mark), ANCHOR_AHEAD);
	mark.rows = 3;
	CHECK_INT(anchor_meet(&a, &mark), ANCHOR_FITS);
	mark.chain[31] = 1;
	CHECK_INT(anchor_meet(&a, &mark), ANCHOR_DIFFERS);
	mark.rows = 4;
	CHECK_INT(anchor_meet(&a, &mark), ANCHOR_PAST);
}

static void
test_names(void)
{
	static const struct {
		const char *name;
		int64_t want;
		const char *suffix;
	} rows[] = {
		{ "1", 1, "" },
		{ "9223372036854775807", INT64_MAX, "" },
		{ "12-0a1b2c3d", 12, "0a1b2c3d" },
		{ "", -1, NULL },
		{ "0", -1, NULL },
		{ "01", -1, NULL },
		{ "-1", -1, NULL },
		{ "+1", -1, NULL },
		{ "1 ", -1, NULL },
		{ "1x", -1, NULL },
		{ "9223372036854775808", -1, NULL },
		{ "12-", -1, NULL },
		{ "12-0a1b2c3", -1, NULL },
		{ "12-0a1b2c3d4", -1, NULL },
		{ "12-0A1B2C3D", -1, NULL },
		{ "12-0a1b2c3g", -1, NULL },
		{ "12-0a1b-c3d", -1, NULL },
		{ "-0a1b2c3d", -1, NULL },
		{ "1/2", -1, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span suffix = { NULL, 0 };

		t_row("'%s'", rows[i].name);
		CHECK_INT(anchor_name_seq(span_of(rows[i].name), &suffix),
		    rows[i].want);
		if (rows[i].suffix != NULL)
			CHECK(span_is(suffix, rows[i].suffix));
	}
}

static void
test_long(void)
{
	static char text[ANCHOR_SIZE_MAX + 1];
	struct anchor a;
	struct err e = {0};

	memset(text, ' ', sizeof(text));
	CHECK_INT(anchor_parse(&a, (struct span){ text, sizeof(text) }, &e),
	    -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "compare", test_compare },
		{ "damage", test_damage },
		{ "meet", test_meet },
		{ "names", test_names },
		{ "long", test_long },
		{ NULL, NULL }
	};
	int fd = mkstemp(path);

	if (fd < 0)
		abort();
	close(fd);
	unlink(path);
	return t_main("anchor", cases);
}
