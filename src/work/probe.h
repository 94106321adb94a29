/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "rng.h"
#include "span.h"

/*
 * What can this store do, seen by what it does: no header and no document is
 * taken for a proof.  A tiny object of our own, at a random key, is stored,
 * stored again with other bytes, read, listed and removed, in the order and at
 * the cost of field.md 6.13: two or three requests of class A, eight of B.
 *
 *  1. probe_prefix() makes up where.  The caller writes it into the ledger,
 *     durably, before anything is sent.
 *  2. probe_run() fills in the findings, and removes what it stored.
 *  3. Where clean is false afterwards, or the process died between, the next
 *     run gives the prefix to probe_cleanup().
 *
 * The prefix is "consign/ARCHIVE-ID/prove/" and 16 hex digits; the objects of
 * a proof of a tier lie below it: PREFIX/NAME.
 */
#define PROBE_RANDOM 8		/* bytes at its end */
#define PROBE_PREFIX_MAX 95	/* 8 + 63 + 7 + 16, and one over */

int probe_prefix(char out[PROBE_PREFIX_MAX + 1], const char *archive_id,
    struct rng *rng, struct err *e);

/* Where a probe stands, and where it failed. */
enum probe_step {
	PROBE_ABSENT,		/* GET of the key: NoSuchKey, or the bucket */
	PROBE_LOOK,		/* HEAD of it: 404 */
	PROBE_STORE,		/* PUT, If-None-Match: * */
	PROBE_OVERWRITE,	/* the same with other bytes */
	PROBE_READ,		/* GET: which bytes are there */
	PROBE_READ_IF,		/* GET with a wrong If-Match, and the right */
	PROBE_RANGE,		/* GET of a range with If-Match */
	PROBE_LIST,		/* ListObjectsV2 of the prefix */
	PROBE_DELETE,		/* the pair of field.md 6.2, or by version */
	PROBE__COUNT
};

/* "absent", "look" ... */
const char *probe_step_name(enum probe_step step);

struct probe {
	/* Filled in by the caller; all must outlive the run. */
	struct client *client;
	const char *archive_id;
	const char *prefix;		/* as probe_prefix() made it */

	/* Findings: true only for what was seen to be honoured. */
	bool absence_visible;		/* missing keys are told from refused */
	bool put_if_none_match;		/* 412, and the first bytes stay */
	bool get_if_match;		/* wrong 412; right 200 or 206 */
	bool get_range;			/* 206, exactly the range asked for */
	bool delete_if_match;		/* wrong 412 and there, right and gone;
					   not tried where versioned */
	bool versioned;			/* a PUT's answer named a version */
	bool list_allowed;		/* and the list shows our object */
	bool delete_allowed;		/* our object is gone at the end */
	bool skew_known;
	int64_t clock_skew_s;		/* the store's clock less ours */

	/* How it ended. */
	enum probe_step step;		/* the last one begun */
	bool clean;			/* nothing of ours is left there */
};

/*
 * 0 with all findings.  -1 with what failed: step, and e.  In both cases what
 * was stored is removed, versions included, as far as the store lets us:
 * see clean.
 *
 *	ERR_CLOCK_SKEWED	more than CLIENT_SKEW_MAX_S, by the first
 *				answer; nothing else is sent
 *	ERR_ABSENCE_NOT_VISIBLE	a missing key is refused, not absent; the
 *				advice names the capability to grant
 *	ERR_NO_SUCH_BUCKET	and what else a store may answer
 *	ERR_VERIFICATION_FAILED	neither of the bytes that were stored is read
 *
 * A store that ignores conditions, keeps versions, refuses a list or a DELETE
 * is no failure but a finding.
 */
int probe_run(struct probe *p, struct err *e);

/*
 * The most that probe_run() sends where nothing has to be sent twice, by the
 * store's own price classes; bytes are fewer than PROBE_BYTES_MAX each way.
 */
#define PROBE_BYTES_MAX 65536
void probe_cost(const struct provider *p, uint64_t requests[PRICE__COUNT]);

/*
 * The names below a prefix: "probe" of a probe, "small", "parts" and
 * "batch-0" to "batch-9" of proofs of tiers; ended by NULL.
 */
#define PROBE_BATCH 10
extern const char *const probe_names[];

/* --- What a killed one left --- */

#define PROBE_CLEANUP_PAGES 10		/* of each kind of list, a call */

struct probe_cleanup {
	/* Filled in by the caller. */
	struct client *client;
	const char *archive_id;
	struct span prefix;		/* as probe_prefix() made it */
	bool versioned;			/* the store keeps versions, as known */

	/* What happened. */
	uint64_t removed;		/* objects, versions and markers */
	uint64_t ended;			/* unfinished uploads */
	uint64_t left;			/* objects, versions and markers that
					   the access key may not remove, or
					   1 where it may not list versions */
	bool unseen;			/* the store lists no uploads */
};

/*
 * Remove everything below the prefix: objects, all their versions, unfinished
 * uploads.  Where the store grants no list, probe_names are removed one by
 * one.  Never touches anything that is not below "consign/ARCHIVE-ID/prove/"
 * and 16 hex digits.  What the access key may not do is no failure.
 * -1 where more can be done later: to be called again by the next run.
 */
int probe_cleanup(struct probe_cleanup *p, struct err *e);

/* Another prefix than such a one is ERR_CONFIG_INVALID. */
int probe_cleanup_check(const char *archive_id, struct span prefix,
    struct err *e);

#endif
