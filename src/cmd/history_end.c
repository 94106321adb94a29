/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "manifest_update.h"

#include "anchoring.h"
#include "packs.h"

#include "history.h"

static int
append_end(struct history *h, enum err_code result, struct err *e)
{
	static const struct client_counts nothing;
	const struct client_counts *c = h->client != NULL ?
	    &h->client->counts : &nothing;
	struct row row = { .kind = ROW_END, .of.end = {
		.begin_seq = h->begin_seq,
		.command = span_of(h->command),
		.store_ref = h->store_ref == NULL ?
		    (struct span){ NULL, 0 } : span_of(h->store_ref),
		.uploaded = h->uploaded,
		.current = h->current,
		.remote_same = h->remote_same,
		.failed = h->failed,
		.class_a_requests = (int64_t)c->requests[PRICE_A],
		.class_b_requests = (int64_t)c->requests[PRICE_B],
		.free_requests = (int64_t)c->requests[PRICE_FREE],
		.bytes_up = (int64_t)c->bytes_up,
		.bytes_down = (int64_t)c->bytes_down,
		.retries = (int64_t)c->retries,
		.line_rate = h->line_rate > 0 ? h->line_rate : FORM_NONE,
		.result = span_of(err_word(result)),
	} };

	return history_append(h, &row, e);
}

/*
 * Sign all rows so far, by a row "checkpoint", where there is a key to sign
 * with; and sync in any case.
 */
static int
checkpoint(struct history *h, struct err *e)
{
	struct row row = { .kind = ROW_CHECKPOINT };
	struct history_seal *seal = &h->seal;

	if (h->signer.signs) {
		memcpy(seal->previous, h->ledger.mark.chain, CHAIN_LEN);
		checkpoint_sign(&seal->by, &h->signer.key, seal->previous);
		row.of.checkpoint.writer = span_of(seal->by.writer);
		row.of.checkpoint.sig = span_of(seal->by.sig);
		if (history_append(h, &row, e) != 0)
			return -1;
		seal->seq = row.seq;
		seal->time = row.time;
	}
	return history_sync(h, e);
}

static int
update_manifest(struct history *h, struct err *e)
{
	struct manifest_update update = {
		.manifest = h->archive->manifest,
		.ledger = h->archive->ledger,
		.guard = h->app->guard,
		.rng = h->app->rng,
	};

	return manifest_update(&update, e);
}

/* What the run as a whole has to say, where nothing else ended it. */
static void
sum_up(const struct history *h, struct err *e)
{
	if (e->code != ERR_NONE || h->failed == 0)
		return;
	*e = h->failure;
	if (h->failed > 1)
		err_ctx(e, "%lld objects failed, the first of them",
		    (long long)h->failed);
}

/*
 * What a run leaves in the store of history itself: after a checkpoint, which
 * it ends with, and before the row "end".  Where that fails, objects are as
 * well as before; it is the run's failure only where there is no other.
 */
static void
keep_in_store(struct history *h, const struct err *how, struct err *e)
{
	bool packs;

	if (h->client == NULL || h->facts == NULL || history_ends_run(how) ||
	    !h->app->opt->approval.approve)
		return;
	packs = packs_wanted(h);
	if ((!packs && !h->anchors) || checkpoint(h, e) != 0 ||
	    (packs && packs_send(h, e) != 0) || !h->anchors)
		return;
	anchoring_send(h, e);
}

int
history_end(struct history *h, struct err *e)
{
	struct err last = {0}, kept = {0};

	if (!h->begun)
		return e->code == ERR_NONE ? 0 : -1;
	h->begun = false;
	if (history_flush(h, &last) == 0)
		sum_up(h, e);
	if (last.code == ERR_NONE)
		keep_in_store(h, e, &kept);
	if (last.code != ERR_NONE ||
	    append_end(h, e->code, &last) != 0 ||
	    checkpoint(h, &last) != 0 ||
	    update_manifest(h, &last) != 0) {
		/* A secret that was held back outranks what else was wrong. */
		if (e->code == ERR_NONE || last.code == ERR_SECRET_GUARD)
			*e = last;
	}
	if (e->code == ERR_NONE || kept.code == ERR_SECRET_GUARD)
		*e = kept;
	else if (kept.code != ERR_NONE)
		(void)out_warn(h->app->out, &last, "consign: %s", kept.msg);
	return e->code == ERR_NONE ? 0 : -1;
}
