/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef WRITERS_H
#define WRITERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "span.h"
#include "yaml_walk.h"

/*
 * Who may write history: writers.yaml, see consign-writers(5).
 *
 *	proof_expires_after: 90d
 *	writers:
 *	  nas1:
 *	    archive: photos
 *	    public_key: MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE...
 *	    grants: [admit, upload, verify]
 *	    valid_from: 2026-01-01T00:00:00Z
 *	    valid_until: 2028-01-01T00:00:00Z
 *	    revoked: 2027-03-01T00:00:00Z
 *
 * It is read by those who rely on a history, and kept where those who write
 * one can not write.  What an entry allows is judged in grant.h.
 */
#define WRITERS_PATH "/etc/consign/writers.yaml"
#define WRITERS_MAX 32
#define WRITERS_POINT_LEN 65		/* as ecdsa.h has it */
#define WRITERS_ID_LEN 16		/* as spki.h has it */
#define WRITERS_NONE INT64_MIN		/* a time that is not said */
#define WRITERS_NO_EXPIRY UINT64_MAX

enum writers_grant {
	WRITERS_ADMIT = 1,
	WRITERS_UPLOAD = 2,
	WRITERS_VERIFY = 4,
	WRITERS_ANCHOR = 8,
	WRITERS_CONFIRM = 16
};

struct writer {
	const char *name;		/* for people */
	const char *archive;		/* the id of the one it may write */
	char id[WRITERS_ID_LEN + 1];	/* of the key, as rows have it */
	uint8_t point[WRITERS_POINT_LEN];	/* one of the curve */
	unsigned grants;		/* enum writers_grant, ored */
	int64_t valid_from;		/* seconds since 1970, or NONE: */
	int64_t valid_until;		/* from, inclusive; until, not */
	int64_t revoked;		/* not NONE: nothing it signed counts */
};

struct writers {
	uint64_t proof_expires_after;	/* milliseconds, or NO_EXPIRY */
	struct writer writer[WRITERS_MAX];
	size_t n;
	struct yaml_texts texts;	/* what all of this points into */
};

/*
 * Read a document, which names one writer at least.  ERR_CONFIG_INVALID,
 * "LINE:COLUMN: ..." (yaml_walk.h).  w is to be freed in every case.
 */
int writers_load(struct writers *w, struct span document, struct err *e);

void writers_free(struct writers *w);	/* a zeroed one, too */

/* The writer whose key has that id, or NULL. */
const struct writer *writers_find(const struct writers *w, struct span id);

#endif
