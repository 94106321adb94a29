/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dir.h"

#include "folder.h"

int
folder_sync_parent(const char *path)
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
	    folder_sync_parent(path) != 0) {
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

/* ".consign-" and 8 hex digits and ".tmp", as file_tmp_create() has it. */
static bool
is_temporary(const char *name)
{
	static const char before[] = ".consign-";
	const char *hex = name + sizeof(before) - 1;

	return strncmp(name, before, sizeof(before) - 1) == 0 &&
	    strspn(hex, "0123456789abcdef") == 8 &&
	    strcmp(hex + 8, ".tmp") == 0;
}

int
folder_sweep(const char *path, struct err *e)
{
	struct dir d = {0};
	int rc = dir_open(&d, NULL, path, 0, e);

	if (rc == 0)
		rc = dir_read(&d, 0, e);
	for (size_t i = 0; rc == 0 && i < d.n; i++) {
		const struct dir_entry *entry = &d.entry[i];

		if (entry->kind != DIR_FILE || !is_temporary(entry->name))
			continue;
		if (unlinkat(d.fd, entry->name, 0) != 0 && errno != ENOENT)
			rc = err_sys(e, ERR_IO_ERROR,
			    "cannot remove '%s' in '%s'", entry->name, path);
	}
	dir_close(&d);
	return rc;
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
