/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file.h"
#include "file_internal.h"

#include "file_batch.h"

int
file_batch_open(struct file_batch *b, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	b->n = 0;
	b->folder = 0;
	b->path = path;
	if (fd < 0)
		return err_sys(e, ERR_IO_ERROR, "cannot open the folder '%s'",
		    path);
	b->folder = fd;
	return 0;
}

/* Its mode, and closed: some network file systems speak only there. */
static int
finish(struct file_tmp *t, mode_t mode, struct err *e)
{
	int fd = t->fd;
	/* A file system without modes (FAT) says EPERM. */
	bool ok = fchmod(fd, mode) == 0 || errno == EPERM;

	t->fd = 0;
	if (ok)
		ok = close(fd) == 0 || errno == EINTR;
	else
		close(fd);
	return ok ? 0 : err_sys(e, ERR_IO_ERROR, "cannot write '%s'",
	    t->target);
}

int
file_batch_add(struct file_batch *b, const struct file_batch_file *f,
    struct rng *rng, struct err *e)
{
	struct file_tmp t = { .folder = b->folder, .target = f->name,
	    .base = f->name };
	struct file_batch_item *item = &b->item[b->n];
	size_t len = strlen(f->name);
	int rc;

	BUG_ON(b->n == FILE_BATCH_MAX || len >= sizeof(item->name) ||
	    sizeof(item->tmp) != sizeof(t.name));
	if (file_tmp_make(&t, rng, e) != 0)
		return err_ctx(e, "in '%s'", b->path);
	/* From here on, discarding the batch removes it. */
	memcpy(item->tmp, t.name, sizeof(item->tmp));
	memcpy(item->name, f->name, len + 1);
	b->n++;
	rc = file_tmp_write(&t, f->text.p, f->text.len, e);
	if (rc == 0)
		rc = finish(&t, f->mode, e);
	if (t.fd > 0)
		close(t.fd);
	return rc == 0 ? 0 : err_ctx(e, "in '%s'", b->path);
}

/* As syncfs(2) does for all: each on its own. */
static int
sync_each(const struct file_batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		int fd = openat(b->folder, b->item[i].tmp,
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC), rc;

		if (fd < 0)
			return -1;
		rc = file_tmp_sync(fd);
		close(fd);
		if (rc != 0)
			return -1;
	}
	return 0;
}

/*
 * Linux has syncfs(2) from 2.6.39 on; a sandbox that does not know it says
 * EPERM.  It is called by number, as not every C library has it.
 */
static int
sync_all(const struct file_batch *b)
{
	if (b->n == 1)
		return sync_each(b);
	if (syscall(SYS_syncfs, b->folder) == 0)
		return 0;
	return errno == ENOSYS || errno == EPERM ? sync_each(b) : -1;
}

int
file_batch_commit(struct file_batch *b, struct err *e)
{
	if (b->n == 0)
		return 0;
	if (sync_all(b) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot sync the files in "
		    "'%s'", b->path);
	for (size_t i = 0; i < b->n; i++) {
		struct file_batch_item *item = &b->item[i];
		struct file_tmp t = { .folder = b->folder,
		    .base = item->name };

		memcpy(t.name, item->tmp, sizeof(t.name));
		if (file_tmp_publish(&t) != 0)
			return err_sys(e, ERR_IO_ERROR, "cannot write "
			    "'%s/%s'", b->path, item->name);
		item->tmp[0] = '\0';
	}
	b->n = 0;
	if (file_tmp_sync(b->folder) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot sync the folder '%s'",
		    b->path);
	return 0;
}

void
file_batch_discard(struct file_batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->item[i].tmp[0] != '\0')
			(void)unlinkat(b->folder, b->item[i].tmp, 0);
	b->n = 0;
	if (b->folder > 0)
		close(b->folder);
	b->folder = 0;
}
