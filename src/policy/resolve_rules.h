/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RESOLVE_RULES_H
#define RESOLVE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "carrier.h"
#include "span.h"
#include "writers.h"

/*
 * Which hash may be trusted for a deployed artifact: the rules R1 to R8, in
 * this order, over facts that somebody else has gathered.  Pure.
 *
 *	resolve_deployed_artifact(request_proposed)
 *	    -> trusted_attested.artifact_hash | FAIL_CLOSED
 *
 * Nothing of the request is authority: it names what is asked for, and what is
 * emitted comes from the ledger's row alone.  The first rule that is not met
 * decides; a fact that is not known is one that is not met.
 */
#define RESOLVE_CANONICALIZATION "consign-path-1"
#define RESOLVE_ALGORITHM "sha256"
#define RESOLVE_AHEAD_S 300	/* a proof so far in the future is none */

enum resolve_code {
	RESOLVE_TRUSTED,
	RESOLVE_NON_CANONICAL_PATH,		/* R1 */
	RESOLVE_UNKNOWN_HASH_ALGO,		/* R2 */
	RESOLVE_CANONICALIZATION_UNSUPPORTED,	/* R3 */
	RESOLVE_SOURCE_UNPROVEN,		/* R4 */
	RESOLVE_LEDGER_BROKEN,
	RESOLVE_ARTIFACT_HASH_NULL,
	RESOLVE_CARRIER_WRITER_UNPROVEN,
	RESOLVE_BINDING_NOT_UNIQUE,
	RESOLVE_ORIGIN_MISMATCH,		/* R5 */
	RESOLVE_ARTIFACT_NOT_ADMITTED,		/* R6 */
	RESOLVE_ADMISSION_NOT_IMMUTABLE,	/* R7 */
	RESOLVE_LEDGER_ROLLED_BACK,
	RESOLVE_PROOF_EXPIRED,
	RESOLVE_HASH_MISMATCH,			/* R8 */

	RESOLVE__COUNT
};

/* "SOURCE_UNPROVEN_FAIL_CLOSED"; what to do about it. */
const char *resolve_rules_name(enum resolve_code code);
const char *resolve_rules_advice(enum resolve_code code);

/* All of it untrusted; what is absent has no pointer. */
struct resolve_request {
	struct span artifact_path;		/* raw bytes */
	struct span artifact_hash;		/* sha256:HEX, or HEX */
	struct span hash_algorithm;
	struct span canonicalization_version;
	struct span origin;
	struct span admission_ref;		/* SEQ:CHAIN */
};

/* The lexical half of R1: is path as consign-path-1 has it? */
bool resolve_rules_is_canonical(struct span path);

/*
 * The object id that is proposed: "sha256:" and 64 lowercase hex digits.
 * false where artifact_hash is not that, with or without its "sha256:".
 */
bool resolve_rules_proposed(const struct resolve_request *q,
    char id[CARRIER_OBJECT_LEN + 1]);

/* What stands at the path, for R1 and R8. */
enum resolve_file {
	RESOLVE_FILE_ABSENT,		/* it is not deployed yet */
	RESOLVE_FILE_PLAIN,
	RESOLVE_FILE_LINK,
	RESOLVE_FILE_SPECIAL,
	RESOLVE_FILE_UNKNOWN,		/* it may not be looked at */
	RESOLVE_FILE_REPLACED		/* it became another meanwhile */
};

/* The checkpoint behind a row that is used, or the last one. */
struct resolve_signature {
	const struct writer *writer;	/* of writers.yaml; NULL: not there */
	bool right;			/* the key of that entry signed it */
};

/* An anchor, which the signer of an entry of writers.yaml has signed. */
struct resolve_anchor {
	int64_t seq;
	bool off_box;		/* by a key that is not on the box */
	bool asked;		/* it is the newest in the store */
	struct carrier_anchor met;
};

struct resolve_facts {
	const struct resolve_request *request;
	int64_t now;

	/* R1 */
	enum resolve_file file;

	/* R4.  carrier_state is what carrier_read() gave. */
	int carrier_state;
	bool damaged;			/* -1 because of damage */
	const struct carrier *carrier;	/* of 1 */
	bool writers_good;		/* there, valid, not the producer's */
	struct resolve_signature admit, proof, last;

	/* R7.  Those that are no good are left out. */
	bool anchor_asked;		/* the newest in the store has to fit */
	size_t nanchors;
	struct resolve_anchor anchor[CARRIER_ANCHORS];
	uint64_t proof_expires_after;	/* milliseconds */

	/* R8.  file_hash is set after the file was hashed. */
	bool verify_file;
	char file_hash[CARRIER_OBJECT_LEN + 1];
};

struct resolve_verdict {
	enum resolve_code code;
	const char *why;		/* a sentence; static */
};

struct resolve_verdict resolve_rules_judge(const struct resolve_facts *f);

/* The admission that R4 to R8 are about, or NULL. */
const struct carrier_admit *resolve_rules_admit(const struct carrier *c);

#endif
