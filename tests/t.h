/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef T_H
#define T_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The test harness.  A test file is a list of cases and a main:
 *
 *	static void test_empty(void) { CHECK(buf_ok(&b)); ... }
 *
 *	int main(void)
 *	{
 *		static const struct t_case cases[] = {
 *			{ "empty", test_empty },
 *			{ NULL, NULL }
 *		};
 *		return t_main("buf", cases);
 *	}
 *
 * Each case prints "PASS buf/empty" or the failed checks and "FAIL ...".
 * A case that checks nothing fails.  Inside a table's loop, t_row() names the
 * row that the next checks belong to.
 */
struct t_case {
	const char *name;
	void (*run)(void);
};

int t_main(const char *module, const struct t_case *cases);

/*
 * One case by hand, for tests that read their cases from somewhere: checks
 * between t_begin() and t_end() belong to it.  t_end() prints the verdict
 * with the case's full name, and yields whether it passed.
 */
void t_begin(void);
bool t_end(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void t_row(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

bool t_check(bool ok, const char *file, int line, const char *what);
bool t_check_int(int64_t got, int64_t want, const char *file, int line,
    const char *what);
bool t_check_str(const char *got, const char *want, const char *file,
    int line, const char *what);
bool t_check_mem(const void *got, size_t got_len, const void *want,
    size_t want_len, const char *file, int line, const char *what);

/* Each yields whether it held, so that a case can stop early. */
#define CHECK(x) t_check((x), __FILE__, __LINE__, #x)
#define CHECK_INT(got, want) \
	t_check_int((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, #got)
#define CHECK_STR(got, want) \
	t_check_str((got), (want), __FILE__, __LINE__, #got)
#define CHECK_MEM(got, got_len, want, want_len) \
	t_check_mem((got), (got_len), (want), (want_len), \
	    __FILE__, __LINE__, #got)

#endif
