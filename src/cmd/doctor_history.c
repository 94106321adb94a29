/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dir.h"
#include "file.h"
#include "hex.h"
#include "receipt.h"
#include "row.h"
#include "utc.h"
#include "view.h"

#include "doctor_internal.h"

/* Clocks may differ by this much (contract.md, "status"). */
#define AHEAD_S 300

/* What the whole ledger was found to be; large. */
struct past {
	struct ledger_scan scan;
	struct chain_row raw;
	char scratch[RECORD_SIZE_MAX];
	struct receipt_room room;

	uint8_t previous[CHAIN_LEN];	/* the chain value before a row */
	struct doctor_checkpoint signature;	/* the last one */
	int64_t begun, ended;		/* runs */
	int64_t latest;			/* time of a row */
	int64_t named, bad;		/* receipts */
	struct err first_bad;
};

/* A receipt that a row names: is it there, and the one? */
static void
check_receipt(struct past *p, const char *state, const struct row *row)
{
	struct span id = row->of.outcome.receipt;
	char hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct receipt receipt;
	struct err e = {0};

	p->named++;
	if (receipt_read(&receipt, state, id, &p->room, digest, &e) == 0) {
		hex_encode(hex, digest, sizeof(digest));
		if (span_is(row->of.outcome.receipt_sha256, hex))
			return;
	}
	p->bad++;
	if (p->bad > 1)
		return;
	if (e.code == ERR_IO_ERROR && e.sys != ENOENT) {
		p->first_bad = e;
		return;
	}
	err_set(&p->first_bad, ERR_LEDGER_BROKEN,
	    "the receipt %.*s that row %lld names is %s", (int)id.len, id.p,
	    (long long)row->seq, e.sys == ENOENT ? "missing" :
	    "not the one that was written");
	err_advise(&p->first_bad, "restore the state folder from a copy");
}

static void
take(struct past *p, struct doctor *d, const struct row *row)
{
	facts_apply(d->facts, row);
	doctor_keys_take(&p->signature, row, p->previous);
	if (row->time > p->latest)
		p->latest = row->time;
	switch (row->kind) {
	case ROW_BEGIN:
		p->begun++;
		break;
	case ROW_END:
		p->ended++;
		break;
	case ROW_PROOF:
	case ROW_FAIL:
	case ROW_ADOPT:
		if (row->of.outcome.receipt.p != NULL)
			check_receipt(p, d->archive->state, row);
		break;
	default:
		break;
	}
}

static int
read_all(struct past *p, struct doctor *d, struct err *e)
{
	struct buf scratch;
	struct row row;
	int rc;

	if (ledger_scan_open(&p->scan, d->archive->ledger, NULL, e) != 0)
		return -1;
	buf_fixed(&scratch, p->scratch, sizeof(p->scratch));
	while ((rc = ledger_scan_next(&p->scan, &p->raw, e)) == 1) {
		if (row_read(&row, &p->raw, &scratch, e) != 0) {
			rc = -1;
			break;
		}
		take(p, d, &row);
		memcpy(p->previous, p->raw.chain, CHAIN_LEN);
	}
	ledger_scan_close(&p->scan);
	return rc;
}

/* Files in all folders of receipts. */
static int
count_files(int64_t *n, const char *receipts, struct err *e)
{
	char path[PATH_MAX];
	struct dir months = {0}, month = {0};
	int rc;

	*n = 0;
	if (!file_exists(receipts))
		return 0;
	rc = dir_open(&months, NULL, receipts, 0, e);
	if (rc == 0)
		rc = dir_read(&months, 0, e);
	for (size_t i = 0; rc == 0 && i < months.n; i++) {
		if (months.entry[i].kind != DIR_FOLDER)
			continue;
		rc = archive_place(path, receipts, months.entry[i].name, e);
		if (rc == 0)
			rc = dir_open(&month, NULL, path, 0, e);
		if (rc == 0)
			rc = dir_read(&month, 0, e);
		*n += (int64_t)month.n;
		dir_close(&month);
	}
	dir_close(&months);
	return rc;
}

