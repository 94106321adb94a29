/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "record.h"
#include "t.h"

#include "progress_line.h"

static const char *
text_of(struct buf *b)
{
	buf_putc(b, '\0');
	CHECK(buf_ok(b));
	return b->data;
}

/* --- Numbers -------------------------------------------------------------- */

static void
test_size(void)
{
	static const struct {
		int64_t bytes;
		const char *want;
	} rows[] = {
		{ 0, "0 B" },
		{ 1023, "1023 B" },
		{ 1024, "1.0 KiB" },
		{ 1535, "1.4 KiB" },
		{ 1536, "1.5 KiB" },
		{ 1048575, "1023.9 KiB" },
		{ 1048576, "1.0 MiB" },
		{ INT64_C(10737418240), "10.0 GiB" },
		{ INT64_C(1) << 40, "1.0 TiB" },
		{ INT64_MAX, "7.9 EiB" },
	};
	char storage[64];
	struct buf b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%lld", (long long)rows[i].bytes);
		buf_fixed(&b, storage, sizeof(storage));
		progress_line_size(&b, rows[i].bytes);
		CHECK_STR(text_of(&b), rows[i].want);
	}
}

static void
test_time(void)
{
	static const struct {
		int64_t seconds;
		const char *want;
	} rows[] = {
		{ 0, "0s" },
		{ 59, "59s" },
		{ 60, "1m 00s" },
		{ 432, "7m 12s" },
		{ 3599, "59m 59s" },
		{ 3600, "1h 00m" },
		{ 11279, "3h 07m" },
		{ 86399, "23h 59m" },
		{ 86400, "1d 00h" },
		{ 8640000, "100d 00h" },
	};
	char storage[64];
	struct buf b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%lld", (long long)rows[i].seconds);
		buf_fixed(&b, storage, sizeof(storage));
		progress_line_time(&b, rows[i].seconds);
		CHECK_STR(text_of(&b), rows[i].want);
	}
}

/* So many bytes every so many ms, so often: the rate is between these. */
static void
test_pace(void)
{
	static const struct {
		const char *name;
		int64_t first, ms, bytes;
		unsigned times;
		int64_t then;		/* bytes in each step from half on */
		int64_t least, most;
	} rows[] = {
		{ "one step", 5, 200, 200, 1, 200, 1000, 1000 },
		{ "steady", 5, 200, 200, 100, 200, 950, 1000 },
		{ "slower", 5, 200, 2000, 200, 200, 900, 2500 },
		{ "it stopped", 5, 200, 2000, 400, 0, 0, 250 },
		{ "by leaps", 5, 20000, 20000, 4, 20000, 1000, 1000 },
		{ "large", 5, 1000, INT64_C(5) << 30, 10, INT64_C(5) << 30,
		  (INT64_C(5) << 30) - 1000, INT64_C(5) << 30 },
		{ "backwards", 5, 200, 200, 10, -2000, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct progress_pace p = { .rate = 0 };
		int64_t now = rows[i].first, moved = 1000;

		t_row("%s", rows[i].name);
		progress_line_pace(&p, now, moved);
		CHECK_INT(p.rate, 0);
		for (unsigned n = 0; n < rows[i].times; n++) {
			now += rows[i].ms;
			moved += n < rows[i].times / 2 ? rows[i].bytes :
			    rows[i].then;
			progress_line_pace(&p, now, moved);
		}
		progress_line_pace(&p, now, moved);
		CHECK(p.rate >= rows[i].least);
		CHECK(p.rate <= rows[i].most);
	}
}

static void
test_left(void)
{
	static const struct {
		struct progress_line l;
		int64_t want;
	} rows[] = {
		{ { .up_total = 100, .down_total = 100, .rate = 10 }, 20 },
		{ { .up_total = 100, .down_total = 100, .bytes_up = 100,
		  .bytes_down = 50, .rate = 10 }, 5 },
		{ { .up_total = 100, .rate = 0 }, PROGRESS_UNKNOWN },
		{ { .up_total = PROGRESS_UNKNOWN, .rate = 10 },
		  PROGRESS_UNKNOWN },
		{ { .down_total = PROGRESS_UNKNOWN, .rate = 10 },
		  PROGRESS_UNKNOWN },
		{ { .up_total = 100, .bytes_up = 101, .rate = 10 },
		  PROGRESS_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%zu", i);
		CHECK_INT(progress_line_left(&rows[i].l), rows[i].want);
	}
}

/* --- Texts ---------------------------------------------------------------- */

static void
test_tail(void)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *want;
	} rows[] = {
		{ "main/a", 6, "main/a" },
		{ "main/ab", 6, ".../ab" },
		{ "", 6, "" },
		{ "abcdef", 3, "..." },
		{ "abcdef", 2, "" },
		/* %0A is one: all of it or nothing. */
		{ "main/a%0Ab", 10, "main/a%0Ab" },
		{ "main/a%0Ab", 7, "...%0Ab" },
		{ "main/a%0Ab", 6, "...b" },
		{ "main/a%0Ab", 5, "...b" },
		/* So is a character, of one column or of two. */
		{ "main/\303\244\303\266\303\274", 6, "...\303\244\303\266"
		  "\303\274" },
		{ "main/\303\244\303\266\303\274", 5, "...\303\266\303\274" },
		{ "main/\346\227\245\346\234\254", 9,
		  "main/\346\227\245\346\234\254" },
		{ "main/\346\227\245\346\234\254", 8,
		  "...\57\346\227\245\346\234\254" },
		{ "main/\346\227\245\346\234\254", 6,
		  "...\346\234\254" },
	};
	char storage[64];
	struct buf b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s in %zu", rows[i].text, rows[i].columns);
		buf_fixed(&b, storage, sizeof(storage));
		progress_line_tail(&b, span_of(rows[i].text),
		    rows[i].columns);
		CHECK(progress_line_columns(buf_as_span(&b)) <=
		    rows[i].columns);
		CHECK_STR(text_of(&b), rows[i].want);
	}
}

