/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef WALK_H
#define WALK_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dir.h"
#include "err.h"
#include "file.h"
#include "span.h"

/*
 * A walk over one source: every file below a folder, in bytewise order of
 * their paths, so that it can be merged with the manifest.
 *
 *	struct walk_rules rules = { ... };
 *	walk_open(&w, &rules, e);
 *	while ((rc = walk_next(&w, &entry, e)) == 1) ...
 *	walk_close(&w);
 *
 * Sources are walked one after the other, in order of name and "/".
 *
 * What is no object, or can not be told, is an entry too, and never an
 * error: the walk goes on behind it.  Only patterns and never leave out
 * silently.  Of a folder that could not be read nothing is known: objects
 * whose paths begin with its own are not gone.
 *
 * Memory: the names of one folder (dir.h) a level.
 */
enum walk_kind {
	WALK_FILE,		/* an object */
	WALK_UNSETTLED,		/* one that changed a moment ago */
	WALK_LINK,		/* a symbolic link, not followed or dangling */
	WALK_SPECIAL,		/* a device, pipe or socket */
	WALK_MOUNT,		/* a folder on another file system */
	WALK_LOOP,		/* a link to a folder that it is in */
	WALK_DEEP,		/* a folder below WALK_DEPTH others */
	WALK_LONG,		/* its path is longer than the system takes */
	WALK_VANISHED,		/* or became something else on the way */
	WALK_UNREADABLE,	/* see why */

	WALK__COUNT
};

/* "a symbolic link": the kind in words that fit behind a path. */
const char *walk_kind_words(enum walk_kind kind);

#define WALK_DEPTH 256		/* folders, and open descriptors, at once */

/*
 * Of a path as it is kept: a byte becomes up to three (text.h), and the last
 * name may be the one that makes it too long for the system.
 */
#define WALK_SOURCE_MAX 63
#define WALK_PATH_MAX (WALK_SOURCE_MAX + 1 + 3 * (PATH_MAX + NAME_MAX))

/* Everything is the caller's, until walk_close(). */
struct walk_rules {
	const char *source;	/* its name, as text_escape() leaves it */
	const char *root;	/* its folder */

	/*
	 * Patterns (glob_means()); those that mean a folder mean all below
	 * it.  Without any to include, everything is.
	 */
	const char *const *include, *const *exclude;
	size_t nincluded, nexcluded;

	/* Files and folders that are never objects, where they exist. */
	const char *const *never;
	size_t nnever;		/* at most WALK_NEVER_MAX */

	int64_t settle_s;	/* 0: files are taken at once */
	int64_t now;		/* since 1970 */
	bool follow_links;
	bool one_file_system;
};

#define WALK_NEVER_MAX 4

/* Valid until the next call. */
struct walk_entry {
	enum walk_kind kind;
	struct span path;	/* SOURCE/relative/path; a folder's ends "/" */
	const char *os_path;	/* for opening it */
	struct file_id id;	/* of WALK_FILE and WALK_UNSETTLED */
	struct err why;		/* of WALK_UNREADABLE */
};

struct walk {
	/* Private. */
	struct walk_rules rules;
	struct dir_thing never[WALK_NEVER_MAX];
	size_t nnever;
	size_t depth;			/* of level */
	struct walk_level {
		struct dir dir;
		size_t next;		/* of dir's entries */
		size_t path_len;	/* of both paths, with their "/" */
		size_t os_len;
		bool included;		/* everything from here */
	} level[WALK_DEPTH];
	size_t root_len;		/* of os_path: where relative begins */
	char path[WALK_PATH_MAX + 1];
	char os_path[PATH_MAX];
};

/* A root that can not be read is an error. */
int walk_open(struct walk *w, const struct walk_rules *rules, struct err *e);

/* 1 and the next entry; 0 at the end; -1: ERR_NO_MEMORY. */
int walk_next(struct walk *w, struct walk_entry *entry, struct err *e);

void walk_close(struct walk *w);	/* a zeroed one, twice too */

#endif
