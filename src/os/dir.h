/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef DIR_H
#define DIR_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "file.h"

/*
 * What is in a folder.
 *
 *  1. dir_open() holds it open, so that what is below is reached through
 *     it and not through a path that may change its meaning.
 *  2. dir_read() takes all of its names into memory, sorted.
 *  3. dir_look() at one of them, dir_open() in it.
 *  4. dir_close() in every case; a zeroed one may be closed, twice too.
 *
 * Errors are ERR_IO_ERROR with errno in err.sys (ENOENT: gone meanwhile).
 */
enum dir_kind {
	DIR_FILE,		/* a regular file */
	DIR_FOLDER,
	DIR_LINK,		/* a symbolic link */
	DIR_SPECIAL		/* a device, pipe or socket */
};

/* With it, a link stands for what it points to, unless that is missing. */
enum {
	DIR_FOLLOW = 1
};

/*
 * A name is kept as text_escape() writes it, with "/" behind it if it is a
 * folder's.  In bytewise order of these, a walk meets whole paths in bytewise
 * order: "a-b" comes before "a/b", and "a/b" before "ab".
 */
struct dir_entry {
	const char *name;
	enum dir_kind kind;
};

/*
 * More in one folder is ERR_IO_ERROR.  A name is counted as it is kept, at up
 * to three bytes a byte; 64 MiB are room for a million of ordinary ones.
 */
#define DIR_NAMES_MAX 1000000
#define DIR_BYTES_MAX (64 * 1024 * 1024)

/* What stands at a name.  Device and inode tell one thing from another. */
struct dir_thing {
	enum dir_kind kind;
	uint64_t device;
	struct file_id id;
};

struct dir {
	int fd;
	struct dir_thing is;
	size_t n;
	struct dir_entry *entry;	/* sorted; until dir_close() */
	char *names;			/* private: their bytes */
};

/*
 * name is within in, or, where in is NULL, a path.  Without DIR_FOLLOW,
 * a link is refused (ELOOP or ENOTDIR); links on the way are followed.
 */
int dir_open(struct dir *f, const struct dir *in, const char *name,
    int flags, struct err *e);

/* Once after opening.  ERR_NO_MEMORY where that ran out. */
int dir_read(struct dir *f, int flags, struct err *e);

/* in as above; name is as the system has it, not escaped. */
int dir_look(struct dir_thing *t, const struct dir *in,
    const char *name, int flags, struct err *e);

void dir_close(struct dir *f);

#endif
