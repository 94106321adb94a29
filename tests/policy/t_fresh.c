/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "fresh.h"

#include "t.h"

#define NOW 1795316400		/* 2026-11-22T03:00:00Z */
#define HOUR 3600
#define AGE_MS ((uint64_t)26 * HOUR * 1000)

static void
test_check(void)
{
	static const struct {
		const char *name, *lapsed;
		int64_t complete_at, newest_proof;
		const char *want;	/* in the message; NULL: fresh */
	} table[] = {
		{ "just now", NULL, NOW, NOW, NULL },
		{ "on the edge", NULL, NOW - 26 * HOUR, -1, NULL },
		{ "a second too old", NULL, NOW - 26 * HOUR - 1, NOW,
		    "ended 2026-11-21T00:59:59Z" },
		{ "never", NULL, -1, NOW, "no run has found" },
		{ "another bucket", "the bucket", NOW, NOW,
		    "the bucket is not the one" },
		{ "clocks differ a little", NULL, NOW + FRESH_AHEAD_S,
		    NOW + FRESH_AHEAD_S, NULL },
		{ "a run that is to come", NULL, NOW + FRESH_AHEAD_S + 1,
		    NOW, "complete run is dated 2026-11-22T03:05:01Z" },
		{ "a proof that is to come", NULL, NOW,
		    NOW + FRESH_AHEAD_S + 1, "a proof is dated" },
		{ "the end of time", NULL, NOW, INT64_MAX,
		    "a proof is dated" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct fresh f = { "offsite", table[i].lapsed,
		    table[i].complete_at, table[i].newest_proof };
		struct err e = {0};
		int rc = fresh_check(&f, NOW, AGE_MS, &e);

		t_row("%s", table[i].name);
		CHECK_INT(rc, table[i].want == NULL ? 0 : -1);
		if (table[i].want == NULL) {
			CHECK_INT(e.code, ERR_NONE);
			continue;
		}
		CHECK_INT(e.code, ERR_NOT_FOUND);
		CHECK_INT(err_exit_status(&e), 1);
		CHECK(strncmp(e.msg, "offsite: ", 9) == 0);
		CHECK(strstr(e.msg, table[i].want) != NULL);
	}
}

/* Of less than a second nothing is older than now. */
static void
test_bounds(void)
{
	struct fresh f = { "s", NULL, NOW, NOW };
	struct err e = {0};

	CHECK_INT(fresh_check(&f, NOW, 1, &e), 0);
	CHECK_INT(fresh_check(&f, NOW + 1, 999, &e), -1);
	CHECK_INT(fresh_check(&f, INT64_MAX, UINT64_MAX, &e), -1);
	CHECK_INT(fresh_check(&f, NOW + 1, UINT64_MAX, &e), 0);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "check", test_check },
		{ "bounds", test_bounds },
		{ NULL, NULL }
	};

	return t_main("fresh", cases);
}
