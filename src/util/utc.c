/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "utc.h"

/*
 * Both directions follow one pattern: a run of lowercase letters stands for
 * the digits of a field, anything else for itself.
 *	y year, n month, d day, h hour, m minute, s second
 *	b month's name, three letters; e blank or digit of the day's tens
 */
#define AMZ "yyyynnddThhmmssZ"
#define ISO "yyyy-nn-ddThh:mm:ssZ"

#define UTC_MAX INT64_C(253402300799)	/* 9999-12-31T23:59:59Z */

enum field { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FIELDS };

static const char field_letter[FIELDS + 1] = "yndhms";

static const char month_name[12][4] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
};

static int
field_of(char letter)
{
	const char *at = memchr(field_letter, letter, FIELDS);

	return at != NULL ? (int)(at - field_letter) : -1;
}

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t
month_days(int64_t year, int64_t month)
{
	static const int64_t days[12] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to the first of January of year (1970 or later). */
static int64_t
days_before(int64_t year)
{
	int64_t y = year - 1;

	/* 719162 days lie between 0001-01-01 and 1970-01-01. */
	return y * 365 + y / 4 - y / 100 + y / 400 - 719162;
}

static void
split(int64_t t, int64_t f[FIELDS])
{
	if (t < 0)
		t = 0;
	if (t > UTC_MAX)
		t = UTC_MAX;
	int64_t days = t / 86400;
	f[HOUR] = t / 3600 % 24;
	f[MINUTE] = t / 60 % 60;
	f[SECOND] = t % 60;

	/* A year has at most 366 days, so the guess is never too late. */
	f[YEAR] = 1970 + days / 366;
	while (days_before(f[YEAR] + 1) <= days)
		f[YEAR]++;
	days -= days_before(f[YEAR]);
	f[MONTH] = 1;
	while (days >= month_days(f[YEAR], f[MONTH]))
		days -= month_days(f[YEAR], f[MONTH]++);
	f[DAY] = days + 1;
}

/* The time of the fields: -1 where there is no such date. */
static int
join(const int64_t f[FIELDS], int64_t *t)
{
	if (f[YEAR] < 1970 || f[MONTH] < 1 || f[MONTH] > 12 ||
	    f[DAY] < 1 || f[DAY] > month_days(f[YEAR], f[MONTH]) ||
	    f[HOUR] > 23 || f[MINUTE] > 59 || f[SECOND] > 59)
		return -1;
	int64_t days = days_before(f[YEAR]) + f[DAY] - 1;
	for (int64_t m = 1; m < f[MONTH]; m++)
		days += month_days(f[YEAR], m);
	*t = ((days * 24 + f[HOUR]) * 60 + f[MINUTE]) * 60 + f[SECOND];
	return 0;
}

static void
print(char *out, const char *pattern, int64_t t)
{
	int64_t f[FIELDS];
	size_t i = strlen(pattern);

	split(t, f);
	out[i] = '\0';
	while (i-- > 0) {
		int which = field_of(pattern[i]);
		if (which < 0) {
			out[i] = pattern[i];
			continue;
		}
		out[i] = (char)('0' + f[which] % 10);
		f[which] /= 10;
	}
}

/* The month whose name s begins with, 1 to 12; 0 where there is none. */
static int64_t
named_month(struct span s)
{
	for (size_t i = 0; i < 12; i++)
		if (span_starts(s, month_name[i]))
			return (int64_t)i + 1;
	return 0;
}

/* Take s apart by pattern, all of it; fields not named are 0. */
static int
match(struct span s, const char *pattern, int64_t f[FIELDS])
{
	memset(f, 0, FIELDS * sizeof(f[0]));
	for (; *pattern != '\0'; pattern++) {
		size_t used = 1;
		int which = field_of(*pattern);
		if (s.len == 0)
			return -1;
		if (*pattern == 'b') {
			f[MONTH] = named_month(s);
			used = 3;
			if (f[MONTH] == 0)
				return -1;
		} else if (*pattern == 'e' && *s.p == ' ') {
			;	/* a day below 10 */
		} else if (*pattern == 'e' || which >= 0) {
			if (*s.p < '0' || *s.p > '9')
				return -1;
			int64_t *v = &f[which >= 0 ? which : DAY];
			*v = *v * 10 + (*s.p - '0');
		} else if (*s.p != *pattern) {
			return -1;
		}
		s = (struct span){ s.p + used, s.len - used };
	}
	return s.len == 0 ? 0 : -1;
}

void
utc_amz(char out[UTC_AMZ_LEN + 1], int64_t t)
{
	print(out, AMZ, t);
}

void
utc_iso(char out[UTC_ISO_LEN + 1], int64_t t)
{
	print(out, ISO, t);
}

int
utc_parse_amz(struct span s, int64_t *t)
{
	int64_t f[FIELDS];

	return match(s, AMZ, f) == 0 ? join(f, t) : -1;
}

int
utc_parse_iso(struct span s, int64_t *t)
{
	int64_t f[FIELDS];

	return match(s, ISO, f) == 0 ? join(f, t) : -1;
}

/* Cut the weekday off s, in full or its first three letters: -1, none. */
static int
skip_weekday(struct span *s, bool full)
{
	static const char *const names[7] = {
		"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
		"Friday", "Saturday"
	};

	for (size_t i = 0; i < 7; i++) {
		size_t n = full ? strlen(names[i]) : 3;
		if (s->len < n || memcmp(s->p, names[i], n) != 0)
			continue;
		*s = (struct span){ s->p + n, s->len - n };
		return 0;
	}
	return -1;
}

int
utc_parse_http(struct span s, int64_t *t)
{
	static const struct {
		bool full_weekday;
		const char *pattern;
	} forms[] = {
		{ false, ", dd b yyyy hh:mm:ss GMT" },	/* IMF-fixdate */
		{ true, ", dd-b-yy hh:mm:ss GMT" },	/* RFC 850 */
		{ false, " b ed hh:mm:ss yyyy" },	/* asctime */
	};
	int64_t f[FIELDS];

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct span rest = s;
		if (skip_weekday(&rest, forms[i].full_weekday) != 0 ||
		    match(rest, forms[i].pattern, f) != 0)
			continue;
		/* Two digits of a year: 70 is the first that we know. */
		if (f[YEAR] < 100 && forms[i].full_weekday)
			f[YEAR] += f[YEAR] < 70 ? 2000 : 1900;
		/* RFC 9110 allows a leap second, which we do not count. */
		if (f[SECOND] == 60)
			f[SECOND] = 59;
		return join(f, t);
	}
	return -1;
}
