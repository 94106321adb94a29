/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count_rng.h"
#include "t.h"

#include "file_scratch.h"

#define NOBODY 65534

static char folder[40], beside[48];

static void
begin(mode_t mode)
{
	snprintf(folder, sizeof(folder), "/tmp/t_file_scratch.XXXXXX");
	if (mkdtemp(folder) == NULL || chmod(folder, mode) != 0)
		abort();
	snprintf(beside, sizeof(beside), "%s/x", folder);
}

/* What is written comes back, and nothing has a name. */
static bool
keeps_bytes(void)
{
	struct file_tmp t;
	struct err e = {0};
	struct file f;
	char got[8];
	bool ok;

	if (file_scratch_open(&t, beside, count_rng(), &e) != 0)
		return false;
	f = file_tmp_reader(&t);
	ok = file_tmp_write(&t, "12345", 5, &e) == 0 &&
	    file_read_at(&f, got, sizeof(got), 2, &e) == 3 && got[0] == '3';
	file_tmp_discard(&t);
	file_tmp_discard(&t);
	return ok;
}

static void
test_folder(void)
{
	begin(0700);
	CHECK(keeps_bytes());
	CHECK_INT(rmdir(folder), 0);	/* it is empty */
}

/* Where this process may not write, it is kept in memory. */
static void
test_memory(void)
{
	int status = 0;
	pid_t child;

	begin(0555);
	child = fork();
	if (child == 0) {
		if (geteuid() == 0 && setuid(NOBODY) != 0)
			_exit(2);
		_exit(keeps_bytes() ? 0 : 1);
	}
	CHECK(child > 0 && waitpid(child, &status, 0) == child);
	CHECK_INT(status, 0);
	CHECK_INT(rmdir(folder), 0);
}

/* Any other failure is one. */
static void
test_no_folder(void)
{
	struct file_tmp t;
	struct err e = {0};

	begin(0700);
	CHECK_INT(rmdir(folder), 0);
	CHECK_INT(file_scratch_open(&t, beside, count_rng(), &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK_INT(e.sys, ENOENT);
	file_tmp_discard(&t);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "folder", test_folder },
		{ "memory", test_memory },
		{ "no-folder", test_no_folder },
		{ NULL, NULL }
	};

	return t_main("file_scratch", cases);
}
