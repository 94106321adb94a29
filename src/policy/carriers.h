/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CARRIERS_H
#define CARRIERS_H

#include <stdbool.h>
#include <stdint.h>

#include "resolve_rules.h"

/*
 * What could carry the hash of a deployed artifact to whoever relies on it,
 * and how each is to be taken: six criteria, each with the fact that was
 * looked at, and a verdict.  Pure.
 *
 * Of the ledger the facts are the resolver's own, and so is the last word: it
 * is PROVEN only where resolve_rules_judge() would trust the row.  None of the
 * others can be: nobody signs them.
 */
enum carriers_kind {
	CARRIERS_LEDGER,
	CARRIERS_RECEIPTS,
	CARRIERS_MANIFEST,
	CARRIERS_SUMS,			/* a file as sha256sum(1) makes it */
	CARRIERS_XATTR,			/* an extended attribute of the file */
	CARRIERS_TEXT,			/* free text that has a hash in it */

	CARRIERS__KINDS
};

enum carriers_criterion {
	CARRIERS_WRITER,		/* restricted and enumerable */
	CARRIERS_IMMUTABLE,
	CARRIERS_BINDING,		/* one hash for the artifact */
	CARRIERS_LINK,			/* to this very artifact */
	CARRIERS_OBSERVER,		/* not in the producer's hands */
	CARRIERS_RETENTION,		/* what it once said is still there */

	CARRIERS__CRITERIA
};

enum carriers_verdict {
	CARRIERS_PROVEN,
	CARRIERS_STRONGEST_CANDIDATE,	/* it binds the artifact, unproven */
	CARRIERS_SOURCE_UNPROVEN,	/* it does not even do that */
	CARRIERS_NOT_FIT,
	CARRIERS_NOT_FIT_AS_AUTHORITY,	/* made from another, which is one */
	CARRIERS_NOT_FIT_FOR_AUTHENTICITY,  /* shows damage, not a forger */
	CARRIERS_OUT_OF_DOMAIN,		/* it says nothing of the artifact */

	CARRIERS__VERDICTS
};

/* "ledger"; "writer"; "PROVEN". */
const char *carriers_kind_name(enum carriers_kind k);
const char *carriers_criterion_name(enum carriers_criterion c);
const char *carriers_verdict_name(enum carriers_verdict v);

/* A carrier other than the ledger, as it was found. */
struct carriers_thing {
	bool asked;		/* one was named, or lies where it should */
	bool there;		/* and could be read */
	long owner;		/* user that may write it */
	unsigned mode;
	int64_t written;	/* last, since 1970 */
	int64_t hashes;		/* different ones that it has for the
				   artifact */
	bool agrees;		/* one is the ledger's; where that has none,
				   the one that is proposed */
};

struct carriers_facts {
	/*
	 * Of a request whose absent fields were taken from the row itself:
	 * what is asked for is the carrier's worth, not the caller's.
	 */
	const struct resolve_facts *ledger;
	int64_t rows_known;	/* that the manifest says there were */
	bool append_only;	/* by the ledger file's attribute */

	int64_t receipts;	/* of the object, that rows name */
	int64_t receipts_whole;	/* of these: there, with that digest */
	struct carriers_thing thing[CARRIERS__KINDS];  /* not the ledger's */
};

#define CARRIERS_FACT_MAX 320

struct carriers_judged {
	enum carriers_verdict verdict;
	struct carriers_finding {
		bool met;
		char fact[CARRIERS_FACT_MAX];
	} of[CARRIERS__CRITERIA];
};

void carriers_judge(struct carriers_judged out[CARRIERS__KINDS],
    const struct carriers_facts *f);

/* The overall line, by the ledger's verdict, which alone can be PROVEN. */
const char *carriers_overall(
    const struct carriers_judged judged[CARRIERS__KINDS]);

#endif
