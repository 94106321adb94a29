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
#include "file_internal.h"

#define NAME_TRIES 8	/* 32 random bits: one more is hardly ever needed */

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
	if (file_refuse_special(t->target, st.st_mode, e) != 0)
		return -1;
	if (t->replace)
		return 0;
	err_set(e, ERR_IO_ERROR, "'%s' exists already", t->target);
	return err_advise(e, "remove it, or choose another name");
}

int
file_tmp_make(struct file_tmp *t, struct rng *rng, struct err *e)
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
file_tmp_begin(struct file_tmp *t, const char *target, bool replace,
    struct err *e)
{
	const char *slash = strrchr(target, '/');
	const char *base = slash != NULL ? slash + 1 : target;
	int folder = open_folder(target, base, e);

	*t = (struct file_tmp){ .target = target, .base = base,
	    .replace = replace };
	if (folder < 0)
		return -1;
	t->folder = folder;
	if (check_target(t, e) == 0)
		return 0;
	file_tmp_discard(t);
	return -1;
}

int
file_tmp_create(struct file_tmp *t, const char *target, bool replace,
    struct rng *rng, struct err *e)
{
	if (file_tmp_begin(t, target, replace, e) != 0)
		return -1;
	if (file_tmp_make(t, rng, e) == 0)
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
file_tmp_cut(struct file_tmp *t, int64_t size, struct err *e)
{
	if (ftruncate(t->fd, (off_t)size) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot cut '%s'", t->target);
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

int
file_tmp_sync(int fd)
{
	int r;

	do {
		r = fsync(fd);
	} while (r != 0 && errno == EINTR);
	return r != 0 && errno != EINVAL && errno != ENOTSUP ? -1 : 0;
}

int
file_tmp_publish(struct file_tmp *t)
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
	    file_tmp_sync(fd) == 0;

	/* Some network file systems speak of a full disk only here. */
	t->fd = 0;
	if (ok)
		ok = close(fd) == 0 || errno == EINTR;
	else
		close(fd);
	if (!ok || file_tmp_publish(t) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot write '%s'",
		    t->target);
	t->name[0] = '\0';
	if (file_tmp_sync(t->folder) != 0)
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

int
file_tmp_room(const struct file_tmp *t, uint64_t *bytes, struct err *e)
{
	struct statvfs v;

	if (fstatvfs(t->folder, &v) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot tell the room for "
		    "'%s'", t->target);
	*bytes = file_free_bytes(&v);
	return 0;
}
