/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PARTS_JOURNAL_H
#define PARTS_JOURNAL_H

#include "err.h"
#include "journal.h"
#include "parts.h"
#include "run.h"
#include "span.h"

/*
 * What an upload in parts leaves on the disk as it goes: its journal and its
 * rows in the ledger.  For the hooks of parts.h, one function each; each is
 * durable when it returns 0.
 */
struct parts_journal {
	struct run *run;
	struct span path;		/* escaped */
	struct journal file;		/* journal_close() it in every case */
};

/* path has to stay. */
void parts_journal_init(struct parts_journal *j, struct run *run,
    struct span path);

/*
 * A new journal.  intent has what is known of the object; the run, the store
 * and the path are filled in here.
 */
int parts_journal_intend(struct parts_journal *j,
    const struct journal_intent *intent, struct err *e);

int parts_journal_begun(struct parts_journal *j, const struct parts *p,
    struct err *e);
int parts_journal_landed(struct parts_journal *j, const struct parts *p,
    unsigned number, struct err *e);

/* COMPLETING, SUSPENDED: a row that says nothing more. */
int parts_journal_note(struct parts_journal *j, enum journal_kind kind,
    struct err *e);

/* What the store completed, or (proven) the generation that has that part. */
int parts_journal_generation(struct parts_journal *j, const struct object *o,
    unsigned proven, struct err *e);

/* With COMPLETED, p may be NULL. */
int parts_journal_ended(struct parts_journal *j, const struct parts *p,
    enum parts_end end, struct err *e);

/* May it go on at this time of day?  The code says what it is else. */
int parts_journal_window(const struct parts_journal *j, enum err_code code,
    struct err *e);

#endif
