/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"

#include "file_internal.h"
#include "file_part.h"

#define OPEN_TRIES 4	/* the other one ended just then, again and again */
#define NS 1000000000

/* Made by this user, and nobody has another name for it. */
static bool
is_ours(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
	    st->st_nlink == 1;
}

/* One that is there, if it is ours; or -1. */
static int
open_old(int folder, const char *name)
{
	struct stat st;
	int fd;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !is_ours(&st))
		return -1;
	fd = openat(folder, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !is_ours(&st))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int
open_either(int folder, const char *name)
{
	int fd = -1;

	for (int i = 0; i < 2; i++) {
		fd = openat(folder, name,
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			break;
		fd = open_old(folder, name);
		if (fd >= 0 || unlinkat(folder, name, 0) != 0)
			break;
	}
	return fd;
}

/* 1: held, and still of that name; 0: it went meanwhile; -1: not ours now. */
static int
hold(const struct file_part *p, const char *name)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat mine, there;
	int rc;

	do
		rc = fcntl(p->tmp.fd, F_SETLK, &fl);
	while (rc != 0 && errno == EINTR);
	/* A file system without locks keeps nobody out. */
	if (rc != 0 && (errno == EACCES || errno == EAGAIN))
		return -1;
	return fstat(p->tmp.fd, &mine) == 0 && fstatat(p->tmp.folder, name,
	    &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	    mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

static int
open_bytes(struct file_part *p, const char *name, struct err *e)
{
	for (int i = 0; i < OPEN_TRIES; i++) {
		int fd = open_either(p->tmp.folder, name), held;

		if (fd < 0)
			return err_sys(e, ERR_IO_ERROR,
			    "cannot make a file beside '%s'", p->tmp.target);
		p->tmp.fd = fd;
		held = hold(p, name);
		if (held > 0)
			return 0;
		close(fd);
		p->tmp.fd = 0;
		if (held < 0)
			break;
	}
	return err_set(e, ERR_LOCKED, "another process is making '%s'",
	    p->tmp.target);
}

static int
open_both(struct file_part *p, const char *name, struct err *e)
{
	struct stat st;
	int fd;

	if (open_bytes(p, name, e) != 0)
		return -1;
	memcpy(p->tmp.name, name, sizeof(p->tmp.name));
	fd = open_either(p->tmp.folder, p->note_name);
	if (fd < 0)
		return err_sys(e, ERR_IO_ERROR,
		    "cannot make a file beside '%s'", p->tmp.target);
	p->note = fd;
	if (fstat(p->tmp.fd, &st) != 0)
		return err_sys(e, ERR_IO_ERROR,
		    "cannot look at a file beside '%s'", p->tmp.target);
	p->found = st.st_size;
	return 0;
}

int
file_part_open(struct file_part *p, const char *target, bool replace,
    const char *tag, struct err *e)
{
	char name[sizeof(p->tmp.name)] = "";
	struct buf b;

	*p = (struct file_part){ .found = 0 };
	if (file_tmp_begin(&p->tmp, target, replace, e) != 0)
		return -1;
	buf_fixed(&b, name, sizeof(name));
	buf_printf(&b, ".consign-%.*s.part", FILE_PART_TAG, tag);
	buf_fixed(&b, p->note_name, sizeof(p->note_name));
	buf_printf(&b, ".consign-%.*s.note", FILE_PART_TAG, tag);
	if (open_both(p, name, e) == 0)
		return 0;
	/* What there was may serve another time. */
	file_part_keep(p);
	return -1;
}

int
file_part_note(const struct file_part *p, char note[FILE_PART_NOTE_MAX],
    struct span *text, struct err *e)
{
	struct file f = { .fd = p->note, .path = p->tmp.target };
	ssize_t n = file_read_at(&f, note, FILE_PART_NOTE_MAX, 0, e);

	*text = (struct span){ note, n > 0 ? (size_t)n : 0 };
	return n < 0 ? -1 : 0;
}

int
file_part_say(struct file_part *p, struct span text, struct err *e)
{
	char note[FILE_PART_NOTE_MAX];
	ssize_t n;

	BUG_ON(text.len > sizeof(note));
	/* Always as long, so that no end of a longer one is left behind. */
	memset(note, ' ', sizeof(note));
	memcpy(note, text.p, text.len);
	do
		n = pwrite(p->note, note, sizeof(note), 0);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(note))
		return 0;
	if (n >= 0)
		errno = ENOSPC;
	return err_sys(e, ERR_IO_ERROR, "cannot write beside '%s'",
	    p->tmp.target);
}

struct file
file_part_bytes(const struct file_part *p)
{
	return file_tmp_reader(&p->tmp);
}

int
file_part_path(const struct file_part *p, char path[PATH_MAX], struct err *e)
{
	struct buf b;

	buf_fixed(&b, path, PATH_MAX);
	buf_printf(&b, "%.*s%s", (int)(p->tmp.base - p->tmp.target),
	    p->tmp.target, p->tmp.name);
	return buf_ok(&b) ? 0 :
	    err_set(e, ERR_IO_ERROR, "'%s' is too long", p->tmp.target);
}

int
file_part_join(struct file *f, const char *path, const struct file_id *id,
    struct err *e)
{
	int fd = open_old(AT_FDCWD, path);

	*f = (struct file){ .fd = fd > 0 ? fd : 0, .path = path };
	if (fd < 0 || file_identity(f, &f->id, e) != 0 ||
	    f->id.inode != id->inode) {
		file_close(f);
		return err_set(e, ERR_IO_ERROR, "'%s' is another file now",
		    path);
	}
	return 0;
}

int
file_part_cut(struct file_part *p, int64_t size, struct err *e)
{
	if (ftruncate(p->tmp.fd, size) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot cut '%s'",
		    p->tmp.target);
	return 0;
}

int
file_part_sync(struct file_part *p, struct err *e)
{
	return file_tmp_sync(p->tmp.fd) == 0 ? 0 : err_sys(e, ERR_IO_ERROR,
	    "cannot write '%s'", p->tmp.target);
}

/* Whole seconds, and nanoseconds from there: times before 1970 too. */
static struct timespec
time_of(int64_t ns)
{
	int64_t s = ns / NS, rest = ns % NS;

	if (rest < 0) {
		rest += NS;
		s--;
	}
	return (struct timespec){ .tv_sec = (time_t)s, .tv_nsec = (long)rest };
}

int
file_part_commit(struct file_part *p, const struct file_part_end *end,
    struct err *e)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
	    time_of(end->mtime_ns) };

	int rc;

	if (end->mtime_known)
		(void)futimens(p->tmp.fd, times);
	rc = file_tmp_commit(&p->tmp, end->mode, e);
	/* Even where that it has its name could not be made durable. */
	if (p->tmp.name[0] == '\0')
		file_part_discard(p);
	return rc;
}

void
file_part_keep(struct file_part *p)
{
	p->tmp.name[0] = '\0';
	p->note_name[0] = '\0';
	file_part_discard(p);
}

void
file_part_discard(struct file_part *p)
{
	if (p->note > 0)
		close(p->note);
	if (p->note_name[0] != '\0')
		(void)unlinkat(p->tmp.folder, p->note_name, 0);
	file_tmp_discard(&p->tmp);
	*p = (struct file_part){ .found = 0 };
}
