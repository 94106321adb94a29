/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lock.h"

#define LOCK_MODE 0644

/* Who holds it, by what the file says. */
static void
read_holder(int fd, char holder[LOCK_HOLDER_MAX + 1])
{
	ssize_t n = pread(fd, holder, LOCK_HOLDER_MAX, 0);

	holder[n > 0 ? n : 0] = '\0';
	holder[strcspn(holder, "\n")] = '\0';
}

/* err escapes what it quotes. */
static int
say_holder(int fd, struct err *e)
{
	char holder[LOCK_HOLDER_MAX + 1];

	read_holder(fd, holder);
	return err_set(e, ERR_LOCKED, "another run holds this archive: %s",
	    holder[0] != '\0' ? holder : "it has not said which");
}

static int
try_lock(int fd)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int rc;

	do
		rc = fcntl(fd, F_SETLK, &fl);
	while (rc != 0 && errno == EINTR);
	return rc;
}

static int
write_holder(int fd, const char *path, struct span holder, struct err *e)
{
	if (ftruncate(fd, 0) != 0 ||
	    pwrite(fd, holder.p, holder.len, 0) != (ssize_t)holder.len)
		return err_sys(e, ERR_IO_ERROR, "cannot write '%s'", path);
	return 0;
}

int
lock_take(struct lock *l, const char *path, struct span holder,
    struct err *e)
{
	BUG_ON(holder.len > LOCK_HOLDER_MAX);
	*l = (struct lock){ .path = path };
	l->fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
	    LOCK_MODE);
	if (l->fd < 0) {
		l->fd = 0;
		return err_sys(e, ERR_IO_ERROR, "cannot open '%s'", path);
	}
	if (try_lock(l->fd) != 0) {
		if (errno == EACCES || errno == EAGAIN)
			say_holder(l->fd, e);
		else
			err_sys(e, ERR_IO_ERROR, "cannot lock '%s'", path);
		lock_release(l);
		return -1;
	}
	if (write_holder(l->fd, path, holder, e) != 0) {
		lock_release(l);
		return -1;
	}
	return 0;
}

int
lock_look(const char *path, char holder[LOCK_HOLDER_MAX + 1], struct err *e)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int rc = 0;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_sys(e, ERR_IO_ERROR, "cannot open '%s'", path);
	if (fcntl(fd, F_GETLK, &fl) != 0)
		rc = err_sys(e, ERR_IO_ERROR, "cannot look at the lock '%s'",
		    path);
	else if (fl.l_type != F_UNLCK)
		rc = 1;
	if (rc == 1)
		read_holder(fd, holder);
	close(fd);
	return rc;
}

void
lock_release(struct lock *l)
{
	if (l->fd > 0)
		close(l->fd);
	l->fd = 0;
}
