/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ANCHOR_H
#define ANCHOR_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "chain.h"
#include "checkpoint.h"
#include "err.h"
#include "ledger.h"
#include "span.h"

/*
 * An anchor: a small document, kept where the ledger is not, that says under
 * a signature what the ledger's chain value was before a row.  A ledger that
 * has fewer rows, or another value there, was rolled back or forked.  Its
 * format is in consign-anchor(5).  Pure but for anchor_compare().
 */
#define ANCHOR_SCHEMA "consign.anchor.v1"
#define ANCHOR_SIZE_MAX 4096		/* bytes that are ever read of one */
#define ANCHOR_ID_MAX 63		/* of an archive's id */

/*
 * Its name below "consign/ARCHIVE-ID/anchors/": the seq in decimal, or that
 * and "-" and 8 lowercase hex digits: random ones where the store would write
 * over what is there, the first of the writer's id where the key is not on
 * the box.
 */
#define ANCHOR_NAME_MAX (19 + 1 + 8)

struct anchor {
	char archive_id[ANCHOR_ID_MAX + 1];
	int64_t seq;			/* rows before: 1 or more */
	int64_t time;			/* since 1970 */
	uint8_t previous[CHAIN_LEN];	/* chain value of row seq - 1 */
	struct checkpoint by;		/* key's id and signature, in hex */
};

/* All of the document, at the end of out; ANCHOR_SIZE_MAX is enough. */
void anchor_write(struct buf *out, const struct anchor *a);

/*
 * Read one that is exactly as anchor_write() writes it: one line, these
 * fields in this order and no others.  ERR_LEDGER_BROKEN.
 */
int anchor_parse(struct anchor *a, struct span document, struct err *e);

/* Did the holder of this key sign it?  point is the uncompressed one. */
bool anchor_is_by(const struct anchor *a,
    const uint8_t point[ECDSA_POINT_LEN]);

/*
 * The number in a name of one, which is not NUL-terminated; -1 for any other.
 * *suffix (NULL: not wanted) is what stands behind the '-', or empty.
 */
int64_t anchor_name_seq(struct span name, struct span *suffix);

/*
 * Against a ledger that is being read: to be asked with the mark before the
 * first row and behind each.  At the end ANCHOR_AHEAD is a ledger that is
 * shorter than the anchor.
 */
enum anchor_fit {
	ANCHOR_AHEAD,		/* the ledger has not come so far yet */
	ANCHOR_FITS,		/* here it stands, with that value */
	ANCHOR_DIFFERS,		/* here it stands, with another value */
	ANCHOR_PAST		/* the ledger is beyond that row */
};

enum anchor_fit anchor_meet(const struct anchor *a,
    const struct ledger_mark *mark);

/*
 * The same for the ledger in a file, all of which is read, and its chain
 * checked: 0 where it fits; 1 where the chain value is that of another row,
 * so that somebody changed the number, which no signature covers.
 * ERR_LEDGER_ROLLED_BACK where the ledger is shorter or differs (also where
 * there is none); those of ledger_scan_next().
 */
int anchor_compare(const struct anchor *a, const char *ledger,
    struct err *e);

/* It is shorter than the anchor, or differs: says so.  Returns -1. */
int anchor_refuse(const struct anchor *a, const struct ledger_mark *mark,
    struct err *e);

#endif
