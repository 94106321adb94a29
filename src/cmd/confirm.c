/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "gate.h"
#include "hex.h"
#include "history.h"
#include "receipt.h"
#include "record.h"
#include "row.h"

#include "confirm.h"

/*
 * The receipt in question, and what the ledger says of it.  Nothing is taken
 * from the receipt itself before its bytes are known to be those that a row
 * of the ledger named when it was written.  Large.
 */
struct confirmation {
	struct archive archive;
	struct view view;
	struct span id;			/* as the user gave it */

	/* The row that names it. */
	bool named;
	enum row_kind kind;
	int64_t seq;
	char store_ref[FACTS_WORD_MAX + 1];
	char sha256[SHA256_HEX_LEN + 1];
	bool proven;			/* by reading all of the bytes */
	struct facts then;		/* of that store, at that row */

	struct receipt receipt;

	/* Private: for reading all of that. */
	struct ledger_scan scan;
	struct chain_row raw;
	struct facts_table table;
	char scratch[RECORD_SIZE_MAX];
	struct receipt_room room;
};

static void
keep(char *to, size_t size, struct span text)
{
	BUG_ON(text.len >= size);
	memcpy(to, text.p, text.len);
	to[text.len] = '\0';
}

/* Does this row name the receipt? */
static void
look_at(struct confirmation *c, const struct row *row)
{
	const struct row_outcome *o = &row->of.outcome;
	const struct facts *facts;

	if ((row->kind != ROW_PROOF && row->kind != ROW_FAIL &&
	    row->kind != ROW_ADOPT) || !span_eq(o->receipt, c->id))
		return;
	c->named = true;
	c->kind = row->kind;
	c->seq = row->seq;
	keep(c->store_ref, sizeof(c->store_ref), o->store_ref);
	keep(c->sha256, sizeof(c->sha256), o->receipt_sha256);
	c->proven = row->kind == ROW_PROOF &&
	    (span_is(o->proof, "rehash") || span_is(o->proof, "ranges"));
	facts = facts_find(&c->table, o->store_ref);
	if (facts != NULL)
		c->then = *facts;
}

static int
find_row(struct confirmation *c, struct err *e)
{
	struct buf scratch;
	struct row row;
	int rc;

	if (!c->archive.has_ledger)
		return 0;
	if (ledger_scan_open(&c->scan, c->archive.ledger, NULL, e) != 0)
		return -1;
	buf_fixed(&scratch, c->scratch, sizeof(c->scratch));
	while ((rc = ledger_scan_next(&c->scan, &c->raw, e)) == 1) {
		if (row_read(&row, &c->raw, &scratch, e) != 0) {
			rc = -1;
			break;
		}
		facts_apply(&c->table, &row);
		look_at(c, &row);
	}
	ledger_scan_close(&c->scan);
	return rc;
}

/* The file, and that it is the one that the row names. */
static int
read_receipt(struct confirmation *c, struct err *e)
{
	char hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct err why = {0};
	int len = (int)c->id.len;

	if (receipt_read(&c->receipt, c->archive.state, c->id, &c->room,
	    digest, &why) != 0 && (why.code != ERR_LEDGER_BROKEN || c->named)) {
		if (why.sys != ENOENT) {
			*e = why;
			return -1;
		}
		return err_set(e, c->named ? ERR_LEDGER_BROKEN :
		    ERR_NOT_FOUND, "there is no receipt %.*s", len, c->id.p);
	}
	if (!c->named) {
		err_set(e, ERR_VERIFICATION_FAILED,
		    "no row of the ledger names the receipt %.*s", len,
		    c->id.p);
		return err_advise(e, "trust it as little as any other file");
	}
	hex_encode(hex, digest, sizeof(digest));
	if (strcmp(hex, c->sha256) == 0)
		return 0;
	err_set(e, ERR_VERIFICATION_FAILED,
	    "the receipt %.*s was changed after row %lld named it", len,
	    c->id.p, (long long)c->seq);
	return err_advise(e, "restore it from a copy of the state folder");
}

/* The store that --store names, by its name in consign.yaml or in records. */
static int
check_store(const struct confirmation *c, const char *name, struct err *e)
{
	const struct store_conf *sc;

	if (name == NULL)
		return 0;
	sc = archive_conf_find_store(&c->archive.conf, name);
	if (strcmp(sc != NULL ? sc->store_ref : name, c->store_ref) == 0)
		return 0;
	err_set(e, ERR_USAGE, "the receipt is of the store %s, not of %s",
	    c->store_ref, name);
	return err_advise(e, "name that store, or another receipt");
}

static int
refuse(struct err *e, const char *what)
{
	err_set(e, ERR_TIERED_GATE_UNMET, "%s", what);
	return err_advise(e, "confirm a receipt of an upload to a live "
	    "provider, proven by reading it back");
}