/* --- The line ------------------------------------------------------------- */

static const struct progress_line full = { .command = "push",
    .phase = PROGRESS_SEND, .done = 2, .objects = 120, .part = 5,
    .parts = 16, .bytes_up = 212 << 20, .up_total = 1 << 30,
    .down_total = 1 << 30, .rate = 2 << 20,
    .path = { "main/photos/2019/a.raw", 22 } };

static void
test_line(void)
{
	static const struct {
		size_t columns;
		const char *want;
	} rows[] = {
		{ 200, "push 3/120, send 212.0 MiB of 1.0 GiB, part 5/16, "
		  "2.0 MiB/s, 15m 18s left: main/photos/2019/a.raw" },
		{ 97, "push 3/120, send 212.0 MiB of 1.0 GiB, part 5/16, "
		  "2.0 MiB/s, 15m 18s left: main/photos/2019/a.raw" },
		{ 96, "push 3/120, send 212.0 MiB of 1.0 GiB, part 5/16, "
		  "2.0 MiB/s, 15m 18s left: .../photos/2019/a.raw" },
		{ 87, "push 3/120, send 212.0 MiB of 1.0 GiB, part 5/16, "
		  "2.0 MiB/s, 15m 18s left: ...019/a.raw" },
		{ 86, "push 3/120, send 212.0 MiB of 1.0 GiB, part 5/16, "
		  "2.0 MiB/s, 15m 18s left" },
		{ 70, "push 3/120, send 212.0 MiB of 1.0 GiB, part 5/16, "
		  "15m 18s left" },
		{ 60, "push 3/120, send 212.0 MiB of 1.0 GiB, 15m 18s left" },
		{ 40, "push 3/120, send 212.0 MiB of 1.0 GiB" },
		{ 30, "push 3/120, send: ...019/a.raw" },
		{ 16, "push 3/120, send" },
		{ 7, "push 3/" },
		{ 0, "" },
	};
	char storage[256];
	struct buf b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%zu columns", rows[i].columns);
		buf_fixed(&b, storage, sizeof(storage));
		progress_line_write(&b, &full, rows[i].columns);
		CHECK(b.len <= rows[i].columns);
		CHECK_STR(text_of(&b), rows[i].want);
	}
}

static void
test_kinds(void)
{
	static const struct {
		struct progress_line l;
		const char *want;
	} rows[] = {
		{ { .command = "ls" }, "ls, prepare" },
		{ { .command = "push", .phase = PROGRESS_HASH, .objects = 2,
		  .path = { "main/a", 6 } }, "push 1/2, hash: main/a" },
		{ { .command = "push", .phase = PROGRESS_LOOK, .objects = 2,
		  .done = 2 }, "push 2/2, look" },
		{ { .command = "put", .phase = PROGRESS_SEND, .objects = 1,
		  .bytes_up = 5, .up_total = -1, .down_total = -1,
		  .rate = 7 }, "put 1/1, send 5 B, 7 B/s" },
		{ { .command = "verify", .phase = PROGRESS_PROVE,
		  .objects = 1, .bytes_up = 9, .bytes_down = 5,
		  .down_total = 10 }, "verify 1/1, prove 5 B of 10 B" },
		{ { .command = "get", .phase = PROGRESS_FETCH, .objects = 1,
		  .bytes_down = 5, .down_total = 4 }, "get 1/1, fetch 5 B" },
	};
	char storage[256];
	struct buf b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].want);
		buf_fixed(&b, storage, sizeof(storage));
		progress_line_write(&b, &rows[i].l, 79);
		CHECK_STR(text_of(&b), rows[i].want);
	}
}

static const char *
row_of(struct buf *b, char *storage, size_t size,
    const struct progress_line *l)
{
	buf_fixed(b, storage, size);
	record_begin(b);
	progress_line_fields(b, l);
	record_end(b);
	return text_of(b);
}

static void
test_row(void)
{
	static const struct progress_line little = { .command = "put",
	    .up_total = PROGRESS_UNKNOWN, .down_total = PROGRESS_UNKNOWN };
	char storage[512];
	struct buf b;

	CHECK_STR(row_of(&b, storage, sizeof(storage), &full),
	    "{\"command\":\"push\",\"phase\":\"send\",\"done\":2,"
	    "\"objects\":120,\"part\":5,\"parts\":16,"
	    "\"bytes_up\":222298112,\"bytes_up_planned\":1073741824,"
	    "\"bytes_down\":0,\"bytes_down_planned\":1073741824,"
	    "\"bytes_per_second\":2097152,\"seconds_left\":918,"
	    "\"path\":\"main/photos/2019/a.raw\"}\n");
	CHECK_STR(row_of(&b, storage, sizeof(storage), &little),
	    "{\"command\":\"put\",\"phase\":\"prepare\",\"done\":0,"
	    "\"bytes_up\":0,\"bytes_down\":0,\"bytes_per_second\":0}\n");
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "size", test_size },
		{ "time", test_time },
		{ "pace", test_pace },
		{ "left", test_left },
		{ "tail", test_tail },
		{ "line", test_line },
		{ "kinds", test_kinds },
		{ "row", test_row },
		{ NULL, NULL }
	};

	return t_main("progress_line", cases);
}
