/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

#include "form.h"
#include "unfinished.h"

#define NOW 1795316400	/* 2026-11-22T03:00:00Z */
#define HEX64 "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"

/* --- Rows ----------------------------------------------------------------- */

/*
 * A history in words: "u STORE KEY ID" upload, "a STORE KEY ID" abort,
 * "p STORE KEY RESULT" proof, "f STORE KEY RESULT" fail (its bytes named),
 * "n STORE KEY RESULT" fail (not named), "b STORE PREFIX RESULT" probe.
 */
static void
make_row(struct row *row, const char *text, char word[4][64])
{
	struct span of[4];

	CHECK_INT(sscanf(text, "%63s %63s %63s %63s", word[0], word[1],
	    word[2], word[3]), 4);
	for (int i = 0; i < 4; i++)
		of[i] = span_of(word[i]);
	*row = (struct row){ .time = NOW };
	switch (word[0][0]) {
	case 'u':
		row->kind = ROW_UPLOAD;
		row->of.upload = (struct row_upload){ .store_ref = of[1],
		    .remote_key = of[2], .upload_id = of[3],
		    .object_id = span_of("sha256:" HEX64),
		    .path = span_of("main/a"), .part_size_bytes = 5,
		    .part_count = 3 };
		break;
	case 'a':
		row->kind = ROW_ABORT;
		row->of.abort = (struct row_abort){ .store_ref = of[1],
		    .remote_key = of[2], .upload_id = of[3] };
		break;
	case 'b':
		row->kind = ROW_PROBE;
		row->of.probe = (struct row_probe){ .store_ref = of[1],
		    .remote_key = of[2], .result = of[3] };
		break;
	default:
		row->kind = word[0][0] == 'p' ? ROW_PROOF : ROW_FAIL;
		row->of.outcome = (struct row_outcome){ .store_ref = of[1],
		    .remote_key = of[2], .result_status = of[3] };
		if (word[0][0] == 'f')
			row->of.outcome.etag = span_of("e");
		break;
	}
}

static void
test_rows(void)
{
	static const struct {
		const char *name;
		const char *history[6];
		const char *want;	/* ids that are left */
	} rows[] = {
		{ "begun", { "u s k 1" }, "1 " },
		{ "aborted", { "u s k 1", "a s k 1" }, "" },
		{ "another is aborted", { "u s k 1", "a s k 2" }, "1 " },
		{ "of another key", { "u s k 1", "a s l 1" }, "1 " },
		{ "in another store", { "u s k 1", "a t k 1" }, "1 " },
		{ "an object", { "u s k 1", "p s k uploaded" }, "" },
		{ "found there", { "u s k 1", "p s k skipped_remote_same" },
		  "1 " },
		{ "another object", { "u s k 1", "p s l uploaded" }, "1 " },
		{ "the latest is the object", { "u s k 1", "u s k 2",
		  "p s k uploaded" }, "1 " },
		{ "a wrong object", { "u s k 1", "f s k failed_verification" },
		  "" },
		{ "wrong, and not told which", { "u s k 1",
		  "n s k failed_verification" }, "1 " },
		{ "failed", { "u s k 1", "f s k failed_network" }, "1 " },
		{ "told twice", { "u s k 1", "u s k 1" }, "1 " },
		{ "a probe ended", { "u s c/p/parts 1", "u s c/px/parts 2",
		  "u s c/p 3", "u t c/p/parts 4", "b s c/p interrupted" },
		  "2 3 4 " },
		{ "a probe began", { "u s c/p/parts 1", "b s c/p begun" },
		  "1 " }
	};
	static struct facts_table facts;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct unfinished u = {0};
		struct err e = {0};
		char got[64], word[4][64];
		struct row row;
		struct buf b;

		t_row("%s", rows[i].name);
		for (size_t n = 0; n < 6 && rows[i].history[n] != NULL; n++) {
			make_row(&row, rows[i].history[n], word);
			CHECK_INT(unfinished_ledger_row(&u, &facts, &row, &e),
			    0);
		}
		buf_fixed(&b, got, sizeof(got));
		for (size_t n = 0; n < u.n; n++)
			buf_printf(&b, "%s ", u.upload[n].upload_id.p);
		CHECK_STR(got, rows[i].want);
		unfinished_free(&u);
		unfinished_free(&u);
	}
}

/* Where the store was, when the row was written. */
static void
test_place(void)
{
	static struct facts_table facts = { .n = 1, .store = { {
	    .store_ref = "s", .endpoint = "https://h", .bucket = "b",
	    .probed_at = 1 } } };
	const struct unfinished_place here = { "s", "https://h", "b" },
	    bucket = { "s", "https://h", "c" },
	    endpoint = { "s", "https://i", "b" },
	    store = { "t", "https://h", "b" };
	struct unfinished u = {0};
	struct err e = {0};
	char word[4][64];
	struct row row;

	make_row(&row, "u s k 1", word);
	CHECK_INT(unfinished_ledger_row(&u, &facts, &row, &e), 0);
	if (!CHECK_INT(u.n, 1))
		return;
	CHECK(unfinished_is_at(&u.upload[0], &here));
	CHECK(!unfinished_is_at(&u.upload[0], &bucket));
	CHECK(!unfinished_is_at(&u.upload[0], &endpoint));
	CHECK(!unfinished_is_at(&u.upload[0], &store));
	CHECK_STR(u.upload[0].path.p, "main/a");
	CHECK_INT(u.upload[0].part_count, 3);
	CHECK_INT(u.upload[0].landed, FORM_NONE);
	unfinished_free(&u);
}