static void
say_receipts(struct doctor *d, const struct past *p)
{
	int64_t files, whole = p->named - p->bad;
	char path[PATH_MAX];
	struct err e = {0};

	if (archive_place(path, d->archive->state, "receipts", &e) != 0 ||
	    count_files(&files, path, &e) != 0) {
		doctor_fail(d, "receipts", &e);
		return;
	}
	if (p->bad > 0) {
		e = p->first_bad;
		err_ctx(&e, "%lld of %lld", (long long)p->bad,
		    (long long)p->named);
		doctor_fail(d, "receipts", &e);
	} else if (files > whole) {
		doctor_warn(d, "receipts", "all %lld that rows name are there "
		    "and unchanged; %lld more that none names",
		    (long long)whole, (long long)(files - whole));
	} else {
		doctor_ok(d, "receipts", "all %lld that rows name are there "
		    "and unchanged", (long long)whole);
	}
}

static void
say_ledger(struct doctor *d, const struct past *p)
{
	char hex[2 * CHAIN_LEN + 1], time[UTC_ISO_LEN + 1];
	const struct ledger_mark *end = &p->scan.mark;

	hex_encode(hex, end->chain, CHAIN_LEN);
	doctor_ok(d, "ledger", "%lld rows, the chain is whole and ends in %s",
	    (long long)end->rows, hex);
	if (p->scan.torn > 0)
		doctor_warn(d, "ledger", "its last row is torn; the next run "
		    "sets it aside");
	if (p->begun > p->ended)
		doctor_warn(d, "ledger", "%lld of %lld runs died or still "
		    "work", (long long)(p->begun - p->ended),
		    (long long)p->begun);
	if (p->latest > d->now + AHEAD_S) {
		utc_iso(time, p->latest);
		doctor_warn(d, "clock", "the ledger has a row of %s, which is "
		    "to come", time);
	}
}

/* All lines of what the next run begins with. */
static int
read_view(int64_t *n, struct view *v, const struct doctor *d, struct err *e)
{
	const struct view_args args = { .manifest = d->archive->manifest,
	    .ledger = d->archive->ledger, .rng = d->app->rng,
	    .beside = d->archive->manifest };
	struct manifest_line line;
	int rc = view_open(v, &args, e);

	*n = 0;
	while (rc == 1 && (rc = view_next(v, &line, e)) == 1)
		++*n;
	return rc;
}

static void
check_manifest(struct doctor *d)
{
	struct view *v = calloc(1, sizeof(*v));
	struct err e = {0};
	int64_t n;

	if (v == NULL)
		err_set(&e, ERR_NO_MEMORY, "no memory for the manifest");
	else if (read_view(&n, v, d, &e) == 0)
		doctor_ok(d, "manifest", "%lld object%s", (long long)n,
		    n == 1 ? "" : "s");
	if (e.code != ERR_NONE)
		doctor_fail(d, "manifest", &e);
	if (v != NULL)
		view_close(v);
	free(v);
}

static void
check(struct doctor *d, struct past *p)
{
	struct err e = {0};

	if (read_all(p, d, &e) != 0) {
		doctor_fail(d, "ledger", &e);
		return;
	}
	say_ledger(d, p);
	doctor_keys_signature(d, &p->signature, p->scan.mark.rows);
	say_receipts(d, p);
	check_manifest(d);
}

void
doctor_history_check(struct doctor *d)
{
	struct archive *a = d->archive;
	struct past *p;
	struct err e = {0};

	if (archive_identify(a, &e) != 0) {
		doctor_fail(d, e.code == ERR_CONFIG_INVALID ? "config" :
		    "ledger", &e);
		return;
	}
	doctor_ok(d, "archive", "it is called %s", a->id);
	if (!a->has_ledger) {
		doctor_ok(d, "ledger", "none yet");
		return;
	}
	p = calloc(1, sizeof(*p));
	if (p != NULL) {
		check(d, p);
	} else {
		err_set(&e, ERR_NO_MEMORY, "no memory for the ledger");
		doctor_fail(d, "ledger", &e);
	}
	free(p);
}
