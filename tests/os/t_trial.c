/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count_rng.h"
#include "rights.h"
#include "t.h"
#include "trial.h"

/* What any local file system does; and nothing is left, so rmdir succeeds. */
static void
test_run(void)
{
	struct trial t;
	struct err e = {0};

	CHECK_INT(mkdir("tried", 0700), 0);
	CHECK_INT(trial_run(&t, "tried", count_rng(), &e), 0);
	CHECK(t.locks);
	CHECK(t.renames);
	CHECK(t.links);
	CHECK(t.syncs);
	CHECK(t.modes);
	CHECK_INT(rmdir("tried"), 0);
}

static void
test_not_there(void)
{
	struct trial t;
	struct err e = {0};

	CHECK_INT(trial_run(&t, "none", count_rng(), &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK(!t.locks && !t.renames && !t.links && !t.syncs && !t.modes);
}

static void
test_rights(void)
{
	static const struct {
		mode_t mode;
		bool want_others;
	} rows[] = {
		{ 0700, false }, { 0755, false }, { 0775, true },
		{ 0757, true }, { 0702, true }, { 0720, true },
	};
	struct rights r;
	struct err e = {0};

	CHECK_INT(mkdir("judged", 0700), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%04o", (unsigned)rows[i].mode);
		CHECK_INT(chmod("judged", rows[i].mode), 0);
		CHECK_INT(rights_look(&r, "judged", &e), 0);
		CHECK_INT(r.others_write, rows[i].want_others);
		CHECK_INT(r.mode, rows[i].mode);
		CHECK(r.folder && !r.regular && r.readable && r.writable);
	}
	CHECK_INT(rmdir("judged"), 0);
	CHECK_INT(rights_look(&r, "judged", &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "run", test_run },
		{ "not there", test_not_there },
		{ "rights", test_rights },
		{ NULL, NULL }
	};
	char scratch[] = "/tmp/t_trial.XXXXXX";
	int status;

	if (mkdtemp(scratch) == NULL || chdir(scratch) != 0)
		return 2;
	status = t_main("trial", cases);
	(void)rmdir(scratch);
	return status;
}
