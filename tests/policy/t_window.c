/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "t.h"

#include "window.h"

#define AT(h, m) ((h) * 60 + (m))

struct row {
	const char *text;
	int minute;
	bool open;
	int minutes;		/* for which it stays so */
};

static const struct row rows[] = {
	{ "08:00-17:00", AT(7, 59), false, 1 },
	{ "08:00-17:00", AT(8, 0), true, 540 },
	{ "08:00-17:00", AT(16, 59), true, 1 },
	{ "08:00-17:00", AT(17, 0), false, 900 },
	{ "22:00-06:00", AT(21, 59), false, 1 },
	{ "22:00-06:00", AT(22, 0), true, 480 },
	{ "22:00-06:00", AT(23, 59), true, 361 },
	{ "22:00-06:00", AT(0, 0), true, 360 },
	{ "22:00-06:00", AT(5, 59), true, 1 },
	{ "22:00-06:00", AT(6, 0), false, 960 },
	{ "00:00-24:00", AT(0, 0), true, WINDOW_DAY },
	{ "00:00-24:00", AT(23, 59), true, WINDOW_DAY },
	{ "12:00-24:00", AT(23, 59), true, 1 },
	{ "12:00-24:00", AT(0, 0), false, 720 },
	{ "23:59-00:00", AT(23, 59), true, 1 },
	{ "23:59-00:00", AT(0, 0), false, 1439 },
	{ "01:00-02:00,12:30-13:30", AT(1, 30), true, 30 },
	{ "01:00-02:00,12:30-13:30", AT(2, 0), false, 630 },
	{ "01:00-02:00,12:30-13:30", AT(13, 0), true, 30 },
	{ "01:00-02:00, 12:30-13:30", AT(14, 0), false, 660 },
	{ "22:00-24:00,00:00-06:00", AT(23, 0), true, 420 },
	{ "20:00-02:00,01:00-03:00", AT(1, 30), true, 90 },
};

static void
test_open(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct window w;
		struct err e = {0};

		t_row("%s at %02d:%02d", r->text, r->minute / 60,
		    r->minute % 60);
		if (!CHECK_INT(window_parse(&w, span_of(r->text), &e), 0))
			continue;
		CHECK_INT(window_is_open(&w, r->minute), r->open);
		CHECK_INT(window_minutes(&w, r->minute), r->minutes);
	}
}

static const char *const refused[] = {
	"", "08:00", "08:00-", "-17:00", "8:00-17:00", "08:00-17:0",
	"08:00-17:60", "25:00-26:00", "24:00-06:00", "06:00-24:01",
	"06:00-06:00", "08-17", "08:00-17:00,", ",08:00-17:00",
	"08:00-17:00;18:00-19:00", "08:00 - 17:00", "08.00-17.00",
	"+8:00-17:00", "08:00-17:00-18:00", "always",
	("01:00-02:00,01:00-02:00,01:00-02:00,01:00-02:00,01:00-02:00,"
	"01:00-02:00,01:00-02:00,01:00-02:00,01:00-02:00"),
};

static void
test_refused(void)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct window w;
		struct err e = {0};

		t_row("'%s'", refused[i]);
		CHECK_INT(window_parse(&w, span_of(refused[i]), &e), -1);
		CHECK_INT(e.code, ERR_CONFIG_INVALID);
	}
}

static void
test_none(void)
{
	struct window w = {0};

	CHECK(window_is_open(&w, 0));
	CHECK_INT(window_minutes(&w, 0), WINDOW_DAY);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "open", test_open },
		{ "refused", test_refused },
		{ "none", test_none },
		{ NULL, NULL }
	};

	return t_main("window", cases);
}
