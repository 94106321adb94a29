/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

#include "form.h"
#include "journal.h"

#define NOW 1763780400	/* 2025-11-22T03:00:00Z */
#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID "20251122t030000z-5f0c17aa"

static char state[64], uploads[80], path[120];
static struct guard guard;
static struct journal_reader reader;	/* large, as this is */
static struct journal_row row;

static struct journal_intent
intent(void)
{
	return (struct journal_intent){ .schema = span_of(JOURNAL_SCHEMA),
	    .begin_seq = 7, .store_ref = span_of("r2"),
	    .endpoint = span_of("https://x.example.org"),
	    .bucket = span_of("bucket"), .path = span_of("main/a \"b\""),
	    .object_id = span_of("sha256:" HEX), .remote_key = span_of("k%25"),
	    .size_bytes = 12, .inode = -5, .mtime_ns = 1000000001,
	    .ctime_ns = -1, .part_size_bytes = 5, .part_count = 3 };
}

static void
begin(void)
{
	snprintf(state, sizeof(state), "/tmp/t_journal.XXXXXX");
	CHECK(mkdtemp(state) != NULL);
	snprintf(uploads, sizeof(uploads), "%s/uploads", state);
	snprintf(path, sizeof(path), "%s/" ID ".jsonl", uploads);
	guard_init(&guard);
}

