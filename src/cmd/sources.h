/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SOURCES_H
#define SOURCES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive.h"
#include "archive_conf.h"
#include "err.h"
#include "walk.h"

/*
 * The walk over all sources of an archive, in order of name and "/", so that
 * paths come in bytewise order.  consign.yaml, the state folder and temporary
 * files of ours (file.h) are left out.
 *
 *	sources_init(&s, archive, now);
 *	while ((rc = sources_next(&s, &entry, e)) == 1) ...
 *	sources_close(&s);
 *
 * Large: allocate it.
 */
struct sources {
	/* Of the entry given last. */
	const struct source_conf *current;
	char root[PATH_MAX];		/* its real folder */

	/* Private. */
	const struct archive *archive;
	int64_t now;
	const char *never[WALK_NEVER_MAX];
	size_t nnever;
	const struct source_conf *source[ARCHIVE_CONF_SOURCES];
	size_t n, next;
	bool walking;
	char name[ARCHIVE_CONF_NAME_MAX + 2];	/* "main/" */
	struct walk walk;			/* while it is walking */
};

void sources_init(struct sources *s, const struct archive *archive,
    int64_t now);

/* Before the first entry: another file that is no object, if it is there. */
void sources_never(struct sources *s, const char *path);

/*
 * 1 and the next entry, valid until the next call; 0 at the end; -1:
 * ERR_NO_MEMORY, ERR_INTERRUPTED.  A source whose folder cannot be read is an
 * entry, "NAME/".
 */
int sources_next(struct sources *s, struct walk_entry *entry, struct err *e);

void sources_close(struct sources *s);	/* a zeroed one, twice too */

#endif