/* What is confirmed is that a live provider held the bytes, as it is now. */
static int
check_live(const struct confirmation *c, struct err *e)
{
	const struct facts *then = &c->then;
	const struct facts *now = view_facts(&c->view,
	    span_of(c->store_ref));

	if (!c->proven)
		return refuse(e, "the receipt proves nothing: no bytes were "
		    "read back");
	if (strcmp(then->scope, "public") != 0)
		return refuse(e, "the store was no live provider: it was "
		    "reached at a loopback or private address");
	if (now == NULL || strcmp(now->scope, "public") != 0 ||
	    strcmp(now->endpoint, then->endpoint) != 0 ||
	    strcmp(now->bucket, then->bucket) != 0 ||
	    strcmp(now->region, then->region) != 0 ||
	    now->versioned != then->versioned ||
	    !span_is(c->receipt.provider_kind, now->provider_kind))
		return refuse(e, "the store has another endpoint, bucket, "
		    "region, kind or versioning since that receipt");
	return 0;
}

/* With --json in every case, for people where something is new. */
static int
report(struct app *app, const struct confirmation *c, const char *verdict,
    struct err *e)
{
	char text[2048];
	struct buf b;

	if (!app->opt->global.json && app->opt->approval.dry_run)
		return out_result(app->out, e, "%s: %s, %s, by the receipt "
		    "%.*s", verdict, c->store_ref, c->then.provider_kind,
		    (int)c->id.len, c->id.p);
	if (!app->opt->global.json)
		return out_note(app->out, e, "%s: %s, %s", verdict,
		    c->store_ref, c->then.provider_kind);
	buf_fixed(&b, text, sizeof(text));
	record_begin(&b);
	record_str(&b, "verdict", span_of(verdict));
	record_str(&b, "store_ref", span_of(c->store_ref));
	record_str(&b, "provider_kind", span_of(c->then.provider_kind));
	record_str(&b, "receipt", c->id);
	record_str(&b, "receipt_sha256", span_of(c->sha256));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(app->out, buf_as_span(&b), e);
}

static int
append(struct history *h, const struct confirmation *c, struct err *e)
{
	struct row row = { .kind = ROW_CONFIRM, .of.confirm = {
	    .begin_seq = h->begin_seq,
	    .store_ref = span_of(c->store_ref),
	    .provider_kind = c->receipt.provider_kind,
	    .receipt = c->id,
	    .receipt_sha256 = span_of(c->sha256),
	    .reviewed_by = span_of(h->app->opt->approval.reviewed_by) } };

	return history_append(h, &row, e);
}

/* The rows begin, confirm and end, and the manifest. */
static int
record(struct confirmation *c, struct app *app, struct err *e)
{
	struct row_begin begin = { .max_objects = FORM_NONE,
	    .max_puts = FORM_NONE, .max_puts_month = FORM_NONE,
	    .max_bytes_up = FORM_NONE, .max_bytes_down = FORM_NONE };
	struct history h = { .app = app, .archive = &c->archive,
	    .command = "confirm", .store_ref = c->store_ref,
	    .provider_kind = c->then.provider_kind, .view = &c->view,
	    .facts = view_facts(&c->view, span_of(c->store_ref)) };
	int rc = history_open(&h, e);

	if (rc == 0)
		rc = history_begin(&h, begin, NULL, e);
	if (rc == 0)
		rc = append(&h, c, e);
	if (history_end(&h, e) != 0)
		rc = -1;
	history_close(&h);
	return rc;
}

static int
confirm(struct confirmation *c, struct app *app, struct err *e)
{
	const struct archive *a = &c->archive;
	const struct view_args args = { .manifest = a->manifest,
	    .ledger = a->ledger, .rng = app->rng, .beside = a->manifest };

	if (find_row(c, e) != 0 || read_receipt(c, e) != 0 ||
	    check_store(c, app->opt->selection.store, e) != 0 ||
	    view_open(&c->view, &args, e) < 0 || check_live(c, e) != 0)
		return -1;
	if (view_facts(&c->view, span_of(c->store_ref))->confirmed)
		return report(app, c, "confirmed before", e);
	if (app->opt->approval.dry_run)
		return report(app, c, "would be confirmed", e);
	if (record(c, app, e) != 0)
		return -1;
	return report(app, c, "confirmed", e);
}

static int
check_word(const struct app *app, struct err *e)
{
	const struct approval_options *opt = &app->opt->approval;
	const struct gate_facts facts = { .dry_run = opt->dry_run,
	    .approve = opt->approve, .reviewed_by = opt->reviewed_by };
	char name[RECEIPT_NAME_MAX];

	if (gate_check(GATE_MODE, &facts, e) != 0 ||
	    gate_check(GATE_REVIEWER, &facts, e) != 0)
		return -1;
	if (receipt_name(name, span_of(app->arg[0])) == 0)
		return 0;
	err_set(e, ERR_USAGE, "'%s' cannot be a receipt's id", app->arg[0]);
	return err_advise(e, "give the name of a file below receipts/, "
	    "without .json");
}

/* See confirm.h. */
int
confirm_run(struct app *app, struct err *e)
{
	const struct approval_options *opt = &app->opt->approval;
	struct confirmation *c;
	int rc;

	if (check_word(app, e) != 0)
		return -1;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a receipt");
	c->id = span_of(app->arg[0]);
	rc = archive_open(&c->archive, app, e);
	if (rc == 0 && opt->approve && c->archive.has_ledger)
		rc = archive_lock(&c->archive, app, opt->wait, e);
	if (rc == 0)
		rc = confirm(c, app, e);
	view_close(&c->view);
	archive_close(&c->archive);
	free(c);
	return rc;
}
