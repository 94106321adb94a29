/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ARCHIVE_CONF_H
#define ARCHIVE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "field.h"
#include "span.h"
#include "store_conf.h"
#include "yaml_walk.h"

/*
 * An archive's settings: consign.yaml, see consign.yaml(5).
 *
 *	archive: photos
 *	sources:
 *	  main:
 *	    path: .
 *	stores:
 *	  offsite:
 *	    endpoint: https://s3.example.org
 *	    bucket: backup
 *
 * At the top are the fields of archive_conf_fields and the two mappings; a
 * source has those of archive_conf_source_fields, a store those of
 * store_conf_fields.  These tables drive the parser, the presets and the
 * sample; a new setting is a new row.
 *
 * Nothing here can hold a credential: where one belongs, only a reference is
 * taken, and what is refused is not repeated.
 */
#define ARCHIVE_CONF_SOURCES 64		/* at most */
#define ARCHIVE_CONF_STORES 6		/* as a line of the manifest holds */
#define ARCHIVE_CONF_NAME_MAX 63

/* A folder whose files are objects. */
struct source_conf {
	const char *name;		/* first part of its objects' paths */
	const char *path;		/* relative to the archive root */
	struct field_list include;	/* globs; none: everything */
	struct field_list exclude;
	uint64_t settle;		/* milliseconds without a change */
	bool follow_symlinks;
	bool one_file_system;
};

/* Of the history, at the store that a run talks to: consign-anchor(5). */
enum archive_conf_anchor {
	ARCHIVE_CONF_ANCHOR_OFF,
	ARCHIVE_CONF_ANCHOR_WRITE,
	ARCHIVE_CONF_ANCHOR_CHECK	/* and write */
};

struct archive_conf {
	const char *archive;		/* its id; NULL: not said */
	const char *state;		/* folder, relative to the root */
	bool append_only;		/* the ledger, by its attribute */
	const char *writer;		/* whose key signs; NULL: not said */
	uint64_t max_objects;		/* of a run */
	uint64_t max_puts_month;	/* of each store */
	const char *window;		/* NULL: any time */
	int anchor;			/* enum archive_conf_anchor */
	uint64_t anchor_retention;	/* milliseconds; 0: no object lock */
	bool remote_receipts;		/* history packs: consign-history(5) */
	struct source_conf source[ARCHIVE_CONF_SOURCES];
	size_t nsources;
	struct store_conf store[ARCHIVE_CONF_STORES];
	size_t nstores;
	struct yaml_texts texts;	/* what all of this points into */
};

extern const struct field archive_conf_fields[];
extern const struct field archive_conf_source_fields[];

/* No file at all: the presets, and one source, "main", the root itself. */
void archive_conf_init(struct archive_conf *conf);

/*
 * Read a document; the same as archive_conf_init() for what it does not say.
 * A store without a store_ref is called by its name, and no two are called
 * alike.  Every store is complete: store_conf_check().
 *
 * ERR_CONFIG_INVALID, "LINE:COLUMN: ..." (yaml_walk.h).  conf is to be freed
 * in every case.
 */
int archive_conf_load(struct archive_conf *conf, struct span document,
    struct err *e);

void archive_conf_free(struct archive_conf *conf);  /* a zeroed one, too */

/* The store of that name, or NULL. */
const struct store_conf *archive_conf_find_store(
    const struct archive_conf *conf, const char *name);

/* [a-z0-9][a-z0-9-]{0,62}: archive ids, and names of sources and stores. */
bool archive_conf_is_name(const char *text);

/*
 * An archive id from a folder's name: in lower case, a '-' for each other
 * character, none at the ends, as long as an id may be.  -1 if nothing is
 * left.
 */
int archive_conf_make_id(char id[ARCHIVE_CONF_NAME_MAX + 1],
    struct span folder);

/*
 * A consign.yaml to begin with: each field with what it is and its preset,
 * off (commented out) but for the archive's id, the source main and, unless
 * it is NULL, state.  Settings that are off have their '#' right before the
 * name.
 */
void archive_conf_sample(struct buf *out, const char *archive,
    const char *state);
#define ARCHIVE_CONF_SAMPLE_MAX 16384	/* more than it ever takes */

#endif
