/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <time.h>

#include "t.h"

#include "bounds.h"

#define UTC "UTC0"
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"	/* Europe/Berlin */

#define HOUR INT64_C(3600)
#define NIGHT INT64_C(1774738800)	/* 2026-03-28T23:00:00Z */
#define AUTUMN INT64_C(1792879200)	/* 2026-10-24T22:00:00Z */

static const struct {
	const char *name, *tz, *window;
	int64_t now;
	int64_t want;		/* in so many s; 0: never */
} rows[] = {
	{ "no window", UTC, NULL, NIGHT, 0 },
	{ "the whole day", UTC, "00:00-24:00", NIGHT, 0 },
	{ "two halves", UTC, "18:00-06:00,06:00-18:00", NIGHT, 0 },
	{ "over midnight", UTC, "22:00-06:00", NIGHT, 7 * HOUR },
	{ "in the middle of a minute", UTC, "22:00-06:00", NIGHT + 59,
	  7 * HOUR - 59 },
	{ "at the last second", UTC, "22:00-06:00", NIGHT + 7 * HOUR - 1,
	  1 },
	{ "one behind another", UTC, "22:00-24:00,00:00-01:30", NIGHT,
	  HOUR * 5 / 2 },
	{ "it is shut", UTC, "01:00-02:00", NIGHT + 30, -30 },
	/* At 00:00, and at 02:00 it is 03:00. */
	{ "an hour less", BERLIN, "22:00-06:00", NIGHT, 5 * HOUR },
	{ "which ends it, too", BERLIN, "22:00-02:30", NIGHT, 2 * HOUR },
	{ "the day before", BERLIN, "22:00-06:00", NIGHT - 24 * HOUR,
	  6 * HOUR },
	/* At 00:00, and at 03:00 it is 02:00. */
	{ "an hour more", BERLIN, "22:00-06:00", AUTUMN, 7 * HOUR },
	{ "between the two", BERLIN, "22:00-02:30", AUTUMN, HOUR * 5 / 2 },
	{ "in the second of them", BERLIN, "22:00-02:30", AUTUMN + 3 * HOUR,
	  HOUR / 2 },
	{ "a day of 25 hours", BERLIN, "00:00-23:00", AUTUMN, 24 * HOUR },
};

static void
test_end(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};
		int64_t at = -1;

		t_row("%s", rows[i].name);
		setenv("TZ", rows[i].tz, 1);
		tzset();
		CHECK_INT(bounds_end(&at, rows[i].window, rows[i].now, &e),
		    0);
		CHECK_INT(at, rows[i].want != 0 ?
		    rows[i].now + rows[i].want : 0);
	}
}

static void
test_refused(void)
{
	struct err e = {0};
	int64_t at;

	CHECK_INT(bounds_end(&at, "08:00", NIGHT, &e), -1);
	CHECK_INT(e.code, ERR_CONFIG_INVALID);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "end", test_end },
		{ "refused", test_refused },
		{ NULL, NULL }
	};

	return t_main("bounds", cases);
}
