/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RESOLVE_FACTS_H
#define RESOLVE_FACTS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "anchor.h"
#include "carrier.h"
#include "client.h"
#include "clock.h"
#include "deployed.h"
#include "err.h"
#include "keyring.h"
#include "resolve_rules.h"

/*
 * The facts of resolve_rules.h: gathered by one who may be another user than
 * the one that writes the ledger, holds no key, takes no lock, writes nothing.
 *
 *	resolve_facts_gather(g, &ask, e);
 *	resolve_rules_judge(&g->facts)
 *	resolve_facts_close(g);
 */
struct resolve_ask {
	const struct resolve_request *request;
	const char *ledger;		/* NULL: it is not known where */
	const char *state;		/* the folder that it is in */
	const char *archive_id;		/* where the ledger has one */
	const char *writers;		/* a path; NULL: WRITERS_PATH */
	uint64_t proof_expires_after;	/* or WRITERS_NO_EXPIRY */
	bool verify_file;		/* hash it, too */
	bool anchor;			/* the newest in the store counts; */
	struct client *client;		/* asked by this; NULL: it cannot be */
	struct clock *clock;
};

/* Large; zeroed. */
struct resolve_gathered {
	struct resolve_facts facts;

	/* What lies below a failure with this code, where more is known. */
	struct err cause[RESOLVE__COUNT];

	/* Private. */
	const struct resolve_ask *ask;
	char path[PATH_MAX];
	struct deployed deployed;
	struct err unreadable;		/* why the file is */
	struct keyring ring;
	struct anchor anchor[CARRIER_ANCHORS];
	struct carrier carrier;
};

/* -1: ERR_NO_MEMORY, ERR_INTERRUPTED; whatever else fails is a fact. */
int resolve_facts_gather(struct resolve_gathered *g,
    const struct resolve_ask *ask, struct err *e);

void resolve_facts_close(struct resolve_gathered *g);

#endif
