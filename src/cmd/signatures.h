/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SIGNATURES_H
#define SIGNATURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app.h"
#include "archive_conf.h"
#include "err.h"
#include "grant.h"
#include "keyring.h"
#include "row.h"

/*
 * Every signature of a ledger, checked while its rows are read:
 *
 *	signatures_begin(&s, &ring);
 *	for each row: signatures_take(&s, &row, the chain value before it, e);
 *	signatures_say(&s, app, e);
 *	signatures_judge(&s, e);
 *
 * A checkpoint is good where its signature is right, and, with writers.yaml,
 * its writer may write what it covers: the rows behind the checkpoint before.
 */
#define SIGNATURES_WRITERS 40	/* those behind are counted with the last */

struct signatures {
	const struct keyring *ring;
	int64_t rows;			/* so far */
	int64_t last, last_good;	/* row of a checkpoint; -1: none */
	int64_t good;			/* rows under a good one, with it */
	size_t n;
	struct signatures_writer {
		char id[SPKI_ID_LEN + 1];
		int64_t good, other;	/* rows */
		enum grant_verdict why;	/* of other */
	} writer[SIGNATURES_WRITERS];
	const struct signatures_writer *last_writer;

	/* Private. */
	char archive_id[ARCHIVE_CONF_NAME_MAX + 1];
	unsigned needs;			/* grants, of rows not covered yet */
};

void signatures_begin(struct signatures *s, const struct keyring *ring);

/* ERR_LEDGER_BROKEN, naming the row: its signature is not right. */
int signatures_take(struct signatures *s, const struct row *row,
    const uint8_t previous[CHAIN_LEN], struct err *e);

/* Lines, or rows, about writers and what is not signed; none without any. */
int signatures_say(const struct signatures *s, struct app *app,
    struct err *e);

/* ERR_VERIFICATION_FAILED where the last checkpoint is not good. */
int signatures_judge(const struct signatures *s, struct err *e);

#endif
