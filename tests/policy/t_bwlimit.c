/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "t.h"

#include "bwlimit.h"

#define AT(h, m) ((h) * 60 + (m))
#define KIB UINT64_C(1024)
#define OFF 0

#define NIGHT "08:00-23:00 512k, 23:00-08:00 off"
#define EVENING "18:00-01:00 256k,01:00-06:30 2M"

static const struct {
	const char *text;
	int minute;
	uint64_t want;
} rates[] = {
	{ "512k", AT(0, 0), 512 * KIB },
	{ "512k", AT(23, 59), 512 * KIB },
	{ "  2M ", AT(12, 0), 2048 * KIB },
	{ "1024", AT(12, 0), 1024 },
	{ "off", AT(12, 0), OFF },
	{ NIGHT, AT(7, 59), OFF },
	{ NIGHT, AT(8, 0), 512 * KIB },
	{ NIGHT, AT(22, 59), 512 * KIB },
	{ NIGHT, AT(23, 0), OFF },
	{ NIGHT, AT(0, 0), OFF },
	{ EVENING, AT(17, 59), OFF },	/* in a gap there is no limit */
	{ EVENING, AT(18, 0), 256 * KIB },
	{ EVENING, AT(23, 59), 256 * KIB },
	{ EVENING, AT(0, 59), 256 * KIB },
	{ EVENING, AT(1, 0), 2048 * KIB },
	{ EVENING, AT(6, 29), 2048 * KIB },
	{ EVENING, AT(6, 30), OFF },
	{ "00:00-24:00 1k", AT(23, 59), 1024 },
	{ "12:00-24:00 1k,00:00-12:00   2k ", AT(11, 59), 2048 },
};

static void
test_rate(void)
{
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct bwlimit b;
		struct err e = {0};

		t_row("%s at %02d:%02d", rates[i].text, rates[i].minute / 60,
		    rates[i].minute % 60);
		if (CHECK_INT(bwlimit_parse(&b, span_of(rates[i].text), &e),
		    0))
			CHECK_INT(bwlimit_rate(&b, rates[i].minute),
			    rates[i].want);
	}
}

static const struct {
	const char *text, *window;
	uint64_t want_lowest, want_day;
} sums[] = {
	{ "512k", "", 512 * KIB, 512 * KIB * 86400 },
	{ "512k", "22:00-06:00", 512 * KIB, 512 * KIB * 8 * 3600 },
	{ "off", "", OFF, OFF },
	{ NIGHT, "", 512 * KIB, OFF },
	{ NIGHT, "23:00-08:00", OFF, OFF },
	{ NIGHT, "09:00-10:00,20:00-23:00", 512 * KIB, 512 * KIB * 4 * 3600 },
	{ NIGHT, "22:59-23:01", 512 * KIB, OFF },
	{ EVENING, "00:00-02:00", 256 * KIB,
	  (256 + 2048) * KIB * 3600 },
	{ EVENING, "01:00-02:00", 2048 * KIB, 2048 * KIB * 3600 },
};

static void
test_sums(void)
{
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		struct window w = {0};
		struct bwlimit b;
		struct err e = {0};

		t_row("%s in '%s'", sums[i].text, sums[i].window);
		CHECK_INT(bwlimit_parse(&b, span_of(sums[i].text), &e), 0);
		if (sums[i].window[0] != '\0')
			CHECK_INT(window_parse(&w, span_of(sums[i].window),
			    &e), 0);
		CHECK_INT(bwlimit_lowest(&b, &w), sums[i].want_lowest);
		CHECK_INT(bwlimit_day(&b, &w), sums[i].want_day);
	}
}

#define SIXTEEN \
	"00:00-01:00 1M,01:00-02:00 1M,02:00-03:00 1M,03:00-04:00 1M," \
	"04:00-05:00 1M,05:00-06:00 1M,06:00-07:00 1M,07:00-08:00 1M," \
	"08:00-09:00 1M,09:00-10:00 1M,10:00-11:00 1M,11:00-12:00 1M," \
	"12:00-13:00 1M,13:00-14:00 1M,14:00-15:00 1M,15:00-16:00 1M"

static const struct {
	const char *text, *want;
} refused[] = {
	{ "", "'' at character 1 is no rate" },
	{ "fast", "'fast' at character 1 is no rate" },
	{ " 512K", "'512K' at character 2 is no rate" },
	{ "512kB", "'512kB' at character 1 is no rate" },
	{ "-1", "'-1' at character 1 is no rate" },
	{ "0", "'0' at character 1 is too slow a rate; 1k is the least" },
	{ "1023", "'1023' at character 1 is too slow a rate; 1k is the "
	  "least" },
	{ "1025G", "'1025G' at character 1 is no rate" },
	{ "512k,1M", "'512k,1M' at character 1 is no rate" },
	{ "08:00-23:00", "'08:00-23:00' at character 1 has no rate" },
	{ "08:00-23:00 ", "'08:00-23:00' at character 1 has no rate" },
	{ "08:00-23:00 512", "'512' at character 13 is too slow a rate; 1k "
	  "is the least" },
	{ "08:00-23:00 512k 1M", "'512k 1M' at character 13 is no rate" },
	{ "08:00-23:00 512k,", "'' at character 18 is no time" },
	{ "08:00-23:00 512k, 23:00-8:00 off", "'23:00-8:00' at character 19 "
	  "is no time" },
	{ "08:00-08:00 512k", "'08:00-08:00' at character 1 is no time" },
	{ "08:00 512k", "'08:00' at character 1 is no time" },
	{ "512k 08:00-23:00", "'512k' at character 1 is no time" },
	{ "08:00-12:00 1M, 11:59-13:00 2M", "'11:59-13:00' at character 17 "
	  "overlaps another time" },
	{ "22:00-06:00 1M, 05:00-07:00 off", "'05:00-07:00' at character 17 "
	  "overlaps another time" },
	{ "08:00-12:00 1M, 08:00-12:00 1M", "'08:00-12:00' at character 17 "
	  "overlaps another time" },
	{ SIXTEEN ",16:00-17:00 1M", "'16:00-17:00 1M' at character 241 is "
	  "one time too many" },
};

static void
test_refused(void)
{
	struct bwlimit b;
	struct err e = {0};

	CHECK_INT(bwlimit_parse(&b, span_of(SIXTEEN), &e), 0);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		e = (struct err){0};
		t_row("'%s'", refused[i].text);
		CHECK_INT(bwlimit_parse(&b, span_of(refused[i].text), &e),
		    -1);
		CHECK_INT(e.code, ERR_CONFIG_INVALID);
		CHECK_STR(e.msg + sizeof("bwlimit: ") - 1, refused[i].want);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "rate", test_rate },
		{ "sums", test_sums },
		{ "refused", test_refused },
		{ NULL, NULL }
	};

	return t_main("bwlimit", cases);
}
