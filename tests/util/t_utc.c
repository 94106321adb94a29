/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>
#include <time.h>

#include "t.h"
#include "utc.h"

static const struct {
	int64_t t;
	const char *amz, *iso;
} rows[] = {
	{ 0, "19700101T000000Z", "1970-01-01T00:00:00Z" },
	{ 86399, "19700101T235959Z", "1970-01-01T23:59:59Z" },
	{ 951782399, "20000228T235959Z", "2000-02-28T23:59:59Z" },
	{ 951782400, "20000229T000000Z", "2000-02-29T00:00:00Z" },
	{ 1369353600, "20130524T000000Z", "2013-05-24T00:00:00Z" },
	{ 2147483648, "20380119T031408Z", "2038-01-19T03:14:08Z" },
	{ 4107542400, "21000301T000000Z", "2100-03-01T00:00:00Z" },
	{ 253402300799, "99991231T235959Z", "9999-12-31T23:59:59Z" },
};

static void
test_known(void)
{
	char amz[UTC_AMZ_LEN + 1], iso[UTC_ISO_LEN + 1];
	int64_t t;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].iso);
		utc_amz(amz, rows[i].t);
		utc_iso(iso, rows[i].t);
		CHECK_STR(amz, rows[i].amz);
		CHECK_STR(iso, rows[i].iso);
		CHECK_INT(utc_parse_amz(span_of(amz), &t), 0);
		CHECK_INT(t, rows[i].t);
		CHECK_INT(utc_parse_iso(span_of(iso), &t), 0);
		CHECK_INT(t, rows[i].t);
	}
	t_row("out of range");
	utc_iso(iso, -1);
	CHECK_STR(iso, "1970-01-01T00:00:00Z");
	utc_iso(iso, INT64_MAX);
	CHECK_STR(iso, "9999-12-31T23:59:59Z");
}

/* libc's calendar as the oracle, where its time_t reaches. */
static void
test_oracle(void)
{
	char iso[UTC_ISO_LEN + 1], want[80];
	const int64_t last = sizeof(time_t) > 4 ? INT64_C(253402300799) :
	    INT32_MAX;
	struct tm tm;
	int64_t back;

	for (int64_t t = 0; t <= last; t += 86400 * 97 + 12347) {
		time_t libc = (time_t)t;
		gmtime_r(&libc, &tm);
		utc_iso(iso, t);
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", &tm);
		bool ok = CHECK_STR(iso, want);
		ok &= CHECK_INT(utc_parse_iso(span_of(iso), &back), 0);
		ok &= CHECK_INT(back, t);
		strftime(want, sizeof(want), "%a, %d %b %Y %H:%M:%S GMT",
		    &tm);
		ok &= CHECK_INT(utc_parse_http(span_of(want), &back), 0);
		ok &= CHECK_INT(back, t);
		strftime(want, sizeof(want), "%a %b %e %H:%M:%S %Y", &tm);
		ok &= CHECK_INT(utc_parse_http(span_of(want), &back), 0);
		ok &= CHECK_INT(back, t);
		if (!ok)
			return;
	}
}

static void
test_rejects(void)
{
	static const char *const amz[] = {
		"", "20130524T000000", "20130524T000000Zx", "20130524t000000Z",
		"20130524T000000z", "20130524 000000Z", "2013-05-24T00:00:00Z",
		"20130230T000000Z", "20130229T000000Z", "21000229T000000Z",
		"20130001T000000Z", "20131301T000000Z", "20130100T000000Z",
		"20130132T000000Z", "20130524T240000Z", "20130524T006000Z",
		"20130524T000060Z", "19691231T235959Z", "2013052 T000000Z",
		"+0130524T000000Z",
	};
	static const char *const iso[] = {
		"", "2013-05-24T00:00:00", "2013-05-24T00:00:00+00:00",
		"2013-05-24 00:00:00Z", "20130524T000000Z",
		"2013-05-24T00:00:00.0Z", "2013-02-29T00:00:00Z",
		"2013-05-24T00:00:60Z", "2013-5-24T00:00:00Z",
	};
	int64_t t = 7;

	for (size_t i = 0; i < sizeof(amz) / sizeof(amz[0]); i++) {
		t_row("'%s'", amz[i]);
		CHECK_INT(utc_parse_amz(span_of(amz[i]), &t), -1);
	}
	for (size_t i = 0; i < sizeof(iso) / sizeof(iso[0]); i++) {
		t_row("'%s'", iso[i]);
		CHECK_INT(utc_parse_iso(span_of(iso[i]), &t), -1);
	}
	CHECK_INT(t, 7);
}

/* RFC 9110 section 5.6.7; the first three are its own examples. */
static void
test_http(void)
{
	static const struct {
		const char *text;
		int64_t want;
	} good[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", 784111777 },
		{ "Sun Nov  6 08:49:37 1994", 784111777 },
		{ "Wed Nov 16 08:49:37 1994", 784975777 },
		{ "Fri, 24 May 2013 00:00:00 GMT", 1369353600 },
		/* The weekday is not checked against the date. */
		{ "Mon, 06 Nov 1994 08:49:37 GMT", 784111777 },
		/* Two digits: 1970 to 2069. */
		{ "Thursday, 01-Jan-70 00:00:00 GMT", 0 },
		{ "Tuesday, 01-Jan-69 00:00:00 GMT", 3124224000 },
		{ "Saturday, 31-Dec-16 23:59:60 GMT", 1483228799 },
	};
	static const char *const bad[] = {
		"", "Sun", "Sun, 06 Nov 1994 08:49:37", "784111777",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun, 06 nov 1994 08:49:37 GMT",
		"Xxx, 06 Nov 1994 08:49:37 GMT",
		"Sunday, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06-Nov-94 08:49:37 GMT",
		"Sun, 31 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun, 06 Nov 0094 08:49:37 GMT",
		"Sun, 06 Nov 1969 08:49:37 GMT",
		"Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 94",
	};
	int64_t t;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		t_row("'%s'", good[i].text);
		CHECK_INT(utc_parse_http(span_of(good[i].text), &t), 0);
		CHECK_INT(t, good[i].want);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t_row("'%s'", bad[i]);
		CHECK_INT(utc_parse_http(span_of(bad[i]), &t), -1);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "known", test_known },
		{ "oracle", test_oracle },
		{ "rejects", test_rejects },
		{ "http", test_http },
		{ NULL, NULL }
	};

	return t_main("utc", cases);
}
