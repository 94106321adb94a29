/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count_rng.h"
#include "page.h"
#include "t.h"

#define NOW 1795316400		/* 2026-11-22T03:00:00Z */
#define DAY 86400

static struct guard guard;
static struct out out;
static struct app app;
static struct page page;
static char got[65536];

static void
begin(const char *target)
{
	struct err e = {0};

	guard_init(&guard);
	out_init(&out, &guard);
	app = (struct app){ .guard = &guard, .out = &out,
	    .rng = count_rng() };
	memset(&page, 0, sizeof(page));
	CHECK_INT(page_open(&page, &app, target, false, &e), 0);
}

/* What stands in the file; it is removed. */
static const char *
finish(const char *target)
{
	struct err e = {0};
	struct file f = {0};
	ssize_t n;

	CHECK_INT(page_commit(&page, &e), 0);
	page_discard(&page);
	if (!CHECK_INT(file_open(&f, target, 0, &e), 0))
		return "";
	n = file_read_at(&f, got, sizeof(got) - 1, 0, &e);
	file_close(&f);
	got[n < 0 ? 0 : n] = '\0';
	CHECK_INT(unlink(target), 0);
	return got;
}

static void
test_number(void)
{
	static const struct {
		int64_t n;
		const char *want;
	} rows[] = {
		{ 0, "0" }, { 999, "999" },
		{ 1000, "1\xe2\x80\xaf" "000" },
		{ -1, "-1" }, { -100, "-100" },
		{ -1000, "-1\xe2\x80\xaf" "000" },
		{ 1234567, "1\xe2\x80\xaf" "234\xe2\x80\xaf" "567" },
		{ INT64_MAX, "9\xe2\x80\xaf" "223\xe2\x80\xaf" "372\xe2\x80"
		    "\xaf" "036\xe2\x80\xaf" "854\xe2\x80\xaf" "775\xe2\x80"
		    "\xaf" "807" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%lld", (long long)rows[i].n);
		begin("n.html");
		page_int(&page, rows[i].n);
		CHECK_STR(finish("n.html"), rows[i].want);
	}
}

static void
test_time(void)
{
	static const struct {
		int64_t time;
		const char *want;	/* between the tags */
	} rows[] = {
		{ NOW, ">just now<" },
		{ NOW - 59, ">just now<" },
		{ NOW - 60, ">1 min ago<" },
		{ NOW - 7199, ">119 min ago<" },
		{ NOW - 7200, ">2 h ago<" },
		{ NOW - 2 * DAY + 1, ">47 h ago<" },
		{ NOW - 2 * DAY, ">2 days ago<" },
		{ 0, "title=\"1970-01-01T00:00:00Z\">20779 days ago<" },
		{ NOW + 60, ">just now<" },
		{ NOW + 61, ">2026-11-22T03:01:01Z<" },
		{ INT64_MAX, ">9999-12-31T23:59:59Z<" },
		{ -1, "never" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%lld", (long long)rows[i].time);
		begin("t.html");
		page_time(&page, rows[i].time, NOW);
		CHECK(strstr(finish("t.html"), rows[i].want) != NULL);
	}
	begin("t.html");
	page_date(&page, NOW);
	CHECK_STR(finish("t.html"), "2026-11-22 03:00");
}

/* However much is written at once, nothing is lost at a border. */
static void
test_long(void)
{
	static char text[20001], want[5 * sizeof(text)];
	struct buf b;

	for (size_t n = 8180; n < 8200; n++) {
		t_row("%zu", n);
		memset(text, 'x', n);
		text[n] = '\0';
		begin("l.html");
		page_puts(&page, text);
		page_string(&page, "&");
		page_puts(&page, text);
		CHECK_INT(strlen(finish("l.html")), 2 * n + 5);
		CHECK(strncmp(got + n, "&amp;x", 6) == 0);
	}
	memset(text, '<', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	buf_fixed(&b, want, sizeof(want));
	for (size_t i = 0; i < 10000; i++)
		buf_puts(&b, "&lt;");
	begin("l.html");
	page_text(&page, (struct span){ text, 10000 });
	CHECK_STR(finish("l.html"), want);
}

/* A value that is written otherwise in HTML is caught, and no file is left. */
static void
test_guard(void)
{
	static const char secret[] = "quite<a>secret&value";
	struct stat st;
	struct err e = {0};

	begin("g.html");
	CHECK_INT(guard_add(&guard, span_of(secret), &e), 0);
	page_puts(&page, "<p>");
	page_string(&page, secret);
	CHECK_INT(page_commit(&page, &e), -1);
	CHECK_INT(e.code, ERR_SECRET_GUARD);
	page_discard(&page);
	page_discard(&page);
	CHECK_INT(stat("g.html", &st), -1);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "number", test_number },
		{ "time", test_time },
		{ "long", test_long },
		{ "guard", test_guard },
		{ NULL, NULL }
	};
	char folder[] = "/tmp/t_page.XXXXXX";
	int rc;

	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		abort();
	rc = t_main("page", cases);
	return chdir("/") != 0 || rmdir(folder) != 0 ? 1 : rc;
}
