/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "attr.h"
#include "dir.h"
#include "file.h"
#include "rights.h"
#include "trial.h"

#include "doctor_internal.h"

/* A night's records, and a manifest written anew, fit many times over. */
#define ROOM_LITTLE ((uint64_t)64 << 20)
#define ROOM_NONE ((uint64_t)1 << 20)

static int
look_into(const char *path, struct err *e)
{
	struct dir d = {0};
	int rc = dir_open(&d, NULL, path, DIR_FOLLOW, e);

	if (rc == 0)
		rc = dir_read(&d, DIR_FOLLOW, e);
	dir_close(&d);
	return rc;
}

void
doctor_state_root(struct doctor *d)
{
	const struct archive *a = d->archive;
	char path[PATH_MAX];
	struct err e = {0};

	for (size_t i = 0; i < a->conf.nsources; i++) {
		const struct source_conf *s = &a->conf.source[i];

		err_clear(&e);
		if (archive_place(path, a->root, s->path, &e) != 0 ||
		    look_into(path, &e) != 0) {
			err_ctx(&e, "source %s", s->name);
			doctor_fail(d, "root", &e);
		} else {
			doctor_ok(d, "root", "source %s is readable: %s",
			    s->name, path);
		}
	}
}

/* 1: nobody else may write path; 0: it is not there; -1: it was told. */
static int
check_rights(struct doctor *d, const char *path)
{
	struct rights r;
	struct err e = {0};

	if (!file_exists(path))
		return 0;
	if (rights_look(&r, path, &e) != 0) {
		doctor_fail(d, "permissions", &e);
		return -1;
	}
	if (!r.others_write)
		return 1;
	err_set(&e, ERR_IO_ERROR, "others may write '%s' (mode %04o)", path,
	    r.mode);
	err_advise(&e, "chmod go-w '%s'; then verify the ledger", path);
	doctor_fail(d, "permissions", &e);
	return -1;
}

void
doctor_state_rights(struct doctor *d)
{
	static const char *const below[] = { ".", "ledger.jsonl",
	    "manifest.jsonl", "lock", "receipts", "keys" };
	const struct archive *a = d->archive;
	char path[PATH_MAX];
	struct err e = {0};
	bool well = true;

	if (!a->has_state) {
		doctor_ok(d, "state", "none yet; the first approved command "
		    "makes %s", a->state);
		return;
	}
	doctor_ok(d, "state", "%s", a->state);
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++)
		if (archive_place(path, a->state, below[i], &e) == 0 &&
		    check_rights(d, path) < 0)
			well = false;
	if (a->has_config && check_rights(d, a->config) < 0)
		well = false;
	if (well)
		doctor_ok(d, "permissions",
		    "nobody else may write history or settings");
}

static void
check_room(struct doctor *d)
{
	const char *state = d->archive->state;
	struct err e = {0};
	uint64_t bytes;

	if (file_room(state, &bytes, &e) == 0 && bytes < ROOM_NONE) {
		err_set(&e, ERR_DISK_FULL, "no room is left in '%s'", state);
	} else if (e.code == ERR_NONE && bytes < ROOM_LITTLE) {
		doctor_warn(d, "room", "%llu MiB are left for records",
		    (unsigned long long)(bytes >> 20));
		return;
	}
	if (e.code != ERR_NONE)
		doctor_fail(d, "room", &e);
	else
		doctor_ok(d, "room", "%llu MiB are left for records",
		    (unsigned long long)(bytes >> 20));
}

/* What was tried: all of it is relied on but for hard links and modes. */
static void
judge(struct doctor *d, const struct trial *t)
{
	struct err e = {0};

	if (!t->locks) {
		err_set(&e, ERR_IO_ERROR, "locks do not hold on the file "
		    "system of '%s': two runs could write at once",
		    d->archive->state);
		err_advise(&e, "keep the state folder on a local disk "
		    "(--state DIR)");
		doctor_fail(d, "lock", &e);
	} else {
		doctor_ok(d, "lock", "it holds against another process");
	}
	if (!t->renames || !t->syncs) {
		err_clear(&e);
		err_set(&e, ERR_IO_ERROR, "the file system of '%s' %s",
		    d->archive->state, !t->renames ?
		    "does not rename as it should" :
		    "does not say when bytes are on the disk");
		err_advise(&e, "keep the state folder on a local disk "
		    "(--state DIR)");
		doctor_fail(d, "filesystem", &e);
	} else if (!t->links || !t->modes) {
		doctor_warn(d, "filesystem", "renames and syncs; without %s",
		    !t->modes ? "permissions" : "hard links");
	} else {
		doctor_ok(d, "filesystem",
		    "renames, syncs, hard links, permissions");
	}
}

void
doctor_state_files(struct doctor *d)
{
	const struct archive *a = d->archive;
	struct rights r;
	struct err e = {0};
	struct trial trial;

	if (!a->has_state)
		return;
	check_room(d);
	if (rights_look(&r, a->state, &e) != 0) {
		doctor_fail(d, "filesystem", &e);
	} else if (!r.writable) {
		doctor_warn(d, "state", "not writable here: commands that "
		    "only read will do");
	} else if (trial_run(&trial, a->state, d->app->rng, &e) != 0) {
		doctor_fail(d, "filesystem", &e);
	} else {
		judge(d, &trial);
	}
}

void
doctor_state_lock(struct doctor *d)
{
	char holder[LOCK_HOLDER_MAX + 1];
	struct err e = {0};
	int rc;

	if (!d->archive->has_state)
		return;
	rc = lock_look(d->archive->lock_file, holder, &e);
	if (rc < 0)
		doctor_fail(d, "lock", &e);
	else if (rc == 1)
		doctor_warn(d, "lock", "a run holds this archive: %s", holder);
}

/* Does the file system see to it that the ledger only grows? */
void
doctor_state_append(struct doctor *d)
{
	const struct archive *a = d->archive;
	bool may = attr_may_set(), asked = a->conf.append_only;
	void (*say)(struct doctor *, const char *, const char *, ...) =
	    asked ? doctor_warn : doctor_ok;

	if (!file_exists(a->ledger))
		return;
	switch (attr_look(a->ledger)) {
	case ATTR_ON:
		doctor_ok(d, "append", "the ledger can only grow; this "
		    "user may %slift that", may ? "" : "not ");
		break;
	case ATTR_OFF:
		say(d, "append", "the ledger is not kept so: %s",
		    !asked ? "append_only is not set in " ARCHIVE_CONFIG :
		    may ? "the next run that writes sets it" :
		    "this user may not set it; as root, chattr +a it");
		break;
	case ATTR_UNKNOWN:
		say(d, "append", "the ledger is not kept so: its file "
		    "system does not know how");
		break;
	}
}
