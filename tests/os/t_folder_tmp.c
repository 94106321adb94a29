/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count_rng.h"
#include "t.h"

#include "folder_tmp.h"

static char root[32];
static struct folder_tmp t;	/* large */

static void
begin(void)
{
	snprintf(root, sizeof(root), "/tmp/t_folder_tmp.XXXXXX");
	if (mkdtemp(root) == NULL || chdir(root) != 0)
		abort();
}

static void
end(void)
{
	CHECK_INT(chdir("/"), 0);
	CHECK_INT(rmdir(root), 0);
}

/* Files and folders three deep, and a link out of it. */
static void
fill(void)
{
	static const char *const names[] = { "a", "f/b", "f/g/c" };
	int cwd = open(".", O_RDONLY | O_DIRECTORY);

	if (cwd < 0 || chdir(t.path) != 0 || mkdir("f", 0700) != 0 ||
	    mkdir("f/g", 0700) != 0 || mkdir("h", 0700) != 0 ||
	    symlink("/etc", "f/link") != 0)
		abort();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		close(open(names[i], O_WRONLY | O_CREAT | O_EXCL, 0644));
	if (fchdir(cwd) != 0)
		abort();
	close(cwd);
}

static void
test_discard(void)
{
	struct stat st;
	struct err e = {0};

	begin();
	CHECK_INT(folder_tmp_make(&t, "out", 0755, count_rng(), &e), 0);
	fill();
	CHECK_INT(stat("out", &st), -1);
	CHECK_INT(stat(t.path, &st), 0);
	folder_tmp_discard(&t);
	CHECK_INT(stat(t.path, &st), -1);
	folder_tmp_discard(&t);
	end();
}

static void
test_commit(void)
{
	mode_t mask = umask(077);
	struct stat st;
	struct err e = {0};

	begin();
	CHECK_INT(folder_tmp_make(&t, "out//", 0755, count_rng(), &e), 0);
	CHECK_INT(folder_tmp_commit(&t, &e), 0);
	folder_tmp_discard(&t);
	CHECK_INT(stat("out", &st), 0);
	CHECK_INT(st.st_mode & 07777, 0755);
	CHECK_INT(rmdir("out"), 0);
	umask(mask);
	end();
}

static void
test_refused(void)
{
	static const char *const there[] = { ".", "/", "", "file", "link",
	    "folder/", "missing/out" };
	struct err e = {0};

	begin();
	close(open("file", O_WRONLY | O_CREAT | O_EXCL, 0644));
	CHECK_INT(symlink("nowhere", "link"), 0);
	CHECK_INT(mkdir("folder", 0700), 0);
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
		t_row("%s", there[i]);
		err_clear(&e);
		CHECK_INT(folder_tmp_make(&t, there[i], 0755, count_rng(),
		    &e), -1);
		CHECK_INT(e.code, ERR_IO_ERROR);
		folder_tmp_discard(&t);
	}
	/* Filled by another meanwhile. */
	CHECK_INT(folder_tmp_make(&t, "out", 0755, count_rng(), &e), 0);
	CHECK_INT(mkdir("out", 0700), 0);
	CHECK_INT(rename("file", "out/file"), 0);
	CHECK_INT(folder_tmp_commit(&t, &e), -1);
	folder_tmp_discard(&t);
	CHECK_INT(unlink("out/file"), 0);
	CHECK_INT(rmdir("out"), 0);
	CHECK_INT(rmdir("folder"), 0);
	CHECK_INT(unlink("link"), 0);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "discard", test_discard },
		{ "commit", test_commit },
		{ "refused", test_refused },
		{ NULL, NULL }
	};

	return t_main("folder_tmp", cases);
}
