/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef STATUS_INTERNAL_H
#define STATUS_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "archive_conf.h"
#include "endpoint.h"
#include "facts.h"
#include "lock.h"
#include "reader.h"

/* How many, and their bytes. */
struct status_sum {
	int64_t objects, bytes;
};

/* One store: as it is configured, as the ledger knows it, and what it has. */
struct status_store {
	const char *ref;
	const struct store_conf *conf;	/* NULL: not in consign.yaml */
	const struct facts *facts;	/* NULL: not in the ledger */
	char endpoint[ENDPOINT_URL_MAX + 1];	/* configured; or "" */
	const char *region;
	const char *lapsed;		/* what is not as it was proven: "the
					   bucket"; NULL: nothing is */
	int tier;			/* TIER_NONE where it has lapsed */
	char month[7 + 1];		/* that it is there */
	int64_t class_a;		/* requests in it */

	struct status_sum proven, declared, absent;
	int64_t uploads, parts, bytes;	/* unfinished, by their journals */
	int64_t oldest_proof, newest_proof;	/* FORM_NONE: none */
};

#define STATUS_STORES (FACTS_STORES + ARCHIVE_CONF_STORES)

struct status {
	struct reader *reader;
	int64_t now;
	bool at_work;			/* a run holds the lock */
	char holder[LOCK_HOLDER_MAX + 1];
	struct status_sum all;
	size_t unreadable;		/* journals, or their folder, */
	struct err why_unreadable;	/* and why the first of them is */
	size_t n;
	struct status_store store[STATUS_STORES];
};

/* s is zeroed; its reader is the caller's to close, in every case. */
int status_find(struct status *s, struct app *app, struct err *e);

/* status_say.c: for people, or as rows. */
int status_say(const struct status *s, struct err *e);

#endif
