/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <string.h>

#include "err.h"
#include "t.h"

/* contract.md, "Exit status"; transient and stops_run as err.h promises. */
static const struct {
	enum err_code code;
	const char *word;
	int status;
	bool transient, stops;
} rows[] = {
	{ ERR_OBJECTS_FAILED, "objects_failed", 1, false, false },
	{ ERR_NOT_FOUND, "not_found", 1, false, false },
	{ ERR_USAGE, "usage", 2, false, true },
	{ ERR_CONFIG_INVALID, "config_invalid", 2, false, true },
	{ ERR_CREDENTIAL_UNSET, "credential_unset", 2, false, true },
	{ ERR_WRONG_REGION, "wrong_region", 2, false, true },
	{ ERR_NO_SUCH_BUCKET, "no_such_bucket", 2, false, true },
	{ ERR_APPROVAL_REQUIRED, "approval_required", 3, false, true },
	{ ERR_ROOT_REQUIRED, "root_required", 3, false, true },
	{ ERR_REVIEWER_REQUIRED, "reviewer_required", 3, false, true },
	{ ERR_TIERED_GATE_UNMET, "tiered_gate_unmet", 3, false, true },
	{ ERR_MAX_OBJECTS_EXCEEDED, "max_objects_exceeded", 3, false, true },
	{ ERR_PUT_CEILING_EXCEEDED, "put_ceiling_exceeded", 3, false, true },
	{ ERR_OUTSIDE_WINDOW, "outside_window", 3, false, true },
	{ ERR_PLAN_UNFIT, "plan_unfit", 3, false, true },
	{ ERR_AUTH_REJECTED, "auth_rejected", 4, false, true },
	{ ERR_PERMISSION_DENIED, "permission_denied", 4, false, true },
	{ ERR_ABSENCE_NOT_VISIBLE, "absence_not_visible", 4, false, true },
	{ ERR_CLOCK_SKEWED, "clock_skewed", 4, false, true },
	{ ERR_UNRESOLVED, "unresolved", 5, true, false },
	{ ERR_UNREACHABLE, "unreachable", 5, true, false },
	{ ERR_TIMED_OUT, "timed_out", 5, true, false },
	{ ERR_TLS_UNTRUSTED, "tls_untrusted", 5, false, true },
	{ ERR_RATE_LIMITED, "rate_limited", 5, true, false },
	{ ERR_QUOTA_EXCEEDED, "quota_exceeded", 5, false, true },
	{ ERR_STORE_BUSY, "store_busy", 5, true, false },
	{ ERR_STORE_REFUSED, "store_refused", 5, false, false },
	{ ERR_INDETERMINATE, "indeterminate", 5, false, false },
	{ ERR_REMOTE_CONFLICT, "remote_conflict", 6, false, false },
	{ ERR_REPLACED_BY_OTHER, "replaced_by_other", 6, false, false },
	{ ERR_VERIFICATION_FAILED, "verification_failed", 6, false, false },
	{ ERR_LOCAL_BYTES_CHANGED, "local_bytes_changed", 6, false, false },
	{ ERR_LEDGER_BROKEN, "ledger_broken", 6, false, true },
	{ ERR_LEDGER_ROLLED_BACK, "ledger_rolled_back", 6, false, true },
	{ ERR_LOCKED, "locked", 7, false, true },
	{ ERR_DISK_FULL, "disk_full", 8, false, true },
	{ ERR_IO_ERROR, "io_error", 8, false, false },
	{ ERR_NO_MEMORY, "no_memory", 8, false, true },
	{ ERR_SECRET_GUARD, "secret_guard", 9, false, true },
	{ ERR_FAIL_CLOSED, "fail_closed", 10, false, false },
	{ ERR_SUSPENDED, "suspended", 11, false, true },
	{ ERR_INTERRUPTED, "interrupted", 128, false, true },
};

static void
test_table(void)
{
	struct err e = { .code = ERR_NONE };

	CHECK_INT(err_exit_status(&e), 0);
	CHECK_INT(sizeof(rows) / sizeof(rows[0]), ERR__COUNT - 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].word);
		err_set(&e, rows[i].code, "x");
		CHECK_INT(rows[i].code, i + 1);
		CHECK_STR(err_word(rows[i].code), rows[i].word);
		CHECK_INT(err_exit_status(&e), rows[i].status);
		CHECK_INT(err_is_transient(rows[i].code), rows[i].transient);
		CHECK_INT(err_stops_run(rows[i].code), rows[i].stops);
		/* A sentence of its own: it is cut nowhere, and says a bit. */
		const char *advice = err_advice(&e);
		CHECK(strlen(advice) >= 10);
		CHECK(strlen(advice) < sizeof(e.advice));
		CHECK(advice[strlen(advice) - 1] != '.');
	}
}

static void
test_interrupted(void)
{
	struct err e;

	CHECK_INT(err_set(&e, ERR_INTERRUPTED, "ended by signal %d", 15), -1);
	e.sys = 15;
	CHECK_INT(err_exit_status(&e), 143);
}

