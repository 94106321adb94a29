/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef GRANT_H
#define GRANT_H

#include <stdint.h>

#include "span.h"
#include "writers.h"

/*
 * May this writer have written that?  Pure: what writers.yaml says against
 * what a signature is claimed to cover.  Whether the signature is right is
 * another question: checkpoint.h.
 */
enum grant_verdict {
	GRANT_GIVEN,
	GRANT_UNLISTED,		/* writers.yaml knows no such key */
	GRANT_OTHER_ARCHIVE,
	GRANT_MISSING,		/* the key was granted something else */
	GRANT_NOT_YET,		/* signed before valid_from, ... */
	GRANT_EXPIRED,		/* ... at valid_until or after */
	GRANT_REVOKED,		/* whatever date it is said to have signed */

	GRANT__COUNT
};

struct grant_claim {
	const char *archive;	/* its id */
	unsigned grants;	/* all that are needed: grant_of(), ored */
	int64_t time;		/* of the checkpoint row, or the anchor */
};

/* w is the writer with the key's id, or NULL: there is none. */
enum grant_verdict grant_judge(const struct writer *w,
    const struct grant_claim *claim);

/* "is not listed in writers.yaml", to follow the words "the key ID". */
const char *grant_verdict_text(enum grant_verdict v);

/*
 * What the writer of a row needs, by the row's kind: enum writers_grant.  0
 * for the kinds that any writer may write: genesis and checkpoint.
 */
unsigned grant_of(struct span kind);

#endif
