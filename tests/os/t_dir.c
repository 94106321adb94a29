/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "t.h"

#include "dir.h"

static char root[32];

static void
begin(void)
{
	snprintf(root, sizeof(root), "/tmp/t_dir.XXXXXX");
	if (mkdtemp(root) == NULL || chdir(root) != 0)
		abort();
}

static void
end(void)
{
	CHECK_INT(chdir("/"), 0);
	CHECK_INT(rmdir(root), 0);
}

static void
make_file(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);

	if (fd < 0)
		abort();
	close(fd);
}

static void
test_names(void)
{
	static const char *const files[] = {
		"a-b", "ab", "a", "\n", "\377", "\303\244", "%41", "z",
		".hidden"
	};
	static const char *const folders[] = { "a b", "b", "ab.d" };
	static const char want[] = "%0A %2541 %FF .hidden a a!b/ a-b ab ab.d/ "
	    "b/ link z \303\244 ";
	struct dir f;
	struct err e = {0};
	char storage[256];
	struct buf got;

	begin();
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		make_file(files[i]);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		CHECK_INT(mkdir(folders[i], 0755), 0);
	CHECK_INT(rename("a b", "a!b"), 0);
	CHECK_INT(symlink("b", "link"), 0);
	for (int follow = 0; follow < 2; follow++) {
		t_row("follow %d", follow);
		buf_fixed(&got, storage, sizeof(storage));
		CHECK_INT(dir_open(&f, NULL, root, 0, &e), 0);
		CHECK_INT(dir_read(&f, follow ? DIR_FOLLOW : 0, &e), 0);
		for (size_t i = 0; i < f.n; i++) {
			buf_printf(&got, "%s ", f.entry[i].name);
			if (strncmp(f.entry[i].name, "link", 4) == 0)
				CHECK_INT(f.entry[i].kind, follow ?
				    DIR_FOLDER : DIR_LINK);
		}
		dir_close(&f);
		dir_close(&f);
		/* Followed, the link is a folder: "link/". */
		CHECK_INT(got.len, sizeof(want) - 1 + (size_t)follow);
		if (!follow)
			CHECK_STR(got.data, want);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(files[i]);
	unlink("link");
	rmdir("a!b");
	rmdir("b");
	rmdir("ab.d");
	end();
}

static void
test_open(void)
{
	static const struct {
		const char *name;
		int flags, want;
	} rows[] = {
		{ "folder", 0, 0 },
		{ "folder", DIR_FOLLOW, 0 },
		{ "link", DIR_FOLLOW, 0 },
		{ "link", 0, -1 },
		{ "dangling", DIR_FOLLOW, ENOENT },
		{ "file", 0, ENOTDIR },
		{ "pipe", DIR_FOLLOW, ENOTDIR },
		{ "none", 0, ENOENT },
	};
	struct dir in, f;
	struct err e = {0};

	begin();
	CHECK_INT(mkdir("folder", 0755), 0);
	CHECK_INT(symlink("folder", "link"), 0);
	CHECK_INT(symlink("nowhere", "dangling"), 0);
	CHECK_INT(mkfifo("pipe", 0644), 0);
	make_file("file");
	CHECK_INT(dir_open(&in, NULL, root, 0, &e), 0);
	CHECK_INT(chdir("/"), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].name);
		err_clear(&e);
		CHECK_INT(dir_open(&f, &in, rows[i].name, rows[i].flags,
		    &e), rows[i].want == 0 ? 0 : -1);
		if (rows[i].want > 0)
			CHECK_INT(e.sys, rows[i].want);
		if (rows[i].want == 0) {
			CHECK_INT(dir_read(&f, 0, &e), 0);
			CHECK_INT(f.n, 0);
		}
		dir_close(&f);
	}
	dir_close(&in);
	CHECK_INT(chdir(root), 0);
	unlink("link");
	unlink("dangling");
	unlink("pipe");
	unlink("file");
	rmdir("folder");
	end();
}

static void
test_look(void)
{
	static const struct {
		const char *name;
		int flags;
		enum dir_kind want;
	} rows[] = {
		{ "file", 0, DIR_FILE },
		{ ".", 0, DIR_FOLDER },
		{ "pipe", 0, DIR_SPECIAL },
		{ "link", 0, DIR_LINK },
		{ "link", DIR_FOLLOW, DIR_FILE },
		{ "dangling", DIR_FOLLOW, DIR_LINK },
	};
	struct dir_thing t, file;
	struct err e = {0};

	begin();
	make_file("file");
	CHECK_INT(mkfifo("pipe", 0644), 0);
	CHECK_INT(symlink("file", "link"), 0);
	CHECK_INT(symlink("dangling", "dangling"), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].name);
		CHECK_INT(dir_look(&t, NULL, rows[i].name, rows[i].flags,
		    &e), 0);
		CHECK_INT(t.kind, rows[i].want);
	}
	CHECK_INT(dir_look(&file, NULL, "file", 0, &e), 0);
	CHECK_INT(dir_look(&t, NULL, "link", DIR_FOLLOW, &e), 0);
	CHECK(t.device == file.device && t.id.inode == file.id.inode);
	CHECK_INT(dir_look(&t, NULL, "none", 0, &e), -1);
	CHECK_INT(e.sys, ENOENT);
	unlink("file");
	unlink("pipe");
	unlink("link");
	unlink("dangling");
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "names", test_names },
		{ "open", test_open },
		{ "look", test_look },
		{ NULL, NULL }
	};

	return t_main("dir", cases);
}