/* --- Journals ------------------------------------------------------------- */

#define TIME "\"time\":\"2026-11-22T03:00:00Z\""
#define INTENT "{\"kind\":\"intent\"," TIME ",\"schema\":" \
	"\"consign.upload.v1\",\"begin_seq\":1,\"store_ref\":\"s\"," \
	"\"endpoint\":\"https://h\",\"bucket\":\"b\",\"path\":\"main/a\"," \
	"\"object_id\":\"sha256:" HEX64 "\",\"remote_key\":\"k\"," \
	"\"size_bytes\":12,\"inode\":1,\"mtime_ns\":2,\"ctime_ns\":3," \
	"\"part_size_bytes\":5,\"part_count\":3}\n"
/* Of a pipe: how long it will be is not known. */
#define ENDLESS "{\"kind\":\"intent\"," TIME ",\"schema\":" \
	"\"consign.upload.v1\",\"begin_seq\":1,\"store_ref\":\"s\"," \
	"\"endpoint\":\"https://h\",\"bucket\":\"b\",\"path\":\"put/k\"," \
	"\"remote_key\":\"k\",\"inode\":1,\"mtime_ns\":2," \
	"\"ctime_ns\":3,\"part_size_bytes\":5}\n"
#define SIZED(n, size) "{\"kind\":\"part\"," TIME ",\"number\":" n \
	",\"sha256\":\"" HEX64 "\",\"etag\":\"e\",\"size_bytes\":" size "}\n"
#define BEGUN "{\"kind\":\"begun\"," TIME ",\"upload_id\":\"id\"}\n"
#define PART(n) "{\"kind\":\"part\"," TIME ",\"number\":" n \
	",\"sha256\":\"" HEX64 "\",\"etag\":\"e\"}\n"
#define SUSPENDED "{\"kind\":\"suspended\"," TIME "}\n"
#define COMPLETED "{\"kind\":\"completing\"," TIME "}\n" \
	"{\"kind\":\"completed\"," TIME ",\"etag\":\"e\"}\n"
#define ENDED "{\"kind\":\"ended\"," TIME ",\"result\":\"aborted\"}\n"

static void
write_journal(const char *state, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/uploads/%s", state, name);
	f = fopen(path, "w");
	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
		abort();
}

static void
test_journals(void)
{
	static const struct {
		const char *name, *text;
		bool want_damaged;
		const char *want_id;	/* NULL: nothing is found */
		int64_t want_landed, want_bytes;
		bool want_over;
	} rows[] = {
		{ "nothing in it", "", false, NULL, 0, 0, false },
		{ "intended", INTENT, false, "", 0, 0, false },
		{ "begun", INTENT BEGUN, false, "id", 0, 0, false },
		{ "a part", INTENT BEGUN PART("1"), false, "id", 1, 5, false },
		{ "the last part is smaller", INTENT BEGUN PART("3") PART("1"),
		  false, "id", 2, 7, false },
		{ "a part beyond the file", INTENT BEGUN PART("4"), false,
		  "id", 0, 0, false },
		{ "of a pipe", ENDLESS BEGUN SIZED("1", "5") SIZED("2", "9"),
		  false, "id", 2, 14, false },
		{ "ended", INTENT BEGUN ENDED, false, "id", 0, 0, true },
		{ "suspended", INTENT BEGUN PART("1") SUSPENDED, false, "id",
		  1, 5, false },
		{ "to be proven", INTENT BEGUN PART("1") COMPLETED, false,
		  "id", 1, 5, true },
		{ "torn", INTENT BEGUN "{\"kind\":\"par", false, "id", 0, 0,
		  false },
		{ "damaged at once", "x\n" INTENT, true, NULL, 0, 0, false },
		{ "damaged later", INTENT "x\n" BEGUN, true, NULL, 0, 0,
		  false }
	};
	char state[] = "/tmp/t_unfinished.XXXXXX", folder[64], file[128];

	if (mkdtemp(state) == NULL)
		abort();
	snprintf(folder, sizeof(folder), "%s/uploads", state);
	snprintf(file, sizeof(file), "%s/20261122t030000z-00000001.jsonl",
	    folder);
	if (mkdir(folder, 0700) != 0)
		abort();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct unfinished u = {0};
		struct err e = {0};

		t_row("%s", rows[i].name);
		write_journal(state, "20261122t030000z-00000001.jsonl",
		    rows[i].text);
		CHECK_INT(unfinished_journals(&u, state, &e), 0);
		CHECK_INT(u.damaged, rows[i].want_damaged);
		CHECK_INT(u.n, rows[i].want_id != NULL);
		if (u.n == 1 && rows[i].want_id != NULL) {
			CHECK_STR(u.upload[0].upload_id.p, rows[i].want_id);
			CHECK_INT(u.upload[0].landed, rows[i].want_landed);
			CHECK_INT(u.upload[0].landed_bytes,
			    rows[i].want_bytes);
			CHECK_INT(u.upload[0].over, rows[i].want_over);
			CHECK_INT(u.upload[0].since, NOW);
		}
		unfinished_free(&u);
	}
	unlink(file);
	rmdir(folder);
	rmdir(state);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "rows", test_rows },
		{ "place", test_place },
		{ "journals", test_journals },
		{ NULL, NULL }
	};

	return t_main("unfinished", cases);
}
