/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <limits.h>
#include <stdbool.h>

#include "app.h"
#include "archive_conf.h"
#include "endpoint.h"
#include "lock.h"

/*
 * The archive that a command works on: where it is, what it is called, its
 * settings and its state folder (contract.md, "Words").
 *
 *  1. archive_open() finds all of it and writes nothing.
 *  2. archive_store() for the one store that the command talks to.
 *  3. Before anything is written: archive_make_state(), archive_lock(),
 *     archive_sweep().
 *  4. archive_close() in every case, also on a zeroed one, twice too.
 */
#define ARCHIVE_CONFIG "consign.yaml"
#define ARCHIVE_REF_MAX 128		/* bytes of a store_ref */

/* Large: 40 KiB; allocate it. */
struct archive {
	struct archive_conf conf;	/* bounds of options over the file's */
	char id[ARCHIVE_CONF_NAME_MAX + 1];

	/* All absolute; root without links, state too once it exists. */
	char root[PATH_MAX];
	char config[PATH_MAX];		/* consign.yaml */
	char state[PATH_MAX];		/* the folder, and in it: */
	char ledger[PATH_MAX];
	char manifest[PATH_MAX];
	char lock_file[PATH_MAX];

	bool has_config, has_state;	/* they exist */
	bool has_ledger;		/* it has its first row at least */

	/* Private. */
	struct lock lock;
	char ref[ARCHIVE_REF_MAX + 1];	/* see archive_store() */
};

/* How an archive's state folder is laid out; see consign-ledger(5). */
#define ARCHIVE_STATE_MODE 0755

/*
 * Which folder the command means: --root, or the argument of a command that
 * takes no other, or the current directory, as the user wrote it.  ERR_USAGE
 * where two are given.
 */
int archive_root(const char **root, const struct app *app, struct err *e);

/*
 * Does the user mean an archive at all?  For commands that can do without:
 * true with a root or state folder given, and where the current directory has
 * a consign.yaml or a .consign.
 */
bool archive_is_meant(const struct app *app);

/*
 * The whole: archive_locate(), then archive_identify().  ERR_USAGE;
 * ERR_CONFIG_INVALID ("PATH: LINE:COLUMN: ..." for what is wrong in a
 * consign.yaml); ERR_IO_ERROR; ERR_LEDGER_BROKEN.
 */
int archive_open(struct archive *a, struct app *app, struct err *e);

/* name, seen from folder (absolute, or as it is).  ERR_IO_ERROR: too long. */
int archive_place(char out[PATH_MAX], const char *folder, const char *name,
    struct err *e);

/* Root, settings, paths.  Without a consign.yaml: its presets. */
int archive_locate(struct archive *a, const struct app *app, struct err *e);

/*
 * The id: of the ledger's first row, which alone is read; else what
 * consign.yaml says, else made from the root's name.  A consign.yaml that
 * contradicts the ledger is ERR_CONFIG_INVALID.
 */
int archive_identify(struct archive *a, struct err *e);

/*
 * The store that --store names, or else the only one of consign.yaml, with
 * the options of the command line over it, one by one (--endpoint replaces
 * endpoint_host, and the other way round); without any in the file, that of
 * the options alone, then called "PROVIDER-KIND:BUCKET" unless --store-ref
 * says otherwise.  It is complete: ep is filled in as store_conf_check()
 * does, and store_ref is set.  Valid as long as a and the command line are.
 *
 * ERR_USAGE where it cannot be told which, naming them; ERR_CONFIG_INVALID.
 */
int archive_store(struct store_conf *out, struct archive *a,
    const struct app *app, struct endpoint *ep, struct err *e);

/* base (NULL: none) with the options over it, called something; unchecked. */
void archive_store_merge(struct store_conf *out, struct archive *a,
    const struct app *app, const struct store_conf *base);

/* Make the state folder where there is none, as the first thing written. */
int archive_make_state(struct archive *a, struct err *e);

/*
 * Take the archive's lock, in a state folder that exists; archive_close()
 * gives it back.  Waits up to wait_ms for another run to end: ERR_LOCKED
 * names who holds it and since when; ERR_INTERRUPTED.
 */
int archive_lock(struct archive *a, const struct app *app, uint64_t wait_ms,
    struct err *e);

/*
 * Under the lock: remove the temporary files that a run left which was killed
 * or met a power cut; those of receipts and anchors, and journals without a
 * row, only with died, which says that some run has a begin row and no end.
 */
int archive_sweep(const struct archive *a, bool died, struct err *e);

void archive_close(struct archive *a);

#endif
