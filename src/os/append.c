/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attr.h"
#include "buf.h"

#include "append.h"

/* A new name is durable when its folder is synced. */
static int
sync_folder_of(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	struct buf b;
	int fd, rc;

	buf_fixed(&b, folder, sizeof(folder));
	if (slash == NULL)
		buf_puts(&b, ".");
	else
		buf_put(&b, path, (size_t)(slash - path) + 1);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, ERR_IO_ERROR, "cannot open '%s'", folder);
	rc = fsync(fd);
	/* Some file systems have nothing to sync there and say so. */
	if (rc != 0 && errno != EINVAL && errno != EROFS)
		rc = err_sys(e, ERR_IO_ERROR, "cannot sync '%s'", folder);
	else
		rc = 0;
	close(fd);
	return rc;
}

static int
make(struct append *a, mode_t mode, struct err *e)
{
	a->fd = open(a->path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL |
	    O_NOFOLLOW | O_CLOEXEC, mode);
	if (a->fd < 0 || fchmod(a->fd, mode) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot make '%s'", a->path);
	return sync_folder_of(a->path, e);
}

int
append_open(struct append *a, const char *path, bool create, mode_t mode,
    struct err *e)
{
	struct stat st;

	*a = (struct append){ .path = path };
	a->fd = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (a->fd < 0 && errno == ENOENT && create) {
		if (make(a, mode, e) != 0)
			goto fail;
	} else if (a->fd < 0) {
		err_sys(e, ERR_IO_ERROR, "cannot open '%s'", path);
		goto fail;
	}
	if (fstat(a->fd, &st) != 0) {
		err_sys(e, ERR_IO_ERROR, "cannot look at '%s'", path);
		goto fail;
	}
	if (!S_ISREG(st.st_mode)) {
		err_set(e, ERR_IO_ERROR, "'%s' is not a regular file", path);
		goto fail;
	}
	a->size = st.st_size;
	return 0;
fail:
	if (a->fd < 0)
		a->fd = 0;
	append_close(a);
	return -1;
}

/*
 * Cut it, also where it is append only (attr.h): that is lifted for the moment
 * where this process may, and set again.  0, or -1 with errno.
 */
static int
shorten(const struct append *a, int64_t size)
{
	int rc = ftruncate(a->fd, size), sys = errno;

	if (rc != 0 && sys == EPERM && attr_append_only(a->fd) == ATTR_ON &&
	    attr_set_append_only(a->fd, false) == 0) {
		rc = ftruncate(a->fd, size);
		sys = errno;
		if (attr_set_append_only(a->fd, true) != 0)
			return -1;
	}
	errno = sys;
	return rc;
}

int
append_write(struct append *a, const void *p, size_t n, struct err *e)
{
	const char *from = p;
	size_t left = n;

	if (a->torn)
		return err_set(e, ERR_IO_ERROR, "'%s' ends in half a row",
		    a->path);
	while (left > 0) {
		ssize_t w = write(a->fd, from, left);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			err_sys(e, ERR_IO_ERROR, "cannot write '%s'", a->path);
			/* If this fails too, the next start finds it torn. */
			a->torn = left < n && shorten(a, a->size) != 0;
			return -1;
		}
		from += w;
		left -= (size_t)w;
	}
	a->size += (int64_t)n;
	a->dirty = true;
	return 0;
}

int
append_sync(struct append *a, struct err *e)
{
	int rc;

	if (!a->dirty)
		return 0;
	do
		rc = fsync(a->fd);
	while (rc != 0 && errno == EINTR);
	if (rc != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot sync '%s'", a->path);
	a->dirty = false;
	return 0;
}

int
append_cut(struct append *a, int64_t size, struct err *e)
{
	if (shorten(a, size) != 0) {
		err_sys(e, ERR_IO_ERROR, "cannot cut '%s'", a->path);
		return attr_append_only(a->fd) != ATTR_ON ? -1 :
		    err_advise(e, "it is append only: as root, chattr -a it, "
		    "run again, then chattr +a it");
	}
	a->size = size;
	a->dirty = true;
	return append_sync(a, e);
}

bool
append_keep(struct append *a)
{
	return attr_set_append_only(a->fd, true) == 0;
}

int
append_remove(struct append *a, struct err *e)
{
	append_close(a);
	if (unlink(a->path) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot remove '%s'", a->path);
	return 0;
}

void
append_close(struct append *a)
{
	if (a->fd > 0)
		close(a->fd);
	a->fd = 0;
}
