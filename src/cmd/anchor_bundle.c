/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "key_file.h"
#include "row.h"

#include "anchors.h"
#include "archive.h"
#include "report.h"
#include "session.h"

#include "anchor_bundle.h"

/* Large. */
struct bundle {
	struct app *app;
	const char *folder;
	struct key_file key;
	struct key_file_ring ring;	/* of keys that are on the box */
	struct ledger_scan scan;
	struct chain_row raw;
	struct row row;
	char scratch[RECORD_SIZE_MAX];
	char ledger[PATH_MAX], beside[PATH_MAX];
	struct session session;
	struct anchor anchor;		/* to be written */
	struct file_tmp document;
	char name[ANCHOR_NAME_MAX + 1];
	char remote_key[ANCHORS_KEY_MAX + 1];
};

/* --- What the bundle says ------------------------------------------------- */

static int
on_the_box(const struct bundle *b, const char *how, struct err *e)
{
	err_set(e, ERR_CONFIG_INVALID, "key %s is on the archive's machine: "
	    "%s", b->key.id, how);
	return err_advise(e, "make one that never was there: consign key new");
}

static int
take_row(struct bundle *b, struct err *e)
{
	const struct row *row = &b->row;
	struct span id = row->of.genesis.archive_id;

	if ((row->seq == 0) != (row->kind == ROW_GENESIS) ||
	    (row->seq == 0 && id.len > ANCHOR_ID_MAX))
		return err_set(e, ERR_LEDGER_BROKEN, "ledger row %" PRId64
		    ": genesis is row 0, and no other", row->seq);
	if (row->seq == 0)
		memcpy(b->anchor.archive_id, id.p, id.len);
	if (row->kind == ROW_CHECKPOINT &&
	    span_is(row->of.checkpoint.writer, b->key.id))
		return on_the_box(b, "it signed rows of the ledger", e);
	return 0;
}

/* All of the ledger, its chain checked. */
static int
read_ledger(struct bundle *b, struct err *e)
{
	struct buf scratch;
	int rc;

	buf_fixed(&scratch, b->scratch, sizeof(b->scratch));
	if (archive_place(b->ledger, b->folder, "ledger.jsonl", e) != 0 ||
	    ledger_scan_open(&b->scan, b->ledger, NULL, e) != 0)
		return -1;
	while ((rc = ledger_scan_next(&b->scan, &b->raw, e)) == 1)
		if (row_read(&b->row, &b->raw, &scratch, e) != 0 ||
		    take_row(b, e) != 0)
			return -1;
	if (rc == 0 && b->scan.mark.rows == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no row in '%s'",
		    b->ledger);
	return rc;
}

static int
read_bundle(struct bundle *b, struct err *e)
{
	if (key_file_read(&b->key, b->app->opt->ledger.key, e) != 0 ||
	    guard_add(b->app->guard, (struct span){ (char *)b->key.key,
	    sizeof(b->key.key) }, e) != 0 ||
	    key_file_ring(&b->ring, b->folder, e) != 0)
		return -1;
	for (size_t i = 0; i < b->ring.n; i++)
		if (strcmp(b->ring.key[i].id, b->key.id) == 0)
			return on_the_box(b, "its public key is in the bundle",
			    e);
	return read_ledger(b, e);
}

/* --- Gates ---------------------------------------------------------------- */

static int
check_gates(const struct bundle *b, struct err *e)
{
	const struct approval_options *a = &b->app->opt->approval;
	const struct store_conf *sc = &b->app->opt->store;
	struct plan_sums sums = { .requests = { .a = 1 } };
	const struct gate_facts facts = { .dry_run = a->dry_run,
	    .approve = a->approve, .reviewed_by = a->reviewed_by,
	    .ref = { sc->access_key_id_ref, sc->secret_access_key_ref,
	    sc->session_token_ref }, .sums = &sums,
	    .max_puts = sc->max_puts, .max_puts_month = INT64_MAX,
	    .tier = -1 };

	if (b->app->opt->selection.store != NULL) {
		err_set(e, ERR_USAGE, "--store names a store of consign.yaml, "
		    "which a bundle is without");
		return err_advise(e, "give --endpoint and --bucket");
	}
	return gate_check(GATE_MODE, &facts, e) == 0 &&
	    gate_check(GATE_REVIEWER, &facts, e) == 0 &&
	    gate_check(GATE_CREDENTIALS, &facts, e) == 0 ?
	    gate_check(GATE_CEILINGS, &facts, e) : -1;
}

