/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "utc.h"

#include "report.h"
#include "version.h"

#include "history.h"

#define ROW_TEXT_MAX 65536
#define DAY_S 86400

static int64_t
now_of(const struct history *h)
{
	return h->app->clock->wall_s(h->app->clock);
}

static struct span
optional(const char *text)
{
	return text == NULL ? (struct span){ NULL, 0 } : span_of(text);
}

/* --- Rows ----------------------------------------------------------------- */

int
history_append(struct history *h, struct row *row, struct err *e)
{
	row->seq = h->ledger.mark.rows;
	row->time = now_of(h);
	if (row_append(&h->ledger, row, row->time, e) != 0)
		return -1;
	facts_apply(&h->view->facts, row);
	if (h->store_ref != NULL)
		h->facts = view_facts(h->view, span_of(h->store_ref));
	return 0;
}

int
history_sync(struct history *h, struct err *e)
{
	return ledger_sync(&h->ledger, e);
}

static int
write_genesis(struct history *h, struct err *e)
{
	struct row row = { .kind = ROW_GENESIS, .of.genesis = {
	    .schema = span_of(ROW_SCHEMA),
	    .archive_id = span_of(h->archive->id),
	    .tool_version = span_of(VERSION) } };

	return history_append(h, &row, e);
}

int
history_open(struct history *h, struct err *e)
{
	const struct view *v = h->view;

	if (h->store_ref != NULL &&
	    !facts_has_room(&v->facts, span_of(h->store_ref))) {
		err_set(e, ERR_CONFIG_INVALID, "this ledger knows %d stores "
		    "already, which is as many as it can", FACTS_STORES);
		return err_advise(e, "begin another archive for '%s'",
		    h->store_ref);
	}
	if (signer_open(&h->signer, h->archive, h->app, e) != 0)
		return -1;
	h->queue = calloc(1, sizeof(*h->queue));
	if (h->queue == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for outcomes");
	h->ledger.guard = h->app->guard;
	h->ledger.append_only = h->archive->conf.append_only;
	if ((v->has_ledger ?
	    ledger_open(&h->ledger, h->archive->ledger, &v->end, now_of(h),
	    e) : ledger_create(&h->ledger, h->archive->ledger, e)) != 0)
		return -1;
	return h->ledger.mark.rows == 0 ? write_genesis(h, e) : 0;
}

/* --- What requests may cost ----------------------------------------------- */

/*
 * YYYY-MM by the store's clock, never behind an earlier row's.  It holds until
 * the next midnight there at least, which is set by ours.
 */
static void
store_month(const struct history *h, char month[8], int64_t *until)
{
	int64_t skew = h->client->skew_known ? h->client->skew_s :
	    h->facts->probed_at != FORM_NONE ? h->facts->clock_skew_s : 0;
	int64_t now = now_of(h) + skew;
	char iso[UTC_ISO_LEN + 1];

	*until = now - now % DAY_S + DAY_S - skew;
	utc_iso(iso, now);
	memcpy(month, iso, 7);
	month[7] = '\0';
	if (strcmp(month, h->facts->month) < 0)
		memcpy(month, h->facts->month, 8);
}

static int
check_month(const struct history *h, const char *month, uint64_t class_a,
    struct err *e)
{
	uint64_t spent = strcmp(month, h->facts->month) == 0 ?
	    (uint64_t)h->facts->month_class_a : 0;
	bool sent = h->client->counts.requests[PRICE_A] > 0;

	if (class_a == 0 || (spent <= h->max_puts_month &&
	    class_a <= h->max_puts_month - spent))
		return 0;
	return err_set(e, sent ? ERR_SUSPENDED : ERR_PUT_CEILING_EXCEEDED,
	    "%llu more class A requests would pass the ceiling of %llu for "
	    "the month, of which %llu are spent", (unsigned long long)class_a,
	    (unsigned long long)h->max_puts_month,
	    (unsigned long long)spent);
}

/* What is left in another month is reserved in that one, too. */
static uint64_t
left_over(const struct history *h, const char *month)
{
	return strcmp(month, h->facts->month) == 0 ? 0 :
	    h->class_a - h->client->counts.requests[PRICE_A];
}

static int
reserve(struct history *h, const struct history_cost *more, struct err *e)
{
	struct row row = { .kind = ROW_RESERVE };
	uint64_t class_a = more->requests[PRICE_A];
	bool any = more->objects > 0;
	int64_t until;
	char month[8];

	store_month(h, month, &until);
	class_a += left_over(h, month);
	for (int i = 0; i < PRICE__COUNT; i++)
		any |= more->requests[i] > 0;
	if (!any && class_a == 0) {
		h->allowance.base.until = until;
		return history_sync(h, e);
	}
	if (check_month(h, month, class_a, e) != 0)
		return -1;
	row.of.reserve = (struct row_reserve){
		.begin_seq = h->begin_seq,
		.store_ref = span_of(h->store_ref),
		.month = span_of(month),
		.objects = more->objects,
		.class_a_requests = (int64_t)class_a,
		.class_b_requests = (int64_t)more->requests[PRICE_B],
		.free_requests = (int64_t)more->requests[PRICE_FREE],
		.bytes_up = more->bytes_up,
		.bytes_down = more->bytes_down,
	};
	if (history_append(h, &row, e) != 0 || history_sync(h, e) != 0)
		return -1;
	for (int i = 0; i < PRICE__COUNT; i++)
		h->allowance.base.requests[i] += more->requests[i];
	h->allowance.base.until = until;
	h->class_a += more->requests[PRICE_A];
	return 0;
}

/*
 * See client.h: a request is about to be sent that nobody foresaw, or on
 * another day.
 */
static int
ask_for_more(struct client_allowance *a, enum price_class class,
    struct err *e)
{
	struct history *h = ((struct history_allowance *)a)->history;
	struct history_cost more = { .objects = 0 };

	if (a->requests[class] <= h->client->counts.requests[class])
		more.requests[class] = HISTORY_MORE;
	return reserve(h, &more, e);
}

/* From here on the client sends nothing that is not reserved. */
static void
watch(struct history *h)
{
	memcpy(h->allowance.base.requests, h->client->counts.requests,
	    sizeof(h->allowance.base.requests));
	h->allowance.base.more = ask_for_more;
	h->allowance.history = h;
	h->class_a = h->client->counts.requests[PRICE_A];
	h->client->allowance = &h->allowance.base;
}

int
history_begin(struct history *h, struct row_begin begin,
    struct client *client, struct err *e)
{
	const struct approval_options *a = &h->app->opt->approval;
	struct row row = { .kind = ROW_BEGIN };

	begin.command = span_of(h->command);
	begin.store_ref = optional(h->store_ref);
	begin.approved = a->approve;
	begin.reviewed_by = optional(a->reviewed_by);
	begin.tool_version = span_of(VERSION);
	row.of.begin = begin;
	h->begin_seq = h->ledger.mark.rows;
	h->begun = true;
	if (history_append(h, &row, e) != 0 || history_sync(h, e) != 0)
		return -1;
	h->client = client;
	if (client != NULL)
		watch(h);
	return 0;
}

int
history_reserve(struct history *h, const struct history_cost *cost,
    struct err *e)
{
	struct history_cost more = *cost;

	for (int i = 0; i < PRICE__COUNT; i++) {
		uint64_t left = h->allowance.base.requests[i] -
		    h->client->counts.requests[i];

		more.requests[i] = cost->requests[i] > left ?
		    cost->requests[i] - left : 0;
	}
	return reserve(h, &more, e);
}

/* --- What came of objects ------------------------------------------------- */

bool
history_ends_run(const struct err *why)
{
	return err_stops_run(why->code) || why->code == ERR_SUSPENDED ||
	    why->code == ERR_INTERRUPTED || why->code == ERR_DISK_FULL ||
	    why->code == ERR_NO_MEMORY || why->code == ERR_SECRET_GUARD;
}

/*
 * A line for each object that failed.  The first is held back: where it stays
 * the only one, it is what the run ends with.
 */
static int
say_failure(struct history *h, struct span path, const struct err *why,
    struct err *e)
{
	struct err first = h->failure;

	h->said++;
	if (h->said == 1) {
		h->failure = *why;
		err_ctx(&h->failure, "%.*s", (int)path.len, path.p);
		return 0;
	}
	if (h->failure.code != why->code) {
		h->failure.code = ERR_OBJECTS_FAILED;
		h->failure.advice[0] = '\0';
	}
	if (h->said == 2 && out_warn(h->app->out, e, "consign: %s: %s",
	    err_word(first.code), first.msg) != 0)
		return -1;
	return out_warn(h->app->out, e, "consign: %s: %.*s: %s",
	    err_word(why->code), (int)path.len, path.p, why->msg);
}

int
history_fail(struct history *h, struct span path, const struct err *why,
    struct err *e)
{
	h->failed++;
	progress_ended(h->app->progress, path, report_failure(why->code), -1);
	return say_failure(h, path, why, e);
}

void
history_current(struct history *h, struct span path, int64_t size)
{
	h->current++;
	progress_ended(h->app->progress, path, "skipped_already_present",
	    size);
}

int
history_record(struct history *h, const struct outcome *o, struct err *e)
{
	const struct outcome_run run = {
		.archive_id = h->archive->id,
		.provider_kind = h->provider_kind,
		.store_ref = h->store_ref,
		.reviewed_by = h->app->opt->approval.reviewed_by,
		.approved = h->app->opt->approval.approve,
		.unproven_live = !h->facts->confirmed,
		.begin_seq = h->begin_seq,
		.client = h->client,
		.place = { h->archive->state, h->app->guard, h->app->rng },
		.now = now_of(h),
	};

	if (outcome_keep(h->queue, &run, o, e) != 0)
		return -1;
	progress_ended(h->app->progress, o->path, o->status, o->size);
	if (o->failure != NULL)
		h->failed++;
	else if (strcmp(o->status, "uploaded") == 0)
		h->uploaded++;
	else if (strcmp(o->status, "skipped_remote_same") == 0)
		h->remote_same++;
	return 0;
}

/* For --json: the row's fields that say something to others. */
static int
say_row(struct history *h, const struct row_outcome *o, struct err *e)
{
	char storage[ROW_TEXT_MAX];
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "path", o->path);
	record_str(&b, "object_id", o->object_id);
	record_int(&b, "size_bytes", o->size_bytes);
	record_str(&b, "store_ref", o->store_ref);
	record_str(&b, "remote_key", o->remote_key);
	if (o->etag.p != NULL)
		record_str(&b, "etag", o->etag);
	if (o->version_id.p != NULL)
		record_str(&b, "version_id", o->version_id);
	record_str(&b, "result_status", o->result_status);
	record_str(&b, "proof", o->proof);
	record_str(&b, "availability", o->availability);
	record_str(&b, "receipt", o->receipt);
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(h->app->out, buf_as_span(&b), e);
}

