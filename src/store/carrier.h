/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CARRIER_H
#define CARRIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "span.h"

struct anchor;
struct file;

/*
 * What a ledger says of one artifact, gathered in one pass over all of its
 * rows: the rows that admitted the file at a canonical path, the newest proof
 * of an object, and the checkpoints behind these rows.  The chain of every row
 * is checked.  What it all means is judged in policy/resolve_rules.h; whether a
 * signature is right, by whoever knows the keys.
 *
 * Memory is the same whatever the ledger's size.  A row that is not about the
 * artifact costs little more than its hash: see carrier_row.h.
 */
#define CARRIER_WORD_MAX 256	/* as FORM_WORD */
#define CARRIER_OBJECT_LEN 71	/* sha256: and 64 digits */
#define CARRIER_CHAIN_LEN 32	/* as chain.h has it */
#define CARRIER_ANCHORS 4

/* The first checkpoint behind a row. */
struct carrier_seal {
	bool there;
	int64_t seq, time;
	char writer[CARRIER_WORD_MAX + 1];	/* id of its key */
	char sig[128 + 1];
	uint8_t previous[CARRIER_CHAIN_LEN];	/* what was signed */
};

/*
 * The admit row in force of the path, under the origins of one source:
 * ARCHIVE-ID/SOURCE, with or without @git:COMMIT.  A row that names it as
 * superseded takes its place; or takes it out of force, if that admits another
 * path.
 */
struct carrier_admit {
	bool there;
	bool null;		/* it has no object id */
	bool twice;		/* another was in force that it, or an
				   earlier one, does not name */
	int64_t seq;
	uint8_t chain[CARRIER_CHAIN_LEN];
	char origin[CARRIER_WORD_MAX + 1];
	char object_id[CARRIER_OBJECT_LEN + 1];
	struct carrier_seal by;
};

/* The newest proof of the object, wherever it is stored. */
struct carrier_proof {
	bool there;
	bool refuted;		/* later, other bytes were there */
	int64_t seq, time;
	struct carrier_seal by;
};

/* How an anchor (anchor.h) and the ledger compare. */
struct carrier_anchor {
	bool ahead;		/* the ledger has fewer rows */
	bool differs;		/* it has others */
	bool by_writer;		/* its key signed checkpoints of this ledger */
};

struct carrier {
	char archive_id[CARRIER_WORD_MAX + 1];
	int64_t rows;
	long producer;		/* the user that owns the file */
	bool alias;		/* see carrier_ask */
	struct carrier_admit admit;	/* under the origin's source */
	struct carrier_admit other;	/* the newest of another source */
	struct carrier_proof proof;
	struct carrier_seal last;	/* the newest checkpoint of all */
	struct carrier_anchor anchor[CARRIER_ANCHORS];
};

struct carrier_ask {
	const char *ledger;
	struct span canonical;	/* as rows have it; none: no row has */
	struct span origin;
	struct span object_id;	/* whose proof; none: of no object */

	const struct anchor *const *anchor;	/* of this archive, and signed
						   by whom they say */
	size_t nanchors;

	/*
	 * Is the file at that path, which the same source has admitted, the
	 * artifact's own, so that it has two names?  Asked where the row has
	 * that inode, or, with many_links, always.  NULL: not asked.
	 */
	bool (*is_same)(void *context, struct span canonical);
	void *context;
	int64_t inode;		/* as rows have it */
	bool many_links;

	bool (*stop)(void *context);	/* end early; NULL: never */
};

/*
 * 1; 0 where there is no ledger or no row in it; -1: ERR_LEDGER_BROKEN, for
 * any damage but a torn last row, also for a row of a kind that this version
 * does not know; ERR_INTERRUPTED for stop(); ERR_NO_MEMORY; those of file.h.
 */
int carrier_read(struct carrier *c, const struct carrier_ask *ask,
    struct err *e);

#endif
