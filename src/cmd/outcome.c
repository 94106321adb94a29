/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "keyname.h"
#include "text.h"

#include "report.h"
#include "version.h"

#include "outcome.h"

/* What is put together for one receipt. */
struct texts {
	char id[RECEIPT_ID_LEN + 1];
	char object_id[7 + SHA256_HEX_LEN + 1];
	char hint[80];
	char key[3 * REPORT_KEY_MAX + 1];
	struct span as_key;
	char class[4];			/* "2xx" */
	char receipt_sha256[SHA256_HEX_LEN + 1];
};

static int
make_texts(struct texts *t, const struct outcome *o,
    const struct outcome_run *run, struct err *e)
{
	uint8_t random[RECEIPT_RANDOM];
	struct span hex = span_of(o->hex);
	struct rng *rng = run->place.rng;
	struct buf b;

	if (rng->bytes(rng, random, sizeof(random), e) != 0)
		return -1;
	buf_fixed(&b, t->object_id, sizeof(t->object_id));
	buf_printf(&b, "sha256:%s", o->hex);
	receipt_make_id(t->id, run->now, buf_as_span(&b), random);
	buf_fixed(&b, t->hint, sizeof(t->hint));
	keyname_hint(&b, hex);
	buf_fixed(&b, t->key, sizeof(t->key));
	text_escape(&b, o->key);
	t->as_key = buf_as_span(&b);
	return 0;
}

/* A text that may be absent. */
static struct span
optional(const char *text)
{
	return text == NULL || text[0] == '\0' ? (struct span){ NULL, 0 } :
	    span_of(text);
}

/* "4xx"; nothing where no answer came. */
static struct span
status_class(char out[4], const struct outcome *o)
{
	int status = o->failure == NULL ? 200 : o->failure->status;

	if (status < 100 || status > 599)
		return (struct span){ NULL, 0 };
	out[0] = (char)('0' + status / 100);
	out[1] = out[2] = 'x';
	out[3] = '\0';
	return span_of(out);
}

/* Presence is no proof. */
static bool
is_proven(const struct outcome *o)
{
	return strcmp(o->proof, "rehash") == 0 ||
	    strcmp(o->proof, "ranges") == 0;
}

static void
fill_receipt(struct receipt *r, struct texts *t, const struct outcome *o,
    const struct outcome_run *run)
{
	const struct client_counts *now = &run->client->counts;
	const struct client_counts *then = &o->before;

	*r = (struct receipt){
		.receipt_id = span_of(t->id),
		.archive_id = span_of(run->archive_id),
		.operation = span_of(o->operation),
		.object_id = span_of(t->object_id),
		.size_bytes = o->size,
		.path = o->path,
		.provider_kind = span_of(run->provider_kind),
		.store_ref = span_of(run->store_ref),
		.key_strategy = span_of(o->strategy),
		.key_hint = span_of(t->hint),
		.remote_key = t->as_key,
		.result_status = span_of(o->status),
		.proof = span_of(o->proof),
		.bytes_uploaded = (int64_t)(now->bytes_up - then->bytes_up),
		.bytes_verified = o->bytes_verified,
		.class_a_requests = (int64_t)(now->requests[PRICE_A] -
		    then->requests[PRICE_A]),
		.class_b_requests = (int64_t)(now->requests[PRICE_B] -
		    then->requests[PRICE_B]),
		.free_requests = (int64_t)(now->requests[PRICE_FREE] -
		    then->requests[PRICE_FREE]),
		.part_count = o->part_count,
		.part_size_bytes = o->part_size,
		.attempts = o->attempts,
		.backoff_ms_total = (int64_t)(now->backoff_ms -
		    then->backoff_ms),
		.last_status_class = status_class(t->class, o),
		.started_at = o->started_at,
		.proven_at = is_proven(o) ? run->now : FORM_NONE,
		.reviewed_by = optional(run->reviewed_by),
		.approved = run->approved,
		.availability_from = span_of(o->from),
		.availability_to = span_of(o->to),
		.forced_reupload = o->forced,
		.unproven_against_live_provider = run->unproven_live,
		.ledger_seq = run->begin_seq,
		.tool_version = span_of(VERSION),
	};
	if (o->object != NULL) {
		r->etag = optional(o->object->etag);
		r->version_id = optional(o->object->version_id);
	}
}

/* Copy a text behind those that are there; the room is known to do. */
static struct span
copy(struct buf *to, struct span text)
{
	size_t at = to->len;

	if (text.p == NULL)
		return text;
	buf_span(to, text);
	return (struct span){ to->data + at, text.len };
}

static int
keep_row(struct outcome_kept *k, const struct receipt *r,
    struct span receipt_sha256, struct err *e)
{
	struct row_outcome *to = &k->row.of.outcome;
	size_t room = r->path.len + r->remote_key.len + 2048;
	struct buf b;

	k->text = malloc(room);
	if (k->text == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for an outcome");
	buf_fixed(&b, k->text, room);
	*to = (struct row_outcome){
		.begin_seq = r->ledger_seq,
		.store_ref = copy(&b, r->store_ref),
		.object_id = copy(&b, r->object_id),
		.path = copy(&b, r->path),
		.remote_key = copy(&b, r->remote_key),
		.etag = copy(&b, r->etag),
		.version_id = copy(&b, r->version_id),
		.size_bytes = r->size_bytes,
		.result_status = copy(&b, r->result_status),
		.proof = copy(&b, r->proof),
		.availability = copy(&b, r->availability_to),
		.receipt = copy(&b, r->receipt_id),
		.receipt_sha256 = copy(&b, receipt_sha256),
	};
	BUG_ON(!buf_ok(&b));
	return 0;
}

int
outcome_keep(struct outcome_queue *q, const struct outcome_run *run,
    const struct outcome *o, struct err *e)
{
	struct outcome_kept *k = &q->kept[q->n];
	uint8_t digest[SHA256_LEN];
	struct receipt r;
	struct texts t;

	BUG_ON(q->n == OUTCOME_QUEUE);
	if (make_texts(&t, o, run, e) != 0)
		return -1;
	fill_receipt(&r, &t, o, run);
	if (receipt_batch_add(&q->receipts, &run->place, &r, digest, e) != 0)
		return -1;
	hex_encode(t.receipt_sha256, digest, SHA256_LEN);
	*k = (struct outcome_kept){ .failed = o->failure != NULL };
	k->row.kind = k->failed ? ROW_FAIL :
	    strcmp(o->operation, "adopt_object") == 0 ? ROW_ADOPT : ROW_PROOF;
	if (k->failed)
		k->failure = *o->failure;
	if (keep_row(k, &r, span_of(t.receipt_sha256), e) != 0)
		return -1;
	q->n++;
	return 0;
}

void
outcome_clear(struct outcome_queue *q)
{
	for (size_t i = 0; i < q->n; i++)
		free(q->kept[i].text);
	q->n = 0;
	receipt_batch_discard(&q->receipts);
}