static void
end(void)
{
	unlink(path);
	rmdir(uploads);
	CHECK_INT(rmdir(state), 0);
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
create(struct journal *j, struct err *e)
{
	struct journal_at at = { state, ID, NOW };
	struct journal_intent i = intent();

	return journal_create(j, &at, &i, e);
}

static int
begun(struct journal *j, const char *id, struct err *e)
{
	return journal_add(j, &(struct journal_row){ .kind = JOURNAL_BEGUN,
	    .upload_id = span_of(id), .time = NOW }, e);
}

/* A row of a kind with few fields. */
static int
note(struct journal *j, enum journal_kind kind, int64_t number, struct err *e)
{
	struct journal_generation g = { number, span_of("e-3"),
	    number > 1 ? span_of("v1") : (struct span){ NULL, 0 } };

	return journal_add(j, &(struct journal_row){ .kind = kind,
	    .generation = g, .time = NOW }, e);
}

static int
land(struct journal *j, int64_t number, struct err *e)
{
	struct journal_landed p = { number, span_of(HEX), span_of("e-1"),
	    FORM_NONE };

	return journal_add(j, &(struct journal_row){ .kind = JOURNAL_PART,
	    .part = p, .time = NOW + number }, e);
}

/* A journal up to the row before its last; it stays open. */
static void
make(struct journal *j)
{
	struct err e = {0};

	CHECK_INT(create(j, &e), 0);
	CHECK_INT(begun(j, "up~1", &e), 0);
	CHECK_INT(land(j, 2, &e), 0);
	CHECK_INT(land(j, 1, &e), 0);
	CHECK_INT(note(j, JOURNAL_COMPLETING, 0, &e), 0);
	CHECK_INT(note(j, JOURNAL_COMPLETED, 0, &e), 0);
	CHECK_INT(note(j, JOURNAL_PROVEN, 2, &e), 0);
	CHECK_INT(note(j, JOURNAL_PROVEN, 1, &e), 0);
	CHECK_STR(e.msg, "");
}

/* The number of rows up to the end, or -1. */
static int
read_all(struct err *e)
{
	int n = 0, rc;

	err_clear(e);
	if (journal_read_open(&reader, state, ID ".jsonl", e) != 0)
		return -1;
	while ((rc = journal_read(&reader, &row, e)) == 1)
		n++;
	journal_read_close(&reader);
	return rc == 0 ? n : -1;
}

static void
test_round_trip(void)
{
	struct journal j = { .guard = &guard };
	struct err e = {0};
	struct stat st;

	begin();
	make(&j);
	CHECK(stat(uploads, &st) == 0 && (st.st_mode & 07777) == 0700);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	CHECK_INT(journal_read_open(&reader, state, ID ".jsonl", &e), 0);

	CHECK_INT(journal_read(&reader, &row, &e), 1);
	CHECK_INT(row.kind, JOURNAL_INTENT);
	CHECK_INT(row.time, NOW);
	CHECK(span_is(row.intent.schema, "consign.upload.v1"));
	CHECK(span_is(row.intent.path, "main/a \"b\""));
	CHECK(span_is(row.intent.remote_key, "k%25"));
	CHECK(span_is(row.intent.endpoint, "https://x.example.org"));
	CHECK_INT(row.intent.begin_seq, 7);
	CHECK_INT(row.intent.inode, -5);
	CHECK_INT(row.intent.mtime_ns, 1000000001);
	CHECK_INT(row.intent.ctime_ns, -1);
	CHECK_INT(row.intent.part_count, 3);

	CHECK_INT(journal_read(&reader, &row, &e), 1);
	CHECK_INT(row.kind, JOURNAL_BEGUN);
	CHECK(span_is(row.upload_id, "up~1"));
	CHECK_INT(journal_read(&reader, &row, &e), 1);
	CHECK_INT(row.kind, JOURNAL_PART);
	CHECK_INT(row.time, NOW + 2);
	CHECK_INT(row.part.number, 2);
	CHECK(span_is(row.part.sha256, HEX));
	CHECK(span_is(row.part.etag, "e-1"));
	CHECK_INT(journal_read(&reader, &row, &e), 1);
	CHECK_INT(journal_read(&reader, &row, &e), 1);
	CHECK_INT(row.kind, JOURNAL_COMPLETING);
	CHECK_INT(journal_read(&reader, &row, &e), 1);
	CHECK_INT(row.kind, JOURNAL_COMPLETED);
	CHECK(span_is(row.generation.etag, "e-3"));
	CHECK(row.generation.version_id.p == NULL);
	CHECK_INT(journal_read(&reader, &row, &e), 1);
	CHECK_INT(row.kind, JOURNAL_PROVEN);
	CHECK_INT(row.generation.number, 2);
	CHECK(span_is(row.generation.version_id, "v1"));
	CHECK_INT(journal_read(&reader, &row, &e), 1);
	CHECK_INT(journal_read(&reader, &row, &e), 0);
	journal_read_close(&reader);

	CHECK_INT(journal_end(&j, "completed", NOW, &e), 0);
	CHECK(access(path, F_OK) != 0);
	journal_close(&j);
	journal_close(&j);
	end();
}

/* Exactly these bytes, as the manual page has them. */
static void
test_bytes(void)
{
	static const char want[] =
	    "{\"kind\":\"intent\",\"time\":\"2025-11-22T03:00:00Z\","
	    "\"schema\":\"consign.upload.v1\",\"begin_seq\":7,"
	    "\"store_ref\":\"r2\",\"endpoint\":\"https://x.example.org\","
	    "\"bucket\":\"bucket\",\"path\":\"main/a \\\"b\\\"\","
	    "\"object_id\":\"sha256:" HEX "\",\"remote_key\":\"k%25\","
	    "\"size_bytes\":12,\"inode\":-5,\"mtime_ns\":1000000001,"
	    "\"ctime_ns\":-1,\"part_size_bytes\":5,\"part_count\":3}\n"
	    "{\"kind\":\"begun\",\"time\":\"2025-11-22T03:00:00Z\","
	    "\"upload_id\":\"up~1\"}\n"
	    "{\"kind\":\"part\",\"time\":\"2025-11-22T03:00:02Z\","
	    "\"number\":2,\"sha256\":\"" HEX "\",\"etag\":\"e-1\"}\n"
	    "{\"kind\":\"part\",\"time\":\"2025-11-22T03:00:01Z\","
	    "\"number\":1,\"sha256\":\"" HEX "\",\"etag\":\"e-1\"}\n"
	    "{\"kind\":\"completing\",\"time\":\"2025-11-22T03:00:00Z\"}\n"
	    "{\"kind\":\"completed\",\"time\":\"2025-11-22T03:00:00Z\","
	    "\"etag\":\"e-3\"}\n"
	    "{\"kind\":\"proven\",\"time\":\"2025-11-22T03:00:00Z\","
	    "\"number\":2,\"etag\":\"e-3\",\"version_id\":\"v1\"}\n"
	    "{\"kind\":\"proven\",\"time\":\"2025-11-22T03:00:00Z\","
	    "\"number\":1,\"etag\":\"e-3\"}\n";
	struct journal j = { .guard = &guard };
	char got[4096];

	begin();
	make(&j);
	journal_close(&j);
	CHECK_MEM(got, get(got, sizeof(got)), want, sizeof(want) - 1);
	end();
}

/* Cut anywhere: whole rows count, the rest is torn, and it can go on. */
static void
test_cuts(void)
{
	struct journal j = { .guard = &guard };
	struct err e = {0};
	char all[4096];
	size_t len;
	int rows = 0;

	begin();
	make(&j);
	journal_close(&j);
	len = get(all, sizeof(all));
	for (size_t cut = 0; cut <= len; cut++) {
		t_row("cut at %zu", cut);
		rows += cut > 0 && all[cut - 1] == '\n';
		put(all, cut);
		CHECK_INT(read_all(&e), rows);
		CHECK_INT(journal_reopen(&j, &reader, &e), 0);
		/* What comes next stands behind whole rows. */
		if (rows > 0)
			CHECK_INT(journal_end(&j, "aborted", NOW, &e), 0);
		else
			CHECK_INT(journal_remove(&j, &e), 0);
		CHECK(access(path, F_OK) != 0);
	}
	CHECK_INT(rows, 8);
	end();
}

/* The last line is torn although it ends: blocks came in another order. */
static void
test_zeroes_at_the_end(void)
{
	struct journal j = { .guard = &guard };
	struct err e = {0};
	char all[4096];
	size_t len;

	begin();
	make(&j);
	journal_close(&j);
	len = get(all, sizeof(all));
	memset(all + len - 20, 0, 19);
	put(all, len);
	CHECK_INT(read_all(&e), 7);
	CHECK_INT(journal_reopen(&j, &reader, &e), 0);
	CHECK_INT(note(&j, JOURNAL_PROVEN, 3, &e), 0);
	CHECK_INT(read_all(&e), 8);

	/* With rows behind it, it is damage. */
	len = get(all, sizeof(all));
	*strchr(all + 1, '{') = 'x';
	put(all, len);
	CHECK_INT(read_all(&e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	journal_close(&j);
	end();
}

#define INTENT_ROW "{\"kind\":\"intent\",\"time\":\"2025-11-22T03:00:00Z\"," \
	"\"schema\":\"consign.upload.v1\",\"begin_seq\":7," \
	"\"store_ref\":\"r2\",\"endpoint\":\"http://x\",\"bucket\":\"b\"," \
	"\"path\":\"main/a\",\"object_id\":\"sha256:" HEX "\"," \
	"\"remote_key\":\"k\",\"size_bytes\":12,\"inode\":5,\"mtime_ns\":1," \
	"\"ctime_ns\":1,\"part_size_bytes\":5,\"part_count\":3}\n"
#define ROW(kind, rest) "{\"kind\":\"" kind "\"," \
	"\"time\":\"2025-11-22T03:00:00Z\"" rest "}\n"
#define BEGUN ROW("begun", ",\"upload_id\":\"u\"")
#define PART ROW("part", ",\"number\":1,\"sha256\":\"" HEX "\",\"etag\":\"e\"")
#define COMPLETING ROW("completing", "")
#define COMPLETED ROW("completed", "")
#define PROVEN ROW("proven", ",\"number\":1,\"etag\":\"e\"")
#define SUSPENDED ROW("suspended", "")
#define ENDED ROW("ended", ",\"result\":\"gone\"")

/* Rows come in one order only.  A bad one at the very end would be torn. */
static void
test_order(void)
{
	static const struct {
		const char *name, *text;
		int want;		/* rows; -1: broken */
	} cases[] = {
		{ "nothing", "", 0 },
		{ "intent", INTENT_ROW, 1 },
		{ "all", INTENT_ROW BEGUN PART PART COMPLETING ENDED, 6 },
		{ "ended at once", INTENT_ROW ENDED, 2 },
		{ "ended after begun", INTENT_ROW BEGUN ENDED, 3 },
		{ "ended after a part", INTENT_ROW BEGUN PART ENDED, 4 },
		{ "no intent", BEGUN PART, -1 },
		{ "two intents", INTENT_ROW INTENT_ROW BEGUN, -1 },
		{ "a part before begun", INTENT_ROW PART PART, -1 },
		{ "begun twice", INTENT_ROW BEGUN BEGUN PART, -1 },
		{ "completing without parts", INTENT_ROW BEGUN COMPLETING
		  ENDED, -1 },
		{ "a late part", INTENT_ROW BEGUN PART COMPLETING PART ENDED,
		  -1 },
		{ "proven", INTENT_ROW BEGUN PART COMPLETING COMPLETED PROVEN
		  PROVEN ENDED, 8 },
		{ "proven, and no answer to Complete", INTENT_ROW BEGUN PART
		  COMPLETING PROVEN ENDED, 6 },
		{ "completed, and not proven", INTENT_ROW BEGUN PART
		  COMPLETING COMPLETED ENDED, 6 },
		{ "suspended", INTENT_ROW BEGUN PART SUSPENDED, 4 },
		{ "suspended before any part", INTENT_ROW BEGUN SUSPENDED,
		  3 },
		{ "proven before Complete", INTENT_ROW BEGUN PART PROVEN
		  ENDED, -1 },
		{ "completed twice", INTENT_ROW BEGUN PART COMPLETING
		  COMPLETED COMPLETED ENDED, -1 },
		{ "a part behind what was proven", INTENT_ROW BEGUN PART
		  COMPLETING PROVEN PART ENDED, -1 },
		{ "a part behind suspended", INTENT_ROW BEGUN PART SUSPENDED
		  PART ENDED, -1 },
		{ "suspended amid Complete", INTENT_ROW BEGUN PART COMPLETING
		  SUSPENDED ENDED, -1 },
		{ "something behind the end", INTENT_ROW ENDED PART PART, -1 },
		{ "a kind of another kind", INTENT_ROW ROW("begin", "") BEGUN,
		  -1 },
		{ "an upload id that is none", INTENT_ROW ROW("begun",
		  ",\"upload_id\":\"a b\"") PART, -1 },
		{ "a part without a number", INTENT_ROW BEGUN ROW("part",
		  ",\"sha256\":\"" HEX "\",\"etag\":\"e\"") PART, -1 },
		{ "a field more, as later versions may write", INTENT_ROW
		  ROW("begun", ",\"upload_id\":\"u\",\"x\":1") PART, 3 },
	};
	struct journal j = { .guard = &guard };
	struct err e = {0};

	begin();
	CHECK_INT(create(&j, &e), 0);
	journal_close(&j);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		t_row("%s", cases[i].name);
		put(cases[i].text, strlen(cases[i].text));
		CHECK_INT(read_all(&e), cases[i].want);
		CHECK_STR(err_word(e.code), cases[i].want < 0 ?
		    "ledger_broken" : "ok");
	}
	end();
}

/* Who goes on cuts off that it was suspended. */
static void
test_suspended(void)
{
	struct journal j = { .guard = &guard };
	struct err e = {0};

	begin();
	CHECK_INT(create(&j, &e), 0);
	CHECK_INT(begun(&j, "u", &e), 0);
	CHECK_INT(land(&j, 1, &e), 0);
	CHECK_INT(note(&j, JOURNAL_SUSPENDED, 0, &e), 0);
	journal_close(&j);
	CHECK_INT(read_all(&e), 4);
	CHECK_INT(journal_reopen(&j, &reader, &e), 0);
	CHECK_INT(read_all(&e), 3);
	CHECK_INT(land(&j, 2, &e), 0);
	CHECK_INT(read_all(&e), 4);
	CHECK_INT(row.kind, JOURNAL_PART);
	journal_close(&j);
	end();
}

static void
test_list(void)
{
	struct journal j = { .guard = &guard };
	struct err e = {0};
	struct dir dir = {0};

	begin();
	CHECK_INT(journal_list(&dir, state, &e), 0);	/* no folder */
	CHECK_STR(e.msg, "");
	CHECK_INT(create(&j, &e), 0);
	CHECK_INT(journal_list(&dir, state, &e), 1);
	if (CHECK_INT(dir.n, 1))
		CHECK(journal_is_name(dir.entry[0].name));
	dir_close(&dir);
	/* It is there: another upload has another id. */
	CHECK_INT(create(&j, &e), -1);
	CHECK_STR(err_word(e.code), "io_error");
	CHECK_INT(read_all(&e), 1);
	journal_close(&j);
	end();
}

static void
test_names(void)
{
	static const uint8_t random[JOURNAL_RANDOM] = { 0x5f, 0x0c, 0x17,
	    0xaa };
	char id[JOURNAL_ID_LEN + 1];

	journal_make_id(id, NOW, random);
	CHECK_STR(id, ID);
	CHECK(journal_is_name(ID ".jsonl"));
	CHECK(!journal_is_name(ID));
	CHECK(!journal_is_name(ID ".jsonl/"));
	CHECK(!journal_is_name("20251122T030000z-5f0c17aa.jsonl"));
	CHECK(!journal_is_name("0251122t030000z-5f0c17aa.jsonl"));
	CHECK(!journal_is_name(".consign-1234567890123.tmp.jsonl"));
}

/* What no record may hold is refused, and leaves nothing. */
static void
test_refuses(void)
{
	struct journal j = { .guard = &guard };
	struct journal_at at = { state, ID, NOW };
	struct journal_intent i = intent();
	struct err e = {0};

	begin();
	i.path = span_of("a\nb");
	CHECK_INT(journal_create(&j, &at, &i, &e), -1);
	CHECK(access(path, F_OK) != 0);
	err_clear(&e);
	CHECK_INT(create(&j, &e), 0);
	CHECK_INT(begun(&j, "a b", &e), -1);
	err_clear(&e);
	CHECK_INT(guard_add(&guard, span_of("sesame-sesame-sesame"), &e),
	    0);
	CHECK_INT(begun(&j, "sesame-sesame-sesame", &e), -1);
	CHECK_STR(err_word(e.code), "secret_guard");
	CHECK_INT(read_all(&e), 1);
	journal_close(&j);
	end();
}

/* What says nothing goes, even if a row was begun; anything else stays. */
static void
test_sweep(void)
{
	static const struct {
		const char *text;	/* NULL: the journal is left as it is */
		bool stays;
	} rows[] = { { "", false }, { "{\"kind\":\"inte", false },
	    { "{\"kind\":\"sunk\"}\n{}\n", true }, { NULL, true } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct journal j = { .guard = &guard };
		struct err e = {0};
		FILE *f;

		t_row("%zu", i);
		begin();
		CHECK_INT(create(&j, &e), 0);
		journal_close(&j);
		if (rows[i].text != NULL && (f = fopen(path, "w")) != NULL) {
			fputs(rows[i].text, f);
			fclose(f);
		}
		CHECK_INT(journal_sweep(state, &e), 0);
		CHECK_INT(access(path, F_OK) == 0, rows[i].stays);
		end();
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "round trip", test_round_trip },
		{ "bytes", test_bytes },
		{ "cuts", test_cuts },
		{ "zeroes at the end", test_zeroes_at_the_end },
		{ "order", test_order },
		{ "suspended", test_suspended },
		{ "list", test_list },
		{ "names", test_names },
		{ "refuses", test_refuses },
		{ "sweep", test_sweep },
		{ NULL, NULL }
	};

	return t_main("journal", cases);
}
