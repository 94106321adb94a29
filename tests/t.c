/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "t.h"

static int failures;	/* in the case that runs */
static int checks;
static char row[200];

void
t_begin(void)
{
	failures = checks = 0;
	row[0] = '\0';
}

bool
t_end(const char *fmt, ...)
{
	bool ok = failures == 0 && checks > 0;
	va_list ap;

	if (checks == 0)
		printf("  checked nothing\n");
	printf("%s ", ok ? "PASS" : "FAIL");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
	return ok;
}

int
t_main(const char *module, const struct t_case *cases)
{
	int failed = 0;

	for (const struct t_case *c = cases; c->name != NULL; c++) {
		t_begin();
		c->run();
		failed += !t_end("%s/%s", module, c->name);
	}
	return failed != 0;
}

void
t_row(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(row, sizeof(row), fmt, ap);
	va_end(ap);
}

bool
t_check(bool ok, const char *file, int line, const char *what)
{
	checks++;
	if (!ok) {
		failures++;
		printf("  %s:%d: [%s] %s\n", file, line, row, what);
		fflush(stdout);	/* the test may crash next */
	}
	return ok;
}

bool
t_check_int(int64_t got, int64_t want, const char *file, int line,
    const char *what)
{
	if (t_check(got == want, file, line, what))
		return true;
	printf("    got  %lld\n    want %lld\n", (long long)got,
	    (long long)want);
	return false;
}

bool
t_check_str(const char *got, const char *want, const char *file, int line,
    const char *what)
{
	bool same = got != NULL && want != NULL ? strcmp(got, want) == 0 :
	    got == want;

	if (t_check(same, file, line, what))
		return true;
	printf("    got  '%s'\n    want '%s'\n", got != NULL ? got : "(null)",
	    want != NULL ? want : "(null)");
	return false;
}

static void
dump(const char *label, const unsigned char *p, size_t len)
{
	printf("    %s %zu bytes:", label, len);
	for (size_t i = 0; i < len && i < 256; i++)
		printf("%s%02x", i % 32 == 0 ? "\n      " : "", p[i]);
	printf("\n");
}

bool
t_check_mem(const void *got, size_t got_len, const void *want,
    size_t want_len, const char *file, int line, const char *what)
{
	bool same = got_len == want_len &&
	    (got_len == 0 || memcmp(got, want, got_len) == 0);

	if (t_check(same, file, line, what))
		return true;
	dump("got ", got, got_len);
	dump("want", want, want_len);
	return false;
}