static void
test_set(void)
{
	struct err e;

	memset(&e, 0xff, sizeof(e));
	CHECK_INT(err_set(&e, ERR_NOT_FOUND, "no '%s' in %d", "k", 7), -1);
	CHECK_INT(e.code, ERR_NOT_FOUND);
	CHECK_INT(e.sys, 0);
	CHECK_INT(e.status, 0);
	CHECK_INT(e.retry_after_s, 0);
	CHECK_STR(e.msg, "no 'k' in 7");
	CHECK_STR(e.advice, "");

	/* Its own message may be among the words. */
	err_advise(&e, "look elsewhere");
	CHECK_INT(err_set(&e, ERR_IO_ERROR, "again: %s", e.msg), -1);
	CHECK_STR(e.msg, "again: no 'k' in 7");
	CHECK_STR(e.advice, "");
	err_clear(&e);
	CHECK_INT(e.code, ERR_NONE);
	CHECK_STR(e.msg, "");
}

static void
test_sys(void)
{
	struct err e;

	errno = ENOENT;
	CHECK_INT(err_sys(&e, ERR_IO_ERROR, "cannot open '%s'", "x"), -1);
	CHECK_INT(errno, ENOENT);
	CHECK_INT(e.sys, ENOENT);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK_STR(e.msg, "cannot open 'x': No such file or directory");

	errno = ENOSPC;
	err_sys(&e, ERR_IO_ERROR, "cannot write");
	CHECK_INT(e.code, ERR_DISK_FULL);
	errno = EDQUOT;
	err_sys(&e, ERR_LEDGER_BROKEN, "cannot write");
	CHECK_INT(e.code, ERR_DISK_FULL);
	CHECK_INT(e.sys, EDQUOT);
}

static void
test_ctx(void)
{
	struct err e;

	err_set(&e, ERR_IO_ERROR, "cannot read");
	e.status = 500;
	CHECK_INT(err_ctx(&e, "put %s", "a.tar"), -1);
	CHECK_STR(e.msg, "put a.tar: cannot read");
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK_INT(e.status, 500);
	err_ctx(&e, "%s", "100%");
	CHECK_STR(e.msg, "100%: put a.tar: cannot read");
}

static void
test_advise(void)
{
	struct err e;

	err_set(&e, ERR_AUTH_REJECTED, "x");
	CHECK_STR(err_advice(&e), "check the key pair named by "
	    "--access-key-id-ref and --secret-access-key-ref");
	CHECK_INT(err_advise(&e, "set %s", "NAME\n"), -1);
	CHECK_STR(err_advice(&e), "set NAME%0A");
}

/* What a terminal would act on. */
static void
test_harmless(void)
{
	static const struct {
		const char *given, *want;
	} t[] = {
		{ "a\nb\r\x1b[31m\x7f", "'a%0Ab%0D%1B[31m%7F'" },
		{ "caf\xc3\xa9 100%", "'caf\xc3\xa9 100%'" },
		{ "\xc2\x9b" "31m", "'%C2%9B31m'" },
		{ "\x9b\xff\xc0\xaf", "'%9B%FF%C0%AF'" },
	};
	struct err e;

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		t_row("%zu", i);
		err_set(&e, ERR_USAGE, "'%s'", t[i].given);
		CHECK_STR(e.msg, t[i].want);
		err_ctx(&e, "%s", t[i].given);
		CHECK(strchr(e.msg, '\n') == NULL && strchr(e.msg, 27) == NULL);
	}
}

/* Front and end stay; no character is cut in two, wherever the cut falls. */
static void
test_too_long(void)
{
	static const char *const units[] = { "x", "\n", "\xe2\x82\xac",
	    "\xc2\x85", "\xf0\x9f\x98\x80", "%" };
	char name[2000];
	struct err e;

	for (size_t u = 0; u < 6; u++)
		for (size_t pad = 0; pad < 12; pad++) {
			size_t n = 0;
			for (; n < pad; n++)
				name[n] = 'p';
			for (; n < 700; n += strlen(units[u]))
				memcpy(name + n, units[u], strlen(units[u]));
			name[n] = '\0';
			t_row("%zu, %zu", u, pad);
			errno = ENOENT;
			err_sys(&e, ERR_IO_ERROR, "cannot open '%s'", name);
			size_t len = strlen(e.msg);
			CHECK(len < sizeof(e.msg) && len > sizeof(e.msg) - 12);
			CHECK(strncmp(e.msg, "cannot open '", 13) == 0);
			CHECK(strstr(e.msg, "...") != NULL);
			const char *end = "': No such file or directory";
			CHECK_STR(e.msg + len - strlen(end), end);
			/* A character cut in two would be written %XX. */
			CHECK(u == 1 || u == 3 || u == 5 ||
			    strchr(e.msg, '%') == NULL);
			CHECK(u != 1 || (strstr(e.msg, "...%0A") != NULL &&
			    strstr(e.msg, "%0A...") != NULL));
			err_ctx(&e, "put %s", name);
			CHECK(strncmp(e.msg, "put p", pad > 0 ? 5 : 4) == 0);
			len = strlen(e.msg);
			CHECK_STR(e.msg + len - strlen(end), end);
		}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "table", test_table },
		{ "interrupted", test_interrupted },
		{ "set", test_set },
		{ "sys", test_sys },
		{ "ctx", test_ctx },
		{ "advise", test_advise },
		{ "harmless", test_harmless },
		{ "too_long", test_too_long },
		{ NULL, NULL }
	};

	return t_main("err", cases);
}
