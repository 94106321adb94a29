/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "num.h"
#include "t.h"

#define UNTOUCHED 77

struct row {
	const char *text;
	uint64_t max;
	uint64_t want;
	int result;
};

static void
check_rows(const struct row *rows, size_t n,
    int (*parse)(struct span, uint64_t, uint64_t *))
{
	for (size_t i = 0; i < n; i++) {
		uint64_t v = UNTOUCHED;
		t_row("'%s'", rows[i].text);
		CHECK_INT(parse(span_of(rows[i].text), rows[i].max, &v),
		    rows[i].result);
		CHECK(v == (rows[i].result == 0 ? rows[i].want : UNTOUCHED));
	}
}

#define CHECK_ROWS(rows, parse) \
	check_rows(rows, sizeof(rows) / sizeof(rows[0]), parse)

static void
test_u64(void)
{
	static const struct row rows[] = {
		{ "0", UINT64_MAX, 0, 0 },
		{ "7", 7, 7, 0 },
		{ "8", 7, 0, -1 },
		{ "18446744073709551615", UINT64_MAX, UINT64_MAX, 0 },
		{ "18446744073709551616", UINT64_MAX, 0, -1 },
		{ "99999999999999999999", UINT64_MAX, 0, -1 },
		{ "184467440737095516150", UINT64_MAX, 0, -1 },
		{ "", 9, 0, -1 }, { "00", 9, 0, -1 }, { "01", 9, 0, -1 },
		{ "+1", 9, 0, -1 }, { "-1", 9, 0, -1 }, { " 1", 9, 0, -1 },
		{ "1 ", 9, 0, -1 }, { "1x", 99, 0, -1 }, { "0x1", 99, 0, -1 },
		{ "1.0", 99, 0, -1 }, { "\xd9\xa1", 99, 0, -1 },
	};
	uint64_t v;

	CHECK_ROWS(rows, num_u64);
	CHECK_INT(num_u64((struct span){ NULL, 0 }, 9, &v), -1);
	CHECK_INT(num_u64((struct span){ "1\0", 2 }, 9, &v), -1);
	CHECK_INT(num_u64((struct span){ "123", 2 }, 99, &v), 0);
	CHECK_INT(v, 12);
}

static void
test_size(void)
{
	static const struct row rows[] = {
		{ "0", 9, 0, 0 },
		{ "0k", 9, 0, 0 },
		{ "512", 512, 512, 0 },
		{ "1k", 1024, 1024, 0 },
		{ "1k", 1023, 0, -1 },
		{ "64M", UINT64_MAX, UINT64_C(64) << 20, 0 },
		{ "5G", UINT64_MAX, UINT64_C(5) << 30, 0 },
		{ "17179869183G", UINT64_MAX, UINT64_C(17179869183) << 30, 0 },
		{ "17179869184G", UINT64_MAX, 0, -1 },
		{ "1K", UINT64_MAX, 0, -1 }, { "1m", UINT64_MAX, 0, -1 },
		{ "1g", UINT64_MAX, 0, -1 }, { "k", UINT64_MAX, 0, -1 },
		{ "1 k", UINT64_MAX, 0, -1 }, { "1kB", UINT64_MAX, 0, -1 },
		{ "1T", UINT64_MAX, 0, -1 }, { "1.5G", UINT64_MAX, 0, -1 },
		{ "01k", UINT64_MAX, 0, -1 }, { "", UINT64_MAX, 0, -1 },
	};
	uint64_t v;

	CHECK_ROWS(rows, num_size);
	CHECK_INT(num_size((struct span){ NULL, 0 }, 9, &v), -1);
}

static void
test_ms(void)
{
	static const struct row rows[] = {
		{ "0", 9, 0, 0 },
		{ "0s", 9, 0, 0 },
		{ "250ms", 250, 250, 0 },
		{ "250ms", 249, 0, -1 },
		{ "30s", UINT64_MAX, 30000, 0 },
		{ "14m", UINT64_MAX, 840000, 0 },
		{ "2h", 7200000, 7200000, 0 },
		{ "2h", 7199999, 0, -1 },
		{ "90d", UINT64_MAX, 7776000000, 0 },
		{ "30", UINT64_MAX, 0, -1 }, { "s", UINT64_MAX, 0, -1 },
		{ "1w", UINT64_MAX, 0, -1 }, { "1S", UINT64_MAX, 0, -1 },
		{ "1sec", UINT64_MAX, 0, -1 }, { "1m30s", UINT64_MAX, 0, -1 },
		{ "-1s", UINT64_MAX, 0, -1 }, { "", UINT64_MAX, 0, -1 },
		{ "5124095576030432h", UINT64_MAX, 0, -1 },
	};

	CHECK_ROWS(rows, num_ms);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "u64", test_u64 },
		{ "size", test_size },
		{ "ms", test_ms },
		{ NULL, NULL }
	};

	return t_main("num", cases);
}
