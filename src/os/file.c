/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "file.h"
#include "file_internal.h"

bool
file_same_identity(const struct file_id *a, const struct file_id *b)
{
	return a->inode == b->inode && a->size == b->size &&
	    a->mtime_s == b->mtime_s && a->mtime_ns == b->mtime_ns &&
	    a->ctime_s == b->ctime_s && a->ctime_ns == b->ctime_ns;
}

struct file_id
file_id_of(const struct stat *st)
{
	return (struct file_id){
		.inode = st->st_ino,
		.size = st->st_size,
		.mtime_s = st->st_mtim.tv_sec,
		.mtime_ns = (int32_t)st->st_mtim.tv_nsec,
		.ctime_s = st->st_ctim.tv_sec,
		.ctime_ns = (int32_t)st->st_ctim.tv_nsec,
	};
}

int
file_refuse_special(const char *path, mode_t mode, struct err *e)
{
	const char *kind =
	    S_ISDIR(mode) ? "a directory" :
	    S_ISLNK(mode) ? "a symbolic link" :
	    S_ISFIFO(mode) ? "a named pipe" :
	    S_ISSOCK(mode) ? "a socket" : "a device";

	if (S_ISREG(mode))
		return 0;
	return err_set(e, ERR_IO_ERROR, "'%s' is %s", path, kind);
}

int
file_open(struct file *f, const char *path, int flags, struct err *e)
{
	bool nofollow = (flags & FILE_NOFOLLOW) != 0;
	struct stat st;
	int fd = -1;

	*f = (struct file){ .path = path };
	if (fstatat(AT_FDCWD, path, &st, nofollow ? AT_SYMLINK_NOFOLLOW : 0)
	    == 0) {
		if (file_refuse_special(path, st.st_mode, e) != 0)
			return -1;
		/* Should a pipe take its place now, this does not hang. */
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
		    (nofollow ? O_NOFOLLOW : 0));
	}
	if (fd < 0 || fstat(fd, &st) != 0) {
		err_sys(e, ERR_IO_ERROR, "cannot open '%s'", path);
		goto fail;
	}
	if (file_refuse_special(path, st.st_mode, e) != 0)
		goto fail;
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);	/* a hint */
	f->fd = fd;
	f->id = file_id_of(&st);
	return 0;

fail:
	if (fd >= 0)
		close(fd);
	return -1;
}

int
file_identity(const struct file *f, struct file_id *id, struct err *e)
{
	struct stat st;

	if (fstat(f->fd, &st) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot look at '%s'",
		    f->path);
	*id = file_id_of(&st);
	return 0;
}

int
file_check_private(const struct file *f, struct err *e)
{
	struct stat st;

	if (fstat(f->fd, &st) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot look at '%s'",
		    f->path);
	if (st.st_uid != geteuid())
		return err_set(e, ERR_IO_ERROR, "'%s' is another user's",
		    f->path);
	if ((st.st_mode & 077) == 0)
		return 0;
	err_set(e, ERR_IO_ERROR, "'%s' is open to others (mode %04o)",
	    f->path, (unsigned)st.st_mode & 07777);
	return err_advise(e, "chmod 600 it");
}

ssize_t
file_read_at(const struct file *f, void *p, size_t n, int64_t offset,
    struct err *e)
{
	char *to = p;
	size_t done = 0;

	BUG_ON(n > SSIZE_MAX);
	while (done < n) {
		ssize_t r = pread(f->fd, to + done, n - done,
		    offset + (int64_t)done);
		if (r == 0)
			break;
		if (r > 0)
			done += (size_t)r;
		else if (errno != EINTR)
			return err_sys(e, ERR_IO_ERROR, "cannot read '%s'",
			    f->path);
	}
	return (ssize_t)done;
}

int
file_write_at(const struct file *f, const void *p, size_t n, int64_t offset,
    struct err *e)
{
	const char *from = p;
	size_t done = 0;

	while (done < n) {
		ssize_t w = pwrite(f->fd, from + done, n - done,
		    offset + (int64_t)done);
		if (w >= 0)
			done += (size_t)w;
		else if (errno != EINTR)
			return err_sys(e, ERR_IO_ERROR, "cannot write '%s'",
			    f->path);
	}
	return 0;
}

void
file_close(struct file *f)
{
	if (f->fd > 0)
		close(f->fd);
	*f = (struct file){ .fd = 0 };
}

uint64_t
file_free_bytes(const struct statvfs *v)
{
	uint64_t blocks = v->f_bavail, size = v->f_frsize;

	return size > 0 && blocks > UINT64_MAX / size ? UINT64_MAX :
	    blocks * size;
}

int
file_room(const char *folder, uint64_t *bytes, struct err *e)
{
	struct statvfs v;

	if (statvfs(folder, &v) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot tell the room in "
		    "'%s'", folder);
	*bytes = file_free_bytes(&v);
	return 0;
}

bool
file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

int
file_real(char real[PATH_MAX], const char *path, struct err *e)
{
	if (realpath(path, real) == NULL)
		return err_sys(e, ERR_IO_ERROR, "cannot find '%s'", path);
	return 0;
}
