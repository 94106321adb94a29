/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef UPLOAD_H
#define UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "file.h"
#include "object.h"
#include "sha256.h"

/*
 * One file to one key, proven: hash, look, send, prove.
 *
 *	hash	one pass over the file: its object id
 *	look	HEAD, or what a listing showed.  A generation that was proven
 *		before ends it.  Other bytes there end it, too; the same
 *		number of bytes are read and hashed, and equal ones are the
 *		object
 *	send	one PUT, with the real digest signed (send.h)
 *	prove	GET of that very generation, hashed (proof.h)
 *
 * Bytes of ours that prove wrong are removed where that can be done without
 * touching anybody else's: by version id in a versioned bucket, by If-Match
 * where the store was seen to honour it.  Nothing else is ever removed.
 */
enum upload_outcome {
	UPLOAD_FAILED,		/* see err */
	UPLOAD_UPLOADED,	/* sent and proven */
	UPLOAD_REMOTE_SAME,	/* was there already: read, hashed, equal */
	UPLOAD_CURRENT		/* the known generation is there: not read */
};

enum upload_phase {
	UPLOAD_HASH,
	UPLOAD_LOOK,
	UPLOAD_SEND,
	UPLOAD_PROVE,
	UPLOAD_PHASE__COUNT
};

struct upload {
	/* Filled in by the caller; all must outlive the run. */
	struct client *client;
	struct file *file;
	struct span key;
	void (*phase)(struct upload *, enum upload_phase);  /* or NULL */
	void *context;			/* for phase */

	/* What is known already; NULL: nothing. */
	const uint8_t *digest;		/* the file's object id: then the
					   bytes are hashed as they leave, if
					   they do */
	const struct object *known;	/* proven at this key before */
	const struct object *seen;	/* what a listing of this run shows
					   at the key, or that nothing is */

	/*
	 * Send even where the object is, over whatever is there: for keys
	 * that are made of the digest only, which the caller checks.  The
	 * file is hashed first in any case.
	 */
	bool force;

	/* What the store was seen to do.  false is always safe. */
	bool put_if_none_match;
	bool delete_if_match;		/* and refuse another ETag */
	bool versioned;

	const char *retain_until;	/* of what is sent: object.h; or NULL */

	/* Results, as far as the run came. */
	enum upload_outcome outcome;
	uint8_t object_id[SHA256_LEN];
	char hex[SHA256_HEX_LEN + 1];	/* the same; "": not known */
	int64_t size;
	struct object object;		/* the proven generation */
	struct object wrong;		/* exists: our own, proven wrong; */
	bool deleted;			/* it was removed, */
	bool left;			/* or it may still be there */
	bool stored;			/* a PUT was done, or may have been */
	unsigned attempts;		/* PUTs sent */
	int64_t bytes_verified;
};

/*
 * 0, or -1 with the outcome UPLOAD_FAILED.  Of what client, file and object
 * report, and of these, nothing but ERR_VERIFICATION_FAILED says that the
 * store holds bytes of ours that are not the object's:
 *	ERR_REMOTE_CONFLICT	other bytes are there, and not by us
 *	ERR_REPLACED_BY_OTHER	what we sent is no longer what is there
 *	ERR_VERIFICATION_FAILED	what we sent was proven wrong: see wrong
 *	ERR_LOCAL_BYTES_CHANGED	the file is not, or no longer, the object
 *	ERR_PLAN_UNFIT		the file is too large
 */
int upload_run(struct upload *u, struct err *e);

/* "hash", "look", "send", "prove". */
const char *upload_phase_name(enum upload_phase phase);

/* The largest object that one PUT of this store takes: ERR_PLAN_UNFIT. */
int upload_check_size(const struct upload *u, int64_t size, struct err *e);

#endif
