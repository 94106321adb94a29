/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "custody.h"

int
custody_owner(const struct file *f, long *user, struct err *e)
{
	struct stat st;

	if (fstat(f->fd, &st) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot look at '%s'",
		    f->path);
	*user = (long)st.st_uid;
	return 0;
}

static int
check_one(const char *path, long user, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot look at '%s'", path);
	if (S_ISLNK(st.st_mode))
		return err_set(e, ERR_CONFIG_INVALID,
		    "'%s' is a symbolic link", path);
	if (user == 0 || (long)st.st_uid == user)
		return err_set(e, ERR_CONFIG_INVALID, "'%s' can be changed "
		    "by user %ld, who writes the ledger", path, user);
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_set(e, ERR_CONFIG_INVALID,
		    "'%s' can be changed by others than its owner (mode %04o)",
		    path, (unsigned)st.st_mode & 07777);
	return 0;
}

int
custody_check(const char *path, long user, struct err *e)
{
	char part[PATH_MAX] = "/";
	size_t n = strlen(path);

	BUG_ON(path[0] != '/');
	if (n >= sizeof(part))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long", path);
	if (check_one(part, user, e) != 0)
		return -1;
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (check_one(part, user, e) != 0)
			return -1;
	}
	return 0;
}
