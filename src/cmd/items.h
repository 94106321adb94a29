/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ITEMS_H
#define ITEMS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "archive.h"
#include "buf.h"
#include "err.h"
#include "manifest.h"
#include "options.h"
#include "plan.h"
#include "provider.h"
#include "record.h"
#include "sha256.h"
#include "store_conf.h"
#include "view.h"
#include "walk.h"

/*
 * The stream of an archive's objects: all sources, in order of name and "/",
 * merged with what history says, each with what a push to one store would
 * do.  Read once for the gates, and again to act; each time with a view of
 * its own.
 *
 *	items_open(&it, &rules, e);
 *	while ((rc = items_next(it, &item, e)) == 1) ...
 *	if (rc == 0)
 *		rc = items_finish(it, e);
 *	items_close(it);
 *
 * What is no object (links, devices, unreadable folders ...) is an item too,
 * with the verdict PLAN_LEFT_OUT, to be said: items_say().  Never objects are
 * consign.yaml, the state folder, the plan that is followed, and temporary
 * files of ours.
 *
 * Memory does not grow with the archive, but for the names of one folder.
 */
struct items_rules {
	const struct archive *archive;
	const struct store_conf *store;		/* checked and complete */
	const struct provider *provider;
	const char *endpoint_url;		/* as facts have it */
	const char *region;
	const struct selection_options *select;
	struct view *view;	/* just opened; is read on from there */
	int64_t now;
	const char *never;	/* a file that is no object; NULL: none */

	/*
	 * Hash files whose object id is not on record.  Without it they have
	 * none, but where the selection cannot do without (--only).
	 */
	bool hash;
	struct progress *progress;	/* hears of it; or NULL */

	/*
	 * With --plan-from: every line of the plan has to come out as it was
	 * saved, which includes hash.  Without it what was checked before in
	 * this process is trusted: a file that has the identity that the plan
	 * names has its object id.
	 */
	bool check_plan;
};

/* Valid until the next call. */
struct item {
	enum walk_kind kind;
	struct span path;		/* escaped: SOURCE/relative/path */
	const char *os_path;		/* for opening it */
	const char *source;		/* of origin: ARCHIVE-ID/SOURCE */

	/* The rest is for WALK_FILE. */
	struct span canonical;		/* consign-path-1 */
	struct file_id id;
	const struct manifest_line *line;	/* of its path; NULL: none */
	const struct manifest_place *place;	/* of these bytes in this
						   store; NULL: none */
	bool cached;			/* line says it all: no new admit */
	int64_t supersedes;		/* which row an admit is to name; 0:
					   that of line */
	char object_id[7 + SHA256_HEX_LEN + 1];	/* ""; not known */
	struct span key, key_text;	/* raw, escaped; empty: not known */

	struct plan_decision plan;
	struct err why;			/* of what is blocked or unreadable;
					   without the path */
};

struct items;

/*
 * Allocates.  ERR_USAGE for a malformed --only, ERR_PLAN_UNFIT for a plan of
 * another archive or store; those of file.h.  The rules are copied; what they
 * point at must stay.
 */
int items_open(struct items **it, const struct items_rules *rules,
    struct err *e);

/*
 * 1 and the next item; 0 at the end; -1: history cannot be read, the plan
 * does not hold, no memory.
 */
int items_next(struct items *it, struct item *item, struct err *e);

/* Of all items so far. */
const struct plan_sums *items_sums(const struct items *it);

/*
 * At the end: ERR_NOT_FOUND naming the first of --only that no object has.
 */
int items_finish(struct items *it, struct err *e);

/* With --plan-from, after the end: the file's SHA-256, in hex. */
const char *items_plan_digest(const struct items *it);

/*
 * Files and folders that could not be read, and why: a run that met some has
 * not failed on what it could do, but has failed.  ERR_IO_ERROR; 0: none.
 * With --only they do not count.
 */
int items_unreadable(const struct items *it, struct err *e);

/* "main/b: a symbolic link": what is left out, or blocked, and why. */
void items_say(const struct item *item, struct buf *out);

/* The line of a saved plan; its head. */
void items_write_line(const struct item *item, struct buf *out);
void items_write_head(const struct items_rules *rules, struct buf *out);
#define ITEMS_LINE_MAX RECORD_SIZE_MAX

void items_close(struct items *it);	/* accepts NULL */

#endif
