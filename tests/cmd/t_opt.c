/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "t.h"

#include "opt.h"
#include "options.h"

struct row {
	const char *line;		/* words, a space between */
	int want_args;			/* -1: refused */
	const char *want_first;		/* argument */
	const char *want_region;
	const char *want_in_advice;
};

static const struct row rows[] = {
	{ "a b", 2, "a", NULL, NULL },
	{ "a --region r b", 2, "a", "r", NULL },
	{ "--region=r a", 1, "a", "r", NULL },
	{ "--region= a", 1, "a", "", NULL },
	{ "--region --json a", 1, "a", "--json", NULL },
	{ "-q a -v", 1, "a", NULL, NULL },
	{ "-- --region r", 2, "--region", NULL, NULL },
	{ "- --json", 1, "-", NULL, NULL },
	{ "--dry-run a", 1, "a", NULL, NULL },
	{ "--dry-run=true", -1, NULL, NULL, NULL },
	{ "--region", -1, NULL, NULL, NULL },
	{ "--region a --region b", -1, NULL, NULL, NULL },
	{ "--json --json", -1, NULL, NULL, NULL },
	{ "--regoin r", -1, NULL, NULL, "--region" },
	{ "--ca_file x", -1, NULL, NULL, "--ca-file" },
	{ "-x", -1, NULL, NULL, NULL },
	{ "-qv", -1, NULL, NULL, NULL },
};

static void
run_row(const struct row *row)
{
	struct options opt;
	const struct opt_set sets[] = {
		{ .fields = options_global, .base = &opt.global },
		{ .fields = store_conf_fields, .base = &opt.store,
		  .given = opt.store_given },
		{ .fields = options_approval, .base = &opt.approval }
	};
	char words[200];
	char *argv[16];
	int argc = 0, nargs = -1, rc;
	struct err e = {0};
	struct buf b;

	t_row("%s", row->line);
	options_init(&opt);
	buf_fixed(&b, words, sizeof(words));
	buf_puts(&b, row->line);
	argv[argc++] = words;
	for (char *p = words; *p != '\0'; p++)
		if (*p == ' ') {
			*p = '\0';
			argv[argc++] = p + 1;
		}
	rc = opt_parse(argc, argv, sets, 3, &nargs, &e);
	CHECK_INT(rc, row->want_args < 0 ? -1 : 0);
	if (rc != 0) {
		CHECK_INT(err_exit_status(&e), 2);
		if (row->want_in_advice != NULL)
			CHECK(strstr(e.advice, row->want_in_advice) != NULL);
		return;
	}
	CHECK_INT(nargs, row->want_args);
	CHECK_STR(argv[0], row->want_first);
	CHECK_STR(opt.store.region, row->want_region);
	for (size_t i = 0; store_conf_fields[i].name != NULL; i++)
		CHECK(opt.store_given[i] == (row->want_region != NULL &&
		    strcmp(store_conf_fields[i].name, "region") == 0));
}

static void
test_lines(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i]);
}

/* --wait is the one time that may come without a unit. */
static void
test_wait(void)
{
	static const struct {
		const char *text;
		int64_t want_ms;	/* -1: refused */
	} waits[] = {
		{ "0", 0 }, { "5", 5000 }, { "5s", 5000 }, { "300ms", 300 },
		{ "2m", 120000 }, { "2592000", 2592000000 },
		{ "2592001", -1 }, { "1.5", -1 }, { "-1", -1 }, { "", -1 },
		{ "18446744073709551", -1 }, { "18446744073709552", -1 },
		{ "5 s", -1 }, { "soon", -1 },
	};
	const struct field *f = field_find_option(options_approval,
	    span_of("wait"));

	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		struct approval_options opt = { .wait = 0 };
		struct err e = {0};
		int rc = field_set(f, &opt, waits[i].text, "--", &e);

		t_row("%s", waits[i].text);
		CHECK_INT(rc, waits[i].want_ms < 0 ? -1 : 0);
		if (rc == 0)
			CHECK_INT(opt.wait, waits[i].want_ms);
	}
}

static void
test_help(void)
{
	char text[8192];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	opt_help(&b, options_global);
	opt_help(&b, store_conf_fields);
	CHECK(buf_ok(&b));
	CHECK(strstr(text, "-q, --quiet") != NULL);
	CHECK(strstr(text, "--ca-file FILE") != NULL);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "lines", test_lines },
		{ "wait", test_wait },
		{ "help", test_help },
		{ NULL, NULL }
	};

	return t_main("opt", cases);
}
