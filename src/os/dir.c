/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "text.h"

#include "dir.h"

static enum dir_kind
kind_of(mode_t mode)
{
	return S_ISREG(mode) ? DIR_FILE : S_ISDIR(mode) ? DIR_FOLDER :
	    S_ISLNK(mode) ? DIR_LINK : DIR_SPECIAL;
}

static struct dir_thing
thing_of(const struct stat *st)
{
	return (struct dir_thing){ kind_of(st->st_mode), st->st_dev,
	    file_id_of(st) };
}

/* fstatat(2); a link that leads nowhere is itself. */
static int
look(int at, const char *name, int flags, struct stat *st)
{
	if ((flags & DIR_FOLLOW) != 0) {
		if (fstatat(at, name, st, 0) == 0)
			return 0;
		if (errno != ENOENT && errno != ELOOP)
			return -1;
	}
	return fstatat(at, name, st, AT_SYMLINK_NOFOLLOW);
}

int
dir_look(struct dir_thing *t, const struct dir *in,
    const char *name, int flags, struct err *e)
{
	struct stat st;

	if (look(in != NULL ? in->fd : AT_FDCWD, name, flags, &st) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot look at '%s'", name);
	*t = thing_of(&st);
	return 0;
}

int
dir_open(struct dir *f, const struct dir *in, const char *name,
    int flags, struct err *e)
{
	struct stat st;
	int fd = openat(in != NULL ? in->fd : AT_FDCWD, name,
	    O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC |
	    ((flags & DIR_FOLLOW) != 0 ? 0 : O_NOFOLLOW));

	*f = (struct dir){ .fd = 0 };
	if (fd < 0)
		return err_sys(e, ERR_IO_ERROR, "cannot open '%s'", name);
	if (fstat(fd, &st) != 0) {
		err_sys(e, ERR_IO_ERROR, "cannot look at '%s'", name);
		close(fd);
		return -1;
	}
	f->fd = fd;
	f->is = thing_of(&st);
	return 0;
}

/*
 * What d_type says, where it says enough; else what fstatat() does.  What
 * vanished meanwhile is taken for a file, and found missing when it is its
 * turn.
 */
static enum dir_kind
kind_of_entry(int fd, const struct dirent *d, int flags)
{
	struct stat st;

	if (d->d_type == DT_REG)
		return DIR_FILE;
	if (d->d_type == DT_DIR)
		return DIR_FOLDER;
	if (look(fd, d->d_name, flags, &st) != 0)
		return DIR_FILE;
	return kind_of(st.st_mode);
}

/* A byte for the kind, the name, a NUL. */
static void
keep(struct buf *b, struct span name, enum dir_kind kind)
{
	buf_putc(b, (char)kind);
	text_escape(b, name);
	if (kind == DIR_FOLDER)
		buf_putc(b, '/');
	buf_putc(b, '\0');
}

static int
take_names(DIR *d, int flags, struct buf *b, size_t *n, struct err *e)
{
	struct dirent *entry;

	for (;;) {
		errno = 0;
		entry = readdir(d);
		if (entry == NULL && errno != 0)
			return err_sys(e, ERR_IO_ERROR, "cannot read a folder");
		if (entry == NULL)
			return 0;

		struct span name = span_of(entry->d_name);
		if (span_is(name, ".") || span_is(name, ".."))
			continue;
		keep(b, name, kind_of_entry(dirfd(d), entry, flags));
		if (++*n > DIR_NAMES_MAX ||
		    b->len > DIR_BYTES_MAX - 4 * (NAME_MAX + 1)) {
			err_set(e, ERR_IO_ERROR, "more than %d names, or "
			    "%d MiB of them, in one folder", DIR_NAMES_MAX,
			    DIR_BYTES_MAX >> 20);
			return err_advise(e, "divide the folder into several");
		}
		if (!buf_ok(b))
			return err_set(e, ERR_NO_MEMORY,
			    "no memory for the names of a folder");
	}
}

static int
in_order(const void *a, const void *b)
{
	const struct dir_entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* The list over the names, of which there are n. */
static int
make_list(struct dir *f, size_t n, struct err *e)
{
	char *p = f->names;

	if (n == 0)
		return 0;
	f->entry = calloc(n, sizeof(*f->entry));
	if (f->entry == NULL)
		return err_set(e, ERR_NO_MEMORY,
		    "no memory for the names of a folder");
	for (f->n = 0; f->n < n; f->n++) {
		f->entry[f->n] = (struct dir_entry){ p + 1,
		    (enum dir_kind)*p };
		p += 1 + strlen(p + 1) + 1;
	}
	qsort(f->entry, n, sizeof(*f->entry), in_order);
	return 0;
}

int
dir_read(struct dir *f, int flags, struct err *e)
{
	struct buf b;
	size_t n = 0;
	int fd = fcntl(f->fd, F_DUPFD_CLOEXEC, 0), rc;
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	BUG_ON(f->names != NULL);
	if (d == NULL) {
		err_sys(e, ERR_IO_ERROR, "cannot read a folder");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	buf_init(&b, DIR_BYTES_MAX);
	rc = take_names(d, flags, &b, &n, e);
	closedir(d);
	f->names = b.data;
	return rc == 0 ? make_list(f, n, e) : -1;
}

void
dir_close(struct dir *f)
{
	if (f->fd > 0)
		close(f->fd);
	free(f->entry);
	free(f->names);
	*f = (struct dir){ .fd = 0 };
}
