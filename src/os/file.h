/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FILE_H
#define FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

struct rng;
struct stat;

/*
 * Regular files: reading one at given offsets, and making one whole.
 *
 * Failures are ERR_IO_ERROR, and ERR_DISK_FULL where there is no room; the
 * message names the path.  Paths are the caller's and have to outlive the
 * struct.  A struct set to zeroes holds nothing, and may be closed: file
 * descriptor 0 is never a file's, see proc_fix_std_fds().
 */

/*
 * Which state of which file: equal identities are taken for equal bytes.
 * Without the device number, which changes at each mount of a snapshot.
 */
struct file_id {
	uint64_t inode;
	int64_t size;
	int64_t mtime_s;
	int64_t ctime_s;
	int32_t mtime_ns;
	int32_t ctime_ns;
};

struct file_id file_id_of(const struct stat *st);

bool file_same_identity(const struct file_id *a, const struct file_id *b);

struct file {
	int fd;
	struct file_id id;	/* when it was opened */
	const char *path;
};

/*
 * Open a regular file for reading from front to back; anything else is
 * refused by name ("'x' is a directory") without opening it, for opening
 * some devices does things.  Without FILE_NOFOLLOW a symbolic link stands
 * for what it points to.
 */
enum {
	FILE_NOFOLLOW = 1
};

int file_open(struct file *f, const char *path, int flags, struct err *e);

/* The identity as it is now: a change since file_open() shows. */
int file_identity(const struct file *f, struct file_id *id, struct err *e);

/* Is it this user's, and nobody else's to read or write?  ERR_IO_ERROR. */
int file_check_private(const struct file *f, struct err *e);

/* n bytes at offset, fewer only at the end of the file; or -1. */
ssize_t file_read_at(const struct file *f, void *p, size_t n, int64_t offset,
    struct err *e);

/* n bytes at offset, where the descriptor is one that may write. */
int file_write_at(const struct file *f, const void *p, size_t n,
    int64_t offset, struct err *e);

void file_close(struct file *f);	/* accepts a zeroed one, twice too */

/*
 * A file that appears whole or not at all:
 *
 *  1. file_tmp_create() makes ".consign-XXXXXXXX.tmp" in the target's folder,
 *     for nobody else to read.
 *  2. file_tmp_write(), in order.
 *  3. file_tmp_commit() gives it its mode (whatever the umask), syncs it,
 *     gives it the target's name, and syncs the folder.
 *  4. file_tmp_discard(), in every case: removes what was not committed.
 *
 * Where replace is false, nothing that exists is replaced: this is found by
 * create, and again, without a race, by commit (link(2)); only on a file
 * system without hard links a race of two makers remains.  Where it is true,
 * only a regular file is replaced.
 */
struct file_tmp {
	int fd;
	int folder;
	const char *target;
	const char *base;	/* target's last part */
	bool replace;
	char name[32];		/* in folder; empty: nothing to remove */
};

int file_tmp_create(struct file_tmp *t, const char *target, bool replace,
    struct rng *rng, struct err *e);
int file_tmp_write(struct file_tmp *t, const void *p, size_t n,
    struct err *e);
int file_tmp_restart(struct file_tmp *t, struct err *e);  /* empty again */

/* Cut off what was written behind size; nothing is written after that. */
int file_tmp_cut(struct file_tmp *t, int64_t size, struct err *e);

/*
 * For a file that is only a place to keep bytes: give up its name, so that
 * nothing is left however the process ends.  It can not be committed.
 */
int file_tmp_hide(struct file_tmp *t, struct err *e);

/* What was written, for reading; valid until discard, not to be closed. */
struct file file_tmp_reader(const struct file_tmp *t);

int file_tmp_commit(struct file_tmp *t, mode_t mode, struct err *e);
void file_tmp_discard(struct file_tmp *t);	/* a zeroed one, twice too */

/* Bytes that a file of ours may still take in the target's folder. */
int file_tmp_room(const struct file_tmp *t, uint64_t *bytes, struct err *e);

/* The same for any folder. */
int file_room(const char *folder, uint64_t *bytes, struct err *e);

/* Is there anything of that name?  A broken link counts. */
bool file_exists(const char *path);

/* Where a file really is: absolute, without links, "." and "..". */
int file_real(char real[PATH_MAX], const char *path, struct err *e);

#endif
