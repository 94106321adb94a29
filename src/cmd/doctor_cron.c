/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "dir.h"
#include "file.h"
#include "lines.h"

#include "doctor_internal.h"

/*
 * "--approve" in a crontab is a standing approval: nobody looks before each
 * run.  That is what it is for, but it should be known.  These are looked
 * through, as far as they can be read: files, and folders of files (Vixie
 * cron, cronie, busybox and systemd keep theirs there).
 */
static const char *const places[] = {
	"/etc/crontab",
	"/etc/cron.d",
	"/etc/cron.hourly",
	"/etc/cron.daily",
	"/etc/cron.weekly",
	"/etc/cron.monthly",
	"/etc/crontabs",
	"/etc/systemd/system",
	"/var/spool/cron",
	"/var/spool/cron/crontabs",
	NULL
};

#define FILE_MAX 1048576	/* a larger one is no crontab */
#define NAMED_MAX 20		/* lines that are said */

static bool
contains(struct span text, const char *word)
{
	for (size_t i = 0; i < text.len; i++)
		if (span_starts((struct span){ text.p + i, text.len - i },
		    word))
			return true;
	return false;
}

static void
look_into(struct doctor *d, const char *path, unsigned *named)
{
	char window[8192];
	struct file f = {0};
	struct err ignored = {0};
	struct lines lines;
	struct span line;

	if (file_open(&f, path, 0, &ignored) != 0)
		return;
	lines_init(&lines, &f, window, sizeof(window));
	for (long n = 1; f.id.size <= FILE_MAX &&
	    lines_next(&lines, &line, &ignored) == 1; n++) {
		line = span_trim(line);
		if (span_starts(line, "#") || !contains(line, "consign") ||
		    !contains(line, "--approve"))
			continue;
		if (++*named <= NAMED_MAX)
			doctor_warn(d, "approval", "%s, line %ld, approves "
			    "of every run that it starts", path, n);
	}
	file_close(&f);
}

static void
look_through(struct doctor *d, const char *folder, unsigned *named)
{
	char path[PATH_MAX];
	struct dir dir = {0};
	struct err ignored = {0};

	if (dir_open(&dir, NULL, folder, DIR_FOLLOW, &ignored) == 0 &&
	    dir_read(&dir, DIR_FOLLOW, &ignored) == 0) {
		for (size_t i = 0; i < dir.n; i++)
			if (dir.entry[i].kind == DIR_FILE && archive_place(
			    path, folder, dir.entry[i].name, &ignored) == 0)
				look_into(d, path, named);
	}
	dir_close(&dir);
}

void
doctor_cron_check(struct doctor *d)
{
	struct dir_thing thing;
	struct err ignored = {0};
	unsigned named = 0;

	for (size_t i = 0; places[i] != NULL; i++) {
		if (dir_look(&thing, NULL, places[i], DIR_FOLLOW,
		    &ignored) != 0)
			continue;
		if (thing.kind == DIR_FILE)
			look_into(d, places[i], &named);
		else if (thing.kind == DIR_FOLDER)
			look_through(d, places[i], &named);
	}
	if (named == 0)
		doctor_ok(d, "approval", "no crontab that can be read "
		    "approves of runs");
	else if (named > NAMED_MAX)
		doctor_warn(d, "approval", "and %u lines more",
		    named - NAMED_MAX);
}
