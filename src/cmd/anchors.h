/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ANCHORS_H
#define ANCHORS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "anchor.h"
#include "app.h"
#include "client.h"
#include "file.h"
#include "object.h"

/*
 * Anchors that exist: in a store, below "consign/ARCHIVE-ID/anchors/", and
 * the copies of them in the state folder's "anchors/".
 *
 * The newest is the one with the greatest seq that the caller takes for good.
 * Whoever may write to the bucket can put others there, so one that is no
 * anchor, or of another archive, or that judge() passes over, hides nothing:
 * the next older is looked at.  Of those with one seq each is judged.
 */
#define ANCHORS_TRIED 32	/* so many are read, at most */
#define ANCHORS_PAGES 128	/* of a listing */
#define ANCHORS_KEY_MAX (8 + ANCHOR_ID_MAX + 9 + ANCHOR_NAME_MAX)

struct anchors_found {
	struct anchor anchor;
	char name[ANCHOR_NAME_MAX + 1];
	char key[ANCHORS_KEY_MAX + 1];	/* in the store */
	struct object object;		/* its generation; of a copy in the
					   state folder none */
	char text[ANCHOR_SIZE_MAX];	/* the document as it stands */
	size_t len;
};

enum anchors_verdict {
	ANCHORS_FAIL = -1,	/* the search is over: see err */
	ANCHORS_PASS,		/* not one to go by: what is older? */
	ANCHORS_TAKE		/* the search is over once those with the
				   same seq were judged too */
};

struct anchors_search {
	/* Filled in by the caller. */
	const char *archive_id;
	const char *suffix;	/* only names with these 8 digits behind the
				   '-': those of one key that is not on the
				   box; NULL: any name */
	int64_t up_to;		/* a greater seq is passed over; 0: none is */
	enum anchors_verdict (*judge)(struct anchors_search *,
	    const struct anchors_found *, struct err *);
	void *context;		/* for judge */

	/* What came of it. */
	struct anchors_found found;	/* the first that was taken */
	unsigned read;		/* documents that were looked at */
	unsigned passed;	/* of these: no anchors of this archive, or
				   passed over by judge */
	bool cut;		/* there are more than ANCHORS_TRIED */
};

/* "consign/ARCHIVE-ID/anchors/NAME"; name may be empty: what all begin with. */
void anchors_key(char key[ANCHORS_KEY_MAX + 1], const char *archive_id,
    const char *name);

/* Where the copy of that name is; the folder is made where it is missing. */
int anchors_place(char path[PATH_MAX], const char *state, const char *name,
    struct err *e);

/*
 * 1 and found; 0: none that was taken; -1: ERR_LEDGER_ROLLED_BACK and the
 * like are judge()'s; those of list.h and object.h.  A listing beyond
 * ANCHORS_PAGES is ERR_INDETERMINATE.
 */
int anchors_in_store(struct anchors_search *s, struct client *c,
    struct err *e);

/* The same in the state folder; no folder: 0. */
int anchors_in_folder(struct anchors_search *s, const char *state,
    struct err *e);

/*
 * Send a document, which stands in a file, and read back and compare what is
 * there then.  ERR_LEDGER_ROLLED_BACK where somebody else's anchor is at its
 * key; else those of upload.h.
 */
struct anchors_send {
	/* Filled in by the caller. */
	struct client *client;
	const char *key;
	int64_t seq;
	const struct file_tmp *document;
	int64_t retain_until;		/* since 1970; 0: see object.h */
	bool look;			/* whether something is there, first */
	bool put_if_none_match, delete_if_match, versioned;  /* upload.h */

	struct object object;		/* the generation that was compared */
};

int anchors_send(struct anchors_send *s, struct err *e);

/* The file that it stands in, at path once that is committed. */
int anchors_document(struct file_tmp *t, const struct anchor *a,
    const char *path, const struct app *app, struct err *e);

/* That it was written, or with --dry-run would be. */
int anchors_say(const struct app *app, const struct anchor *a,
    const char *key, struct err *e);

#define ANCHORS_MODE 0644		/* of a copy */

/* Keep a copy of found in the state folder, if it is not there. */
int anchors_keep(const struct anchors_found *found, const char *state,
    const struct app *app, struct err *e);

#endif
