/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

#include "file_part.h"

#define TAG "0123456789abcdef"
#define PART ".consign-" TAG ".part"
#define NOTE ".consign-" TAG ".note"

static char folder[40];

static void
begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/t_file_part.XXXXXX");
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		abort();
}

static void
end(void)
{
	(void)unlink("target");
	(void)unlink(PART);
	(void)unlink(NOTE);
	CHECK_INT(chdir("/"), 0);
	CHECK_INT(rmdir(folder), 0);	/* nothing else is left */
}

/* One run that writes this, and leaves it. */
static void
leave(const char *bytes, const char *note)
{
	struct file_part p;
	struct err e = {0};
	struct file f;

	CHECK_INT(file_part_open(&p, "target", false, TAG, &e), 0);
	f = file_part_bytes(&p);
	CHECK_INT(file_write_at(&f, bytes, strlen(bytes), p.found, &e), 0);
	CHECK_INT(file_part_say(&p, span_of(note), &e), 0);
	CHECK_INT(file_part_sync(&p, &e), 0);
	file_part_keep(&p);
	file_part_keep(&p);
}

static mode_t
mode_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 ? st.st_mode & 07777 : 0;
}

/* What one run leaves, the next finds; and the end is a whole file. */
static void
test_runs(void)
{
	const struct file_part_end done = { .mode = 0640, .mtime_known = true,
	    .mtime_ns = -1500000000 };
	char room[FILE_PART_NOTE_MAX], got[8] = "";
	struct file_part p;
	struct err e = {0};
	struct stat st;
	struct span note;
	struct file f;

	begin();
	leave("one", "a long note");
	CHECK_INT(mode_of(PART), 0600);
	CHECK_INT(mode_of(NOTE), 0600);
	leave("two", "short");
	CHECK_INT(file_part_open(&p, "target", false, TAG, &e), 0);
	CHECK_INT(p.found, 6);
	CHECK_INT(file_part_note(&p, room, &note, &e), 0);
	CHECK(span_starts(note, "short   "));
	f = file_part_bytes(&p);
	CHECK_INT(file_read_at(&f, got, 6, 0, &e), 6);
	CHECK_STR(got, "onetwo");
	CHECK_INT(file_part_cut(&p, 3, &e), 0);
	CHECK_INT(file_write_at(&f, "!", 1, 3, &e), 0);
	CHECK_INT(file_part_commit(&p, &done, &e), 0);
	CHECK(!file_exists(PART) && !file_exists(NOTE));
	CHECK_INT(stat("target", &st), 0);
	CHECK_INT(st.st_size, 4);
	CHECK_INT(st.st_mode & 07777, 0640);
	CHECK_INT(st.st_mtim.tv_sec, -2);
	CHECK_INT(st.st_mtim.tv_nsec, 500000000);
	end();
}

/* Another process of ours writes to the same bytes, and to no others. */
static void
test_join(void)
{
	char path[PATH_MAX], want[PATH_MAX], target[64];
	struct file_part p;
	struct err e = {0};
	struct file f, same;
	struct file_id id;

	begin();
	snprintf(want, sizeof(want), "%s/%s", folder, PART);
	snprintf(target, sizeof(target), "%s/target", folder);
	CHECK_INT(file_part_open(&p, target, false, TAG, &e), 0);
	f = file_part_bytes(&p);
	CHECK_INT(file_identity(&f, &id, &e), 0);
	CHECK_INT(file_part_path(&p, path, &e), 0);
	CHECK_STR(path, want);
	CHECK_INT(file_part_join(&same, path, &id, &e), 0);
	CHECK_INT(file_write_at(&same, "b", 1, 1, &e), 0);
	file_close(&same);
	CHECK_INT(file_read_at(&f, want, 3, 0, &e), 2);
	CHECK_INT(want[1], 'b');
	id.inode++;
	CHECK_INT(file_part_join(&same, path, &id, &e), -1);
	id.inode--;
	CHECK_INT(rename(PART, "elsewhere"), 0);
	CHECK_INT(file_part_join(&same, path, &id, &e), -1);
	CHECK_INT(symlink("elsewhere", PART), 0);
	CHECK_INT(file_part_join(&same, path, &id, &e), -1);
	CHECK_INT(same.fd, 0);
	file_part_discard(&p);
	CHECK_INT(unlink("elsewhere"), 0);
	end();
}

/* The name is taken: the bytes can still wait. */
static void
test_taken(void)
{
	const struct file_part_end done = { .mode = 0644 };
	struct file_part p;
	struct err e = {0};

	begin();
	CHECK_INT(file_part_open(&p, "target", false, TAG, &e), 0);
	CHECK_INT(link(PART, "target"), 0);
	CHECK_INT(file_part_commit(&p, &done, &e), -1);
	CHECK_STR(err_word(e.code), "io_error");
	file_part_keep(&p);
	CHECK(file_exists(PART) && file_exists(NOTE));
	CHECK_INT(file_part_open(&p, "target", false, TAG, &e), -1);
	/* It has two names: another file is made in place of it. */
	CHECK_INT(file_part_open(&p, "target", true, TAG, &e), 0);
	file_part_discard(&p);
	file_part_discard(&p);
	CHECK(!file_exists(PART) && !file_exists(NOTE));
	end();
}

/* What somebody else has put there is not written to. */
static void
test_foreign(void)
{
	struct file_part p;
	struct err e = {0};
	struct stat st;

	begin();
	CHECK_INT(symlink("elsewhere", PART), 0);
	leave("bytes", "note");
	CHECK(!file_exists("elsewhere"));
	CHECK(lstat(PART, &st) == 0 && S_ISREG(st.st_mode));
	CHECK_INT(unlink(PART), 0);
	CHECK_INT(mkdir(PART, 0700), 0);
	CHECK_INT(file_part_open(&p, "target", false, TAG, &e), -1);
	CHECK_STR(err_word(e.code), "io_error");
	CHECK_INT(rmdir(PART), 0);
	end();
}

static void
test_locked(void)
{
	struct file_part p;
	struct err e = {0};
	int status = 0;
	pid_t child;

	begin();
	CHECK_INT(file_part_open(&p, "target", false, TAG, &e), 0);
	child = fork();
	if (child == 0)
		_exit(file_part_open(&p, "target", false, TAG, &e) == -1 &&
		    e.code == ERR_LOCKED ? 0 : 1);
	CHECK(child > 0 && waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(file_exists(PART) && file_exists(NOTE));
	file_part_discard(&p);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "runs", test_runs },
		{ "join", test_join },
		{ "taken", test_taken },
		{ "foreign", test_foreign },
		{ "locked", test_locked },
		{ NULL, NULL }
	};

	return t_main("file_part", cases);
}
