/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

#include "custody.h"

/* A path of root's on every system, and one below a sticky folder. */
#define ROOTS "/etc/passwd"
#define OTHER 12341

static const struct {
	const char *path;
	long user;
	int want;
	const char *says;		/* a part of what is wrong */
} rows[] = {
	{ ROOTS, OTHER, 0, "" },
	{ ROOTS, -1, 0, "" },
	{ ROOTS, 0, -1, "'/' can be changed by user 0" },
	{ "/etc/no-such-file", OTHER, -1, "No such file" },
	{ "/proc/self/cwd", OTHER, -1, "symbolic link" },
	{ "/tmp", OTHER, -1, "'/tmp' can be changed by others" },
	{ "/tmp/x", OTHER, -1, "'/tmp' can be changed by others" },
	{ "/dev/full", OTHER, -1, "(mode 0666)" },
};

static void
test_check(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		t_row("%s %ld", rows[i].path, rows[i].user);
		CHECK_INT(custody_check(rows[i].path, rows[i].user, &e),
		    rows[i].want);
		if (rows[i].want != 0 && strstr(e.msg, rows[i].says) == NULL)
			CHECK_STR(e.msg, rows[i].says);
	}
}

static void
test_too_long(void)
{
	static char path[PATH_MAX + 2];
	struct err e = {0};

	memset(path, 'a', PATH_MAX);
	path[0] = '/';
	CHECK_INT(custody_check(path, OTHER, &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
}

static void
test_owner(void)
{
	char path[] = "/tmp/t_custody.XXXXXX";
	int fd = mkstemp(path);
	struct file f;
	struct err e = {0};
	long user = -1;

	CHECK(fd >= 0);
	CHECK_INT(file_open(&f, path, FILE_NOFOLLOW, &e), 0);
	CHECK_INT(custody_owner(&f, &user, &e), 0);
	CHECK_INT(user, (long)geteuid());
	file_close(&f);
	close(fd);
	unlink(path);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "check", test_check },
		{ "too-long", test_too_long },
		{ "owner", test_owner },
		{ NULL, NULL }
	};

	return t_main("custody", cases);
}