/* --- What the store says -------------------------------------------------- */

static const uint8_t *
find_point(const struct bundle *b, const char *id)
{
	if (strcmp(id, b->key.id) == 0)
		return b->key.point;
	for (size_t i = 0; i < b->ring.n; i++)
		if (strcmp(b->ring.key[i].id, id) == 0)
			return b->ring.key[i].point;
	return NULL;
}

static enum anchors_verdict
judge(struct anchors_search *s, const struct anchors_found *f, struct err *e)
{
	const struct bundle *b = s->context;
	const uint8_t *point = find_point(b, f->anchor.by.writer);

	int rc = 1;

	if (point != NULL && anchor_is_by(&f->anchor, point))
		rc = anchor_compare(&f->anchor, b->ledger, e);
	return rc == 0 ? ANCHORS_TAKE : rc == 1 ? ANCHORS_PASS : ANCHORS_FAIL;
}

/* --- The anchor ----------------------------------------------------------- */

static int
make(struct bundle *b, struct err *e)
{
	struct clock *clock = b->app->clock;
	struct buf name;

	b->anchor.seq = b->scan.mark.rows;
	b->anchor.time = clock->wall_s(clock);
	memcpy(b->anchor.previous, b->scan.mark.chain, CHAIN_LEN);
	checkpoint_sign(&b->anchor.by, &b->key, b->anchor.previous);
	buf_fixed(&name, b->name, sizeof(b->name));
	buf_printf(&name, "%" PRId64 "-%.8s", b->anchor.seq, b->key.id);
	BUG_ON(!buf_ok(&name));
	anchors_key(b->remote_key, b->anchor.archive_id, b->name);
	/* A file in the bundle, but without a name. */
	if (archive_place(b->beside, b->folder, b->name, e) != 0 ||
	    anchors_document(&b->document, &b->anchor, b->beside, b->app,
	    e) != 0)
		return -1;
	return file_tmp_hide(&b->document, e);
}

static int
send(struct bundle *b, struct err *e)
{
	const struct session_terms terms = { .widest = ADDR_PUBLIC };
	struct client *c = &b->session.client;
	int64_t keep = (int64_t)b->app->opt->ledger.anchor_retention / 1000;
	/* Those that are ahead of the bundle, which may be old, say nothing. */
	struct anchors_search search = { .judge = judge, .context = b,
	    .archive_id = b->anchor.archive_id, .up_to = b->anchor.seq };
	struct anchors_send s = { .client = c, .key = b->remote_key,
	    .seq = b->anchor.seq, .document = &b->document, .look = true,
	    .retain_until = keep > 0 ? b->anchor.time + keep : 0 };

	if (session_open(&b->session, b->app, &b->app->opt->store, terms,
	    e) != 0)
		return -1;
	s.put_if_none_match = !b->session.provider->no_new_only;
	if (anchors_in_store(&search, c, e) < 0)
		return -1;
	/* The same but for its time: it is there, and was just compared. */
	return strcmp(search.found.name, b->name) == 0 ? 0 :
	    anchors_send(&s, e);
}

static int
run(struct bundle *b, struct err *e)
{
	struct err unsaid = {0};
	bool dry = b->app->opt->approval.dry_run;

	if (check_gates(b, e) != 0 || read_bundle(b, e) != 0 ||
	    make(b, e) != 0)
		return -1;
	if ((dry || send(b, e) == 0) && anchors_say(b->app, &b->anchor,
	    b->remote_key, e) != 0)
		return -1;
	if (!dry && report_counts(b->app, &b->session.client.counts,
	    &unsaid) != 0 && e->code == ERR_NONE)
		*e = unsaid;
	return e->code == ERR_NONE ? 0 : -1;
}

int
anchor_bundle_run(struct app *app, struct err *e)
{
	struct bundle *b = calloc(1, sizeof(*b));
	int rc;

	if (b == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a bundle");
	b->app = app;
	b->folder = app->opt->ledger.bundle;
	rc = run(b, e);
	file_tmp_discard(&b->document);
	session_close(&b->session);
	ledger_scan_close(&b->scan);
	key_file_wipe(&b->key);
	free(b);
	return rc;
}
