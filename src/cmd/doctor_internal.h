/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef DOCTOR_INTERNAL_H
#define DOCTOR_INTERNAL_H

#include "app.h"
#include "archive.h"
#include "checkpoint.h"
#include "facts.h"

/*
 * A round of checks.  Each says a line or more by doctor_ok(), doctor_warn()
 * and doctor_fail(), and goes on: only the first failure is kept, for the
 * exit status.  Where a line can not be said (said is set then), the later
 * ones are not either.
 */
struct doctor {
	struct app *app;
	struct archive *archive;
	struct facts_table *facts;	/* by doctor_history_check() */
	int64_t now;
	struct err first;
	struct err said;
};

void doctor_ok(struct doctor *d, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Not wrong, but to be known. */
void doctor_warn(struct doctor *d, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

void doctor_fail(struct doctor *d, const char *name, const struct err *why);

/* doctor_state.c: the root, the state folder, its file system, its lock. */
void doctor_state_root(struct doctor *d);
void doctor_state_rights(struct doctor *d);
void doctor_state_lock(struct doctor *d);
void doctor_state_files(struct doctor *d);
void doctor_state_append(struct doctor *d);

/* doctor_history.c: ledger, the receipts that it names, manifest. */
void doctor_history_check(struct doctor *d);

/* doctor_keys.c: the keys that sign history, and the last signature. */
void doctor_keys_check(struct doctor *d);

struct doctor_checkpoint {		/* zeroed at first */
	bool any;
	int64_t seq;
	uint8_t previous[CHAIN_LEN];
	struct checkpoint text;
};

void doctor_keys_take(struct doctor_checkpoint *c, const struct row *row,
    const uint8_t previous[CHAIN_LEN]);
void doctor_keys_signature(struct doctor *d,
    const struct doctor_checkpoint *c, int64_t rows);

/* doctor_store.c: settings and credentials of each store. */
void doctor_store_check(struct doctor *d);

/* doctor_live.c: a store whose settings are well; nothing is stored there. */
void doctor_live_check(struct doctor *d, const struct store_conf *sc);

/* doctor_anchors.c: what keeps anchors from being taken away; for the same. */
struct session;
void doctor_anchors_live(struct doctor *d, struct session *s,
    const struct store_conf *sc, const struct facts *f);

/* doctor_cron.c: approvals that stand in crontabs. */
void doctor_cron_check(struct doctor *d);

#endif
