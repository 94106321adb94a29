/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

/* Make the name of a folder durable: sync the one that it is in. */
static int
sync_parent(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int parent = -1, r = -1;

	if (fd >= 0)
		parent = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent >= 0) {
		do {
			r = fsync(parent);
		} while (r != 0 && errno == EINTR);
		/* Some file systems know no such thing. */
		if (r != 0 && (errno == EINVAL || errno == ENOTSUP))
			r = 0;
		close(parent);
	}
	if (fd >= 0)
		close(fd);
	return r;
}

int
folder_make(const char *path, mode_t mode, struct err *e)
{
	if (mkdir(path, mode) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot make the folder '%s'",
		    path);
	/* A file system without modes (FAT) says EPERM. */
	if ((chmod(path, mode) != 0 && errno != EPERM) ||
	    sync_parent(path) != 0) {
		err_sys(e, ERR_IO_ERROR, "cannot make the folder '%s'", path);
		folder_remove(path);
		return -1;
	}
	return 0;
}

void
folder_remove(const char *path)
{
	(void)rmdir(path);
}

int
folder_real(char real[PATH_MAX], const char *path, struct err *e)
{
	struct stat st;

	if (realpath(path, real) == NULL || stat(real, &st) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot find the folder '%s'",
		    path);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_IO_ERROR, "'%s' is not a folder", path);
	return 0;
}
