/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RESTORE_H
#define RESTORE_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "file_part.h"
#include "guard.h"
#include "object.h"
#include "sha256.h"
#include "span.h"

/*
 * One generation into a file, over as many runs as it takes.
 *
 * What came so far waits beside the target (file_part.h), with a note that
 * names the generation and says how many bytes were there at two moments, and
 * what they hashed to: at the last one, and at the last one of which a sync
 * has ended.  The next run hashes what is there again, goes on behind the
 * later of the two that still holds, by Range and If-Match, and so fetches
 * little twice: RESTORE_STEP bytes where it was killed, some RESTORE_SYNC
 * after a power cut.  Where neither holds it begins anew.
 *
 * A large rest is fetched by several workers (pool.h), a range of RESTORE_RANGE
 * bytes each (less at the end, so that they end together), which they write to
 * their places; this process hashes behind them, in order.  What is there
 * beyond what is hashed the note lists too, with its digests: at most
 * RESTORE_AHEAD pieces.  So where it was killed, no more than a range a worker
 * is fetched twice.
 *
 * The file gets its name only when all of it is there and, where the digest is
 * known, has that; bytes that do not are fetched once more, from the first,
 * before the store is accused.
 */
#define RESTORE_STEP (1024 * 1024)
#define RESTORE_SYNC (64 * 1024 * 1024)
#define RESTORE_RANGE (8 * 1024 * 1024)
#define RESTORE_AHEAD 32

enum restore_phase {
	RESTORE_CHECK,		/* an earlier run's bytes are hashed, ... */
	RESTORE_GO_ON,		/* and gone on with: see resumed */
	RESTORE_ANEW,		/* from the first byte, though some were there:
				   they changed, or are of another generation */
	RESTORE_AGAIN,		/* wrong bytes: a second complete read */
	RESTORE_PHASES
};

const char *restore_phase_name(enum restore_phase phase);

struct restore {
	struct object_sink sink;	/* private */

	/* Filled in by the caller. */
	struct client *client;
	const struct guard *guard;	/* for the note */
	struct span key;
	const uint8_t *digest;		/* of the object id; NULL: not known */
	const char *target;
	bool replace;			/* it, where it exists */
	struct file_part_end end;
	const char *place;		/* endpoint and bucket */
	int (*phase)(struct restore *, enum restore_phase, struct err *);
	void *context;			/* for phase */
	struct client_config *conf;	/* client's; only for ... */
	unsigned jobs;			/* 2 or more workers */

	/*
	 * The generation that is wanted: size and name, where they are known;
	 * then that of the file.  Size -1: whatever is at the key.
	 */
	struct object object;

	/* Results. */
	uint8_t got[SHA256_LEN];	/* the file's digest */
	int64_t resumed;		/* bytes of earlier runs */
	int64_t left;			/* bytes that wait for the next run */

	/* Private. */
	struct file_part part;
	struct sha256 hash;
	int64_t at;			/* bytes written and hashed */
	struct restore_range {
		int64_t at, size;	/* size 0: free */
		bool there;		/* else it is being fetched */
		uint8_t digest[SHA256_LEN];
	} ahead[RESTORE_AHEAD];		/* of that */
	bool spread;			/* a whole read goes on by ranges */
	bool unranged;			/* the store knows no ranges */
	struct object wanted;		/* as the caller said */
	bool bound;			/* that is one generation */
	bool roomy;			/* there was room for all of it */
	struct restore_mark {
		int64_t at;
		uint8_t digest[SHA256_LEN];
	} last, synced;
};

/*
 *	ERR_VERIFICATION_FAILED	two complete reads that agree are not the
 *				object's bytes
 *	ERR_INDETERMINATE	two complete reads do not agree; and those of
 *				object_fetch()
 *	ERR_NOT_FOUND		nothing is there
 *	ERR_REPLACED_BY_OTHER	the generation that the caller named is not to
 *				be had; or it was replaced in this very run
 *	ERR_DISK_FULL		there is no room for what is missing
 *
 * After what may pass (a broken line, a ceiling, a signal, a full disk) what
 * came is kept: left.  After anything else nothing is.
 */
int restore_run(struct restore *r, struct err *e);

#endif
