/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "buf.h"
#include "hex.h"
#include "rng.h"

#include "file.h"

#define NAME_TRIES 8	/* 32 random bits: one more is hardly ever needed */

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

/* What mode says of path, where that is not a regular file. */
static int
refuse_special(const char *path, mode_t mode, struct err *e)
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
		if (refuse_special(path, st.st_mode, e) != 0)
			return -1;
		/* Should a pipe take its place now, this does not hang. */
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
		    (nofollow ? O_NOFOLLOW : 0));
	}
	if (fd < 0 || fstat(fd, &st) != 0) {
		err_sys(e, ERR_IO_ERROR, "cannot open '%s'", path);
		goto fail;
	}
	if (refuse_special(path, st.st_mode, e) != 0)
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

void
file_close(struct file *f)
{
	if (f->fd > 0)
		close(f->fd);
	*f = (struct file){ .fd = 0 };
}

/* Open the folder that target is in. */
static int
open_folder(const char *target, const char *base, struct err *e)
{
	size_t n = (size_t)(base - target);
	char folder[PATH_MAX];
	int fd;

	if (n >= sizeof(folder)) {
		errno = ENAMETOOLONG;
		return err_sys(e, ERR_IO_ERROR, "cannot write '%s'", target);
	}
	memcpy(folder, n > 0 ? target : ".", n > 0 ? n : 1);
	folder[n > 0 ? n : 1] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, ERR_IO_ERROR, "cannot open the folder '%s'",
		    folder);
	return fd;
}

/* May target be made, as far as can be told beforehand? */
static int
check_target(const struct file_tmp *t, struct err *e)
{
	struct stat st;

	if (*t->base == '\0')
		return err_set(e, ERR_IO_ERROR, "'%s' names a folder",
		    t->target);
	if (fstatat(t->folder, t->base, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno == ENOENT)
			return 0;
		return err_sys(e, ERR_IO_ERROR, "cannot write '%s'",
		    t->target);
	}
	if (refuse_special(t->target, st.st_mode, e) != 0)
		return -1;
	if (t->replace)
		return 0;
	err_set(e, ERR_IO_ERROR, "'%s' exists already", t->target);
	return err_advise(e, "remove it, or choose another name");
}

static int
make_temporary(struct file_tmp *t, struct rng *rng, struct err *e)
{
	uint8_t random[4];
	char hex[2 * sizeof(random) + 1], name[sizeof(t->name)] = "";
	struct buf b;
	int fd = -1;

	for (int i = 0; i < NAME_TRIES && fd < 0; i++) {
		if (rng->bytes(rng, random, sizeof(random), e) != 0)
			return -1;
		hex_encode(hex, random, sizeof(random));
		buf_fixed(&b, name, sizeof(name));
		buf_printf(&b, ".consign-%s.tmp", hex);
		fd = openat(t->folder, name,
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		return err_sys(e, ERR_IO_ERROR,
		    "cannot make a file beside '%s'", t->target);
	/* Only now is there something of ours to remove. */
	memcpy(t->name, name, sizeof(t->name));
	t->fd = fd;
	return 0;
}

int
file_tmp_create(struct file_tmp *t, const char *target, bool replace,
    struct rng *rng, struct err *e)
{
	const char *slash = strrchr(target, '/');
	const char *base = slash != NULL ? slash + 1 : target;
	int folder = open_folder(target, base, e);

	*t = (struct file_tmp){ .target = target, .base = base,
	    .replace = replace };
	if (folder < 0)
		return -1;
	t->folder = folder;
	if (check_target(t, e) == 0 && make_temporary(t, rng, e) == 0)
		return 0;
	file_tmp_discard(t);
	return -1;
}

int
file_tmp_write(struct file_tmp *t, const void *p, size_t n, struct err *e)
{
	const char *from = p;

	while (n > 0) {
		ssize_t w = write(t->fd, from, n);
		if (w >= 0) {
			from += w;
			n -= (size_t)w;
		} else if (errno != EINTR) {
			return err_sys(e, ERR_IO_ERROR, "cannot write '%s'",
			    t->target);
		}
	}
	return 0;
}

int
file_tmp_restart(struct file_tmp *t, struct err *e)
{
	if (ftruncate(t->fd, 0) != 0 || lseek(t->fd, 0, SEEK_SET) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot empty '%s'",
		    t->target);
	return 0;
}

int
file_tmp_hide(struct file_tmp *t, struct err *e)
{
	/* A sweep (folder.h) may have done it. */
	if (unlinkat(t->folder, t->name, 0) != 0 && errno != ENOENT)
		return err_sys(e, ERR_IO_ERROR, "cannot remove a file beside "
		    "'%s'", t->target);
	t->name[0] = '\0';
	return 0;
}

struct file
file_tmp_reader(const struct file_tmp *t)
{
	return (struct file){ .fd = t->fd, .path = t->target };
}

/* fsync(2), where the file system has it. */
static int
sync_fd(int fd)
{
	int r;

	do {
		r = fsync(fd);
	} while (r != 0 && errno == EINTR);
	return r != 0 && errno != EINVAL && errno != ENOTSUP ? -1 : 0;
}

/* Give the temporary file its name; 0 or -1 with errno. */
static int
publish(struct file_tmp *t)
{
	struct stat st;

	if (!t->replace) {
		if (linkat(t->folder, t->name, t->folder, t->base, 0) == 0)
			return unlinkat(t->folder, t->name, 0);
		/* What file systems without hard links say. */
		if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS &&
		    errno != EMLINK)
			return -1;
		if (fstatat(t->folder, t->base, &st, AT_SYMLINK_NOFOLLOW)
		    == 0) {
			errno = EEXIST;
			return -1;
		}
	}
	return renameat(t->folder, t->name, t->folder, t->base);
}

int
file_tmp_commit(struct file_tmp *t, mode_t mode, struct err *e)
{
	int fd = t->fd;
	/* A file system without modes (FAT) says EPERM. */
	bool ok = (fchmod(fd, mode) == 0 || errno == EPERM) &&
	    sync_fd(fd) == 0;

	/* Some network file systems speak of a full disk only here. */
	t->fd = 0;
	if (ok)
		ok = close(fd) == 0 || errno == EINTR;
	else
		close(fd);
	if (!ok || publish(t) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot write '%s'",
		    t->target);
	t->name[0] = '\0';
	if (sync_fd(t->folder) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot sync the folder "
		    "of '%s'", t->target);
	return 0;
}

void
file_tmp_discard(struct file_tmp *t)
{
	if (t->fd > 0)
		close(t->fd);
	if (t->name[0] != '\0')
		(void)unlinkat(t->folder, t->name, 0);
	if (t->folder > 0)
		close(t->folder);
	*t = (struct file_tmp){ .fd = 0 };
}

static uint64_t
room(const struct statvfs *v)
{
	uint64_t blocks = v->f_bavail, size = v->f_frsize;

	return size > 0 && blocks > UINT64_MAX / size ? UINT64_MAX :
	    blocks * size;
}

int
file_tmp_room(const struct file_tmp *t, uint64_t *bytes, struct err *e)
{
	struct statvfs v;

	if (fstatvfs(t->folder, &v) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot tell the room for "
		    "'%s'", t->target);
	*bytes = room(&v);
	return 0;
}

int
file_room(const char *folder, uint64_t *bytes, struct err *e)
{
	struct statvfs v;

	if (statvfs(folder, &v) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot tell the room in "
		    "'%s'", folder);
	*bytes = room(&v);
	return 0;
}

bool
file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}
