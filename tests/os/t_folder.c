/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "t.h"

static void
test_make(void)
{
	static const mode_t masks[] = { 0, 022, 077, 0777 };
	struct stat st;

	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		struct err e = {0};
		mode_t old = umask(masks[i]);

		t_row("umask %03o", (unsigned)masks[i]);
		CHECK_INT(folder_make("made", 0755, &e), 0);
		CHECK_INT(stat("made", &st), 0);
		CHECK_INT(st.st_mode, S_IFDIR | 0755);
		umask(old);
		folder_remove("made");
		CHECK_INT(stat("made", &st), -1);
	}
}

static void
test_make_refused(void)
{
	static const struct {
		const char *path;
		int sys;
	} rows[] = {
		{ "there", EEXIST },
		{ "link", EEXIST },
		{ "file", EEXIST },
		{ "file/below", ENOTDIR },
		{ "none/below", ENOENT },
		{ "", ENOENT },
	};
	FILE *f = fopen("file", "w");

	if (CHECK(f != NULL))
		fclose(f);
	CHECK_INT(mkdir("there", 0700), 0);
	CHECK_INT(symlink("there", "link"), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		t_row("%s", rows[i].path);
		CHECK_INT(folder_make(rows[i].path, 0755, &e), -1);
		CHECK_INT(e.code, ERR_IO_ERROR);
		CHECK_INT(e.sys, rows[i].sys);
	}
}

/* Stands in the folder that test_make_refused() has filled. */
static void
test_real(void)
{
	char here[PATH_MAX], want[PATH_MAX + 8], real[PATH_MAX];
	struct err e = {0};

	CHECK_INT(folder_real(here, ".", &e), 0);
	CHECK(here[0] == '/');
	snprintf(want, sizeof(want), "%s/there", here);
	CHECK_INT(folder_real(real, "there/../link/.", &e), 0);
	CHECK_STR(real, want);
	CHECK_INT(folder_real(real, "/", &e), 0);
	CHECK_STR(real, "/");
	CHECK_INT(folder_real(real, "none", &e), -1);
	CHECK_INT(e.sys, ENOENT);
	CHECK_INT(folder_real(real, "file", &e), -1);
	CHECK_STR(e.msg, "'file' is not a folder");
}

/* Temporary files of ours go, and nothing that only looks like one. */
static void
test_sweep(void)
{
	static const struct {
		const char *name;
		bool goes;
	} rows[] = {
		{ "sweep/.consign-0123abcd.tmp", true },
		{ "sweep/.consign-ffffffff.tmp", true },
		{ "sweep/.consign-0123ABCD.tmp", false },
		{ "sweep/.consign-0123abc.tmp", false },
		{ "sweep/.consign-0123abcde.tmp", false },
		{ "sweep/.consign-0123abcd.tmp2", false },
		{ "sweep/consign-0123abcd.tmp", false },
		{ "sweep/.consign-.tmp", false },
	};
	struct stat st;
	struct err e = {0};

	CHECK_INT(mkdir("sweep", 0700), 0);
	CHECK_INT(mkdir("sweep/.consign-00000000.tmp", 0700), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		FILE *f = fopen(rows[i].name, "w");

		if (CHECK(f != NULL))
			fclose(f);
	}
	CHECK_INT(folder_sweep("sweep", &e), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].name);
		CHECK_INT(stat(rows[i].name, &st), rows[i].goes ? -1 : 0);
		(void)unlink(rows[i].name);
	}
	CHECK_INT(rmdir("sweep/.consign-00000000.tmp"), 0);
	CHECK_INT(rmdir("sweep"), 0);
	CHECK_INT(folder_sweep("sweep", &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "make", test_make },
		{ "make_refused", test_make_refused },
		{ "real", test_real },
		{ "sweep", test_sweep },
		{ NULL, NULL }
	};
	char scratch[] = "/tmp/t_folder.XXXXXX";
	int status;

	if (mkdtemp(scratch) == NULL || chdir(scratch) != 0)
		return 2;
	status = t_main("folder", cases);
	(void)unlink("file");
	(void)unlink("link");
	(void)rmdir("there");
	(void)rmdir(scratch);
	return status;
}