static int
say(struct history *h, const struct outcome_kept *k, struct err *e)
{
	const struct row_outcome *o = &k->row.of.outcome;

	if (h->app->opt->global.json && say_row(h, o, e) != 0)
		return -1;
	if (k->failed && history_ends_run(&k->failure))
		return 0;	/* the run's own last line says it */
	if (k->failed)
		return say_failure(h, o->path, &k->failure, e);
	return out_note(h->app->out, e, "%.*s %.*s: %lld bytes, %.*s, "
	    "proof %.*s", (int)o->result_status.len, o->result_status.p,
	    (int)o->path.len, o->path.p, (long long)o->size_bytes,
	    (int)o->object_id.len, o->object_id.p,
	    (int)o->proof.len, o->proof.p);
}

int
history_flush(struct history *h, struct err *e)
{
	struct outcome_queue *q = h->queue;
	int rc = -1;

	if (q->n == 0)
		return history_sync(h, e);
	if (receipt_batch_commit(&q->receipts, e) != 0)
		goto done;
	for (size_t i = 0; i < q->n; i++)
		if (history_append(h, &q->kept[i].row, e) != 0)
			goto done;
	if (history_sync(h, e) != 0)
		goto done;
	for (size_t i = 0; i < q->n; i++)
		if (say(h, &q->kept[i], e) != 0)
			goto done;
	rc = 0;
done:
	outcome_clear(q);
	return rc;
}

void
history_close(struct history *h)
{
	if (h->queue != NULL)
		outcome_clear(h->queue);
	free(h->queue);
	h->queue = NULL;
	signer_close(&h->signer);
	ledger_close(&h->ledger);
}
