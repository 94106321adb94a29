/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "append.h"
#include "attr.h"
#include "t.h"

#define NAME "grows"

static struct append file;

static void
begin(void)
{
	struct err e = {0};

	CHECK_INT(append_open(&file, NAME, true, 0644, &e), 0);
	CHECK_INT(append_write(&file, "whole\ntorn", 10, &e), 0);
	CHECK_INT(append_sync(&file, &e), 0);
}

static void
end(void)
{
	(void)attr_set_append_only(file.fd, false);
	append_close(&file);
	CHECK_INT(unlink(NAME), 0);
}

/*
 * Whether it can be set depends on where this runs; that it holds, and what
 * is said where it can not be, does not.
 */
static void
test_keep(void)
{
	bool kept;
	int fd;

	begin();
	CHECK(attr_append_only(file.fd) != ATTR_ON);
	kept = append_keep(&file);
	CHECK_INT(attr_look(NAME) == ATTR_ON, kept);
	CHECK(!kept || attr_may_set());
	CHECK(append_keep(&file) == kept);
	fd = open(NAME, O_WRONLY | O_CLOEXEC);
	CHECK_INT(fd < 0, kept);
	if (fd >= 0)
		close(fd);
	end();
}

/* A torn tail is cut off whether or not the file is append only. */
static void
test_cut(void)
{
	struct err e = {0};
	bool kept;

	begin();
	kept = append_keep(&file);
	CHECK_INT(append_cut(&file, 6, &e), 0);
	CHECK_INT(file.size, 6);
	CHECK_INT(attr_look(NAME) == ATTR_ON, kept);
	CHECK_INT(append_write(&file, "more\n", 5, &e), 0);
	CHECK_INT(file.size, 11);
	end();
}

/* Who may not lift it is told what to do; the file stays as it was. */
static void
test_may_not(void)
{
	struct err e = {0};
	struct stat st;

	begin();
	if (append_keep(&file) && geteuid() == 0 && seteuid(65534) == 0) {
		CHECK(!attr_may_set());
		CHECK_INT(append_cut(&file, 6, &e), -1);
		CHECK_INT(e.code, ERR_IO_ERROR);
		CHECK_INT(e.sys, EPERM);
		CHECK(strstr(err_advice(&e), "chattr -a") != NULL);
		CHECK_INT(fstat(file.fd, &st), 0);
		CHECK_INT(st.st_size, 10);
		CHECK_INT(seteuid(0), 0);
	}
	CHECK_INT(attr_look("none"), ATTR_UNKNOWN);
	end();
}

/* What is no file of a file system knows nothing of it. */
static void
test_odd(void)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	CHECK(attr_append_only(fd) != ATTR_ON);
	CHECK_INT(attr_append_only(-1), ATTR_UNKNOWN);
	CHECK_INT(attr_set_append_only(-1, true), -1);
	close(fd);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "keep", test_keep },
		{ "cut", test_cut },
		{ "may-not", test_may_not },
		{ "odd", test_odd },
		{ NULL, NULL }
	};
	char folder[] = "/tmp/t_attr.XXXXXX";
	int rc;

	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		abort();
	rc = t_main("attr", cases);
	return chdir("/") != 0 || rmdir(folder) != 0 ? 1 : rc;
}
