/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deployed.h"

/*
 * A place, not its contents: the folder need not be readable.  A kernel that
 * does not know the flag (before 2.6.39) opens it for reading.  The number is
 * the same on all machines but alpha, parisc and sparc.
 */
#ifndef O_PATH
#define O_PATH 010000000
#endif
#define FOLDER (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static void
refuse(struct deployed *d, const char *path, struct err *e)
{
	d->state = errno == ENOENT || errno == ENOTDIR ? DEPLOYED_ABSENT :
	    errno == ELOOP ? DEPLOYED_LINK : DEPLOYED_UNKNOWN;
	if (d->state == DEPLOYED_UNKNOWN)
		err_sys(e, ERR_IO_ERROR, "cannot look at '%s'", path);
}

/* What name is, in the open folder. */
static bool
look(struct deployed *d, int folder, const char *name, struct stat *st)
{
	if (fstatat(folder, name, st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	d->state = S_ISREG(st->st_mode) ? DEPLOYED_FILE :
	    S_ISLNK(st->st_mode) ? DEPLOYED_LINK : DEPLOYED_SPECIAL;
	return true;
}

/* The folder of the last segment, opened; -1 with d's state. */
static int
open_folder(struct deployed *d, const char *path, const char **last,
    struct err *e)
{
	char name[NAME_MAX + 1];
	struct stat st;
	int folder = open("/", FOLDER);
	const char *p = path + 1, *slash;

	while (folder >= 0 && (slash = strchr(p, '/')) != NULL) {
		size_t n = (size_t)(slash - p);
		int next = -1;

		errno = ENAMETOOLONG;
		if (n < sizeof(name)) {
			memcpy(name, p, n);
			name[n] = '\0';
			/* What opening says of a link differs by kernel. */
			if (look(d, folder, name, &st)) {
				errno = d->state == DEPLOYED_LINK ? ELOOP :
				    ENOTDIR;
				if (S_ISDIR(st.st_mode))
					next = openat(folder, name, FOLDER);
			}
		}
		if (next < 0)
			refuse(d, path, e);
		close(folder);
		if (next < 0)
			return -1;
		folder = next;
		p = slash + 1;
	}
	if (folder < 0)
		refuse(d, path, e);
	*last = p;
	return folder;
}

/* Open the regular file itself, if this user may; e says if not. */
static void
open_file(struct deployed *d, int folder, const char *name,
    const char *path, struct err *e)
{
	struct stat st;
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		err_sys(e, ERR_IO_ERROR, "cannot open '%s'", path);
		return;
	}
	/* What was opened is what counts, should it be another by now. */
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		d->state = DEPLOYED_SPECIAL;
		close(fd);
		return;
	}
	d->id = file_id_of(&st);
	d->device = st.st_dev;
	d->links = st.st_nlink;
	d->file = (struct file){ .fd = fd, .id = d->id, .path = path };
}

void
deployed_open(struct deployed *d, const char *path, struct err *e)
{
	const char *name;
	struct stat st;
	int folder;

	*d = (struct deployed){ .state = DEPLOYED_ABSENT };
	folder = open_folder(d, path, &name, e);
	if (folder < 0)
		return;
	if (!look(d, folder, name, &st)) {
		refuse(d, path, e);
	} else if (d->state == DEPLOYED_FILE) {
		d->id = file_id_of(&st);
		d->device = st.st_dev;
		d->links = st.st_nlink;
		open_file(d, folder, name, path, e);
	}
	close(folder);
}

bool
deployed_is_other(const struct deployed *d, const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == d->device &&
	    st.st_ino == d->id.inode;
}

bool
deployed_holds(const struct deployed *d, const char *path)
{
	struct deployed now;
	struct err ignored = {0};
	bool same;

	deployed_open(&now, path, &ignored);
	same = now.state == d->state && now.device == d->device &&
	    file_same_identity(&now.id, &d->id);
	deployed_close(&now);
	return same;
}

void
deployed_close(struct deployed *d)
{
	file_close(&d->file);
	*d = (struct deployed){ .state = DEPLOYED_ABSENT };
}
