/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FILE_PART_H
#define FILE_PART_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "file.h"
#include "span.h"

/*
 * A file that becomes whole over several runs: what one run has written, the
 * next finds again, until all of it gets its target's name.
 *
 * Beside the target, for nobody else to read, are ".consign-TAG.part" with the
 * bytes so far and ".consign-TAG.note" with a text of the caller's, which
 * says what they are.  Neither is to be believed: a power cut may have left
 * anything in them.  folder_sweep() leaves them alone.
 *
 *  1. file_part_open() finds or makes them, and locks them.
 *  2. file_part_note() reads the text; file_part_bytes() the bytes.
 *  3. file_part_cut() to what is good of them; file_part_bytes() is then
 *     written by file_write_at(), here or in other processes of ours, by
 *     file_part_join(); and file_part_say() replaces the text.
 *  4. One of file_part_commit(), file_part_keep(), file_part_discard().
 */
#define FILE_PART_TAG 16	/* characters of a tag, which are hex digits */
#define FILE_PART_NOTE_MAX 4096	/* bytes of the text */

struct file_part {
	struct file_tmp tmp;	/* the bytes, and the target */
	int64_t found;		/* so many were there when it was opened */

	/* Private. */
	int note;
	char note_name[32];
};

/*
 * target and replace as in file_tmp_create(); tag has to be the same for the
 * same target.  What has such a name but is not a file of this user's alone is
 * removed: somebody else has put it there.  Also ERR_LOCKED, where another
 * process has it open.
 */
int file_part_open(struct file_part *p, const char *target, bool replace,
    const char *tag, struct err *e);

/* The text; without bytes where there is none.  note is the room for it. */
int file_part_note(const struct file_part *p, char note[FILE_PART_NOTE_MAX],
    struct span *text, struct err *e);

/*
 * Replace the text: what is written by one call is not torn by the end of the
 * process, though by a power cut.
 */
int file_part_say(struct file_part *p, struct span text, struct err *e);

/* The bytes, to be read and written; not to be closed. */
struct file file_part_bytes(const struct file_part *p);

/*
 * The same in a process that has nothing of this one's open: path is what
 * file_part_path() said here, and id the file's, whose inode is compared.  To
 * be closed; path has to stay.
 */
int file_part_path(const struct file_part *p, char path[PATH_MAX],
    struct err *e);
int file_part_join(struct file *f, const char *path, const struct file_id *id,
    struct err *e);

/* Keep the first size bytes. */
int file_part_cut(struct file_part *p, int64_t size, struct err *e);

/* Let the bytes so far outlive a power cut, where the file system can. */
int file_part_sync(struct file_part *p, struct err *e);

/*
 * As file_tmp_commit().  mtime_ns since 1970 becomes the file's time of change
 * where mtime_known is set, and the file system takes it.
 */
struct file_part_end {
	mode_t mode;
	bool mtime_known;
	int64_t mtime_ns;
};

int file_part_commit(struct file_part *p, const struct file_part_end *end,
    struct err *e);

void file_part_keep(struct file_part *p);	/* for the next run */
void file_part_discard(struct file_part *p);	/* a zeroed one, twice too */

#endif
