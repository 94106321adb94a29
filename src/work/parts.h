/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PARTS_H
#define PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "client.h"
#include "err.h"
#include "file.h"
#include "multipart.h"
#include "object.h"
#include "sha256.h"
#include "task.h"
#include "upload.h"

/*
 * One file to one key in parts, proven.
 *
 *  1. Fill in the caller's members.
 *  2. parts_open() takes the memory: 40 bytes a part, and the ETags.
 *  3. To go on with an upload of an earlier run: its id into upload_id,
 *     parts_known() for each part that landed, parts_proven() for each that
 *     was read back.
 *  4. parts_run(), which does it on one connection, one part after the other.
 *     Or parts_start(), then tasks from parts_next(), which anybody may do, at
 *     once and in any order, and parts_take() for each; until
 *     parts_is_over(); then parts_conclude().
 *  5. parts_close(), in every case.
 *
 * What a run does:
 *
 *	look	HEAD, with the outcomes of upload.h
 *	hash	one pass over the file: its object id, and every part's digest
 *	send	Create; the parts, each with its real digest signed and its
 *		last block held back until the file is known to be the one
 *		that was hashed; Complete
 *	prove	HEAD, then that very generation read back: by ranges, part by
 *		part (proof_ranges.h says why that is as good), or as a whole
 *
 * Which parts landed and were proven, the caller makes durable in the hooks;
 * from there the next run goes on.  What a Complete has done is found out by
 * looking.  Where it is in doubt whether parts have landed, a list of them
 * tells: one of the same size, whose ETag is the MD5 of our bytes, has.
 */
enum parts_end {
	PARTS_COMPLETED,	/* it became the object */
	PARTS_ABORTED,
	PARTS_GONE,		/* the store knows it no more */
	PARTS_END__COUNT
};

/* "completed", "aborted", "gone": a word for the journal. */
const char *parts_end_name(enum parts_end end);

enum parts_proof {
	PARTS_RANGES,
	PARTS_REHASH
};

struct parts;

/*
 * intend(), begun() and completing() are called before what depends on them
 * is done, the others right after what they tell.  Each returns -1 to stop the
 * run there.  All must be given; the last three where keep is set.
 */
struct parts_hooks {
	/* An upload will be created: digests and sizes are known. */
	int (*intend)(struct parts *, struct err *);
	/* It was: upload_id has to be durable before the first part. */
	int (*begun)(struct parts *, struct err *);
	/* See parts_digest() and parts_etag(). */
	int (*landed)(struct parts *, unsigned number, struct err *);
	/* No part will ever be sent to this upload again. */
	int (*completing)(struct parts *, struct err *);
	/* upload_id is over: with keep, once its object was proven or not. */
	int (*ended)(struct parts *, enum parts_end, struct err *);
	/* The store's answer to Complete said so: see told. */
	int (*completed)(struct parts *, struct err *);
	/* That part of the generation there was read back, and is ours. */
	int (*proven)(struct parts *, unsigned number, struct err *);
	/* The run ends here, and all parts that were sent have landed. */
	int (*suspended)(struct parts *, struct err *);
};

struct parts {
	/* Filled in by the caller; all must outlive the run. */
	struct client *client;
	struct file *file;
	struct span key;
	int64_t part_size;		/* see parts_plan.h */
	int64_t (*offset)(const struct parts *, unsigned number);
					/* where that part begins, of a stream
					   (parts_stream.h), whose parts may
					   grow; NULL: they are all equal */
	const struct parts_hooks *hooks;
	void (*phase)(struct parts *, enum upload_phase);	/* or NULL */
	void *context;			/* for hooks and phase */
	enum parts_proof how;
	bool keep;			/* a failure that may pass leaves the
					   upload to the next run */
	bool force;			/* as in upload.h */

	/* What is known already; NULL: nothing. */
	const uint8_t *digest;		/* the file's object id */
	const struct object *known;	/* proven at this key before */

	/* What the store was seen to do.  false is always safe. */
	bool complete_if_none_match;	/* else a HEAD comes before Complete */
	bool delete_if_match;
	bool versioned;

	/*
	 * Of an earlier run, where one is to be gone on with; then this run's.
	 * An id that stays here after the run was not ended.
	 */
	char upload_id[MULTIPART_ID_MAX + 1];	/* "": none */
	bool completing;		/* its Complete may have been sent */
	struct object told;		/* exists: that is completed, and the
					   answer named this; its size: the
					   file's */
	bool unchanged;			/* the file is as it was then */
	bool unsure;			/* more parts than are known may have
					   landed */
	int64_t intended_at;		/* no id, but intend() was durable at
					   this time; 0: it was not */

	/* Results, as far as the run came. */
	enum upload_outcome outcome;
	uint8_t object_id[SHA256_LEN];
	char hex[SHA256_HEX_LEN + 1];	/* the same; "": not known */
	int64_t size;
	unsigned count;			/* of parts */
	struct object object;		/* the proven generation */
	struct object wrong;		/* exists: our own, proven wrong; */
	bool deleted;			/* it was removed, */
	bool left;			/* or it may still be there */
	unsigned attempts;		/* parts sent, retries included */
	unsigned landed;		/* in this run */
	unsigned kept;			/* had landed before, not sent again */
	unsigned strays;		/* uploads of this key that a Create
					   without an answer may have left */
	int64_t bytes_sent;		/* of parts that landed */
	int64_t bytes_verified;

	struct object there;		/* what is read to be proven */

	/* Private. */
	struct parts_part {
		uint8_t digest[SHA256_LEN];
		uint32_t tag_at;	/* its ETag in tags; 0: not landed */
		bool proven;		/* in the generation proven_of */
		bool at_work;		/* handed out, not taken */
	} *part;			/* [number - 1] */
	struct buf tags;
	struct object proven_of;
	struct object over;		/* what a forced run may replace */
	bool stale;			/* what is known is of other bytes */
	bool renewed;			/* an upload was lost, once */
	bool doubtful;			/* a Complete may have been done */
	enum parts_stage {
		PARTS_OVER,
		PARTS_SENDING,
		PARTS_PROVING
	} stage;
	unsigned next;			/* to be handed out, of the stage */
	unsigned at_work;		/* of them, handed out, not taken */
	bool may_pass;			/* why is of a task that comes again
					   if one of those at work succeeds */
	bool lost;			/* the upload at hand is */
	bool open;			/* of a stream: more parts may come */
	enum proof_verdict verdict;
	struct err why;			/* the first failure */
};

/* ERR_NO_MEMORY; ERR_PLAN_UNFIT for more than MULTIPART_PARTS_MAX parts. */
int parts_open(struct parts *p, struct err *e);

/*
 * That part had landed, with that digest and ETag (in normal form).  It is not
 * sent again if the file's part still has the digest; if any has another,
 * the file is another, and the old upload is ended first.
 */
void parts_known(struct parts *p, unsigned number,
    const uint8_t digest[SHA256_LEN], const char *etag);

/*
 * That part was read back in that generation (its names), and had the digest
 * of parts_known().  It is not read again if this is what is there now; the
 * latest generation that was told counts.
 */
void parts_proven(struct parts *p, unsigned number, const struct object *of);

/*
 * 0, or -1 with the outcome UPLOAD_FAILED and the errors of upload_run().
 * After a failure that cannot pass (the file changed, a conflict, a refusal)
 * the upload has been ended; after one that may, only unless keep; and never
 * while a Complete without an answer may still be at work.
 */
int parts_run(struct parts *p, struct err *e);

/*
 * The same in steps.  What parts need not do themselves, the caller's process
 * does in these calls, with client: looking, hashing, Create, Complete, a
 * proof that is not by ranges.  Failures are kept for parts_conclude().
 */
void parts_start(struct parts *p);

/* Something more to do now?  Valid while the upload is not closed. */
bool parts_next(struct parts *p, struct task *task);

/* What came of it. */
void parts_take(struct parts *p, const struct task *task,
    const struct task_result *r);

/* Hand out no more: it ends by *why, unless it does by something else. */
void parts_stop(struct parts *p, const struct err *why);

/* Nothing is left to do, and none is at work. */
bool parts_is_over(const struct parts *p);

/* Once that is so; as parts_run(). */
int parts_conclude(struct parts *p, struct err *e);

/* Of part number: its digest, once hashed; its ETag, "" until it landed. */
const uint8_t *parts_digest(const struct parts *p, unsigned number);
const char *parts_etag(const struct parts *p, unsigned number);

/* Its place in the object. */
int64_t parts_offset(const struct parts *p, unsigned number);
int64_t parts_length(const struct parts *p, unsigned number);

void parts_close(struct parts *p);	/* accepts a zeroed one, twice too */

#endif
