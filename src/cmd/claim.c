/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "held.h"
#include "report.h"
#include "text.h"

#include "claim.h"

/* Paths and keys grow up to sixfold in a row. */
#define ROW_MAX 65536

/* What a row and its reader are told of one. */
struct texts {
	char id[7 + SHA256_HEX_LEN + 1];
	char key[3 * REPORT_KEY_MAX + 1];
	struct span as_id, as_key;
};

static void
make_texts(struct texts *t, const struct job *job)
{
	struct buf b;

	buf_fixed(&b, t->id, sizeof(t->id));
	buf_printf(&b, "sha256:%s", job->hex);
	t->as_id = buf_as_span(&b);
	buf_fixed(&b, t->key, sizeof(t->key));
	text_escape(&b, job->key);
	BUG_ON(!buf_ok(&b));
	t->as_key = buf_as_span(&b);
}

static struct span
optional(const char *text)
{
	return text[0] == '\0' ? (struct span){ NULL, 0 } : span_of(text);
}

void
claim_cost(const struct claim *claim, const struct run *run,
    struct history_cost *cost)
{
	cost->objects++;
	cost->requests[provider_class(run->provider, S3_HEAD)]++;
	if (!claim->reads)
		return;
	cost->requests[provider_class(run->provider, S3_GET)]++;
	cost->bytes_down += claim->job.size;
}

/* --- Doing ---------------------------------------------------------------- */

/* Is it there, of that size, and, if that is asked for, of these bytes? */
static int
meet(const struct claim *claim, const struct held *held,
    const struct run *run, struct held_found *found, struct err *e)
{
	struct object *now = &found->object;

	if (object_look(&run->session->client, held->key, now, e) != 0)
		return -1;
	if (!now->exists)
		return err_set(e, ERR_NOT_FOUND, "nothing is at %.*s",
		    (int)held->key.len, held->key.p);
	if (now->size != held->size)
		return err_set(e, ERR_REMOTE_CONFLICT, "%lld bytes are at "
		    "%.*s, not %lld", (long long)now->size,
		    (int)held->key.len, held->key.p, (long long)held->size);
	return claim->reads ? held_read(held, run, found, e) : 0;
}

static int
declare(struct claim *claim, struct run *run, struct err *e)
{
	const struct job *job = &claim->job;
	struct row row = { .kind = ROW_ADOPT };
	struct texts t;

	make_texts(&t, job);
	row.of.outcome = (struct row_outcome){
		.begin_seq = run->history.begin_seq,
		.store_ref = span_of(run->store.store_ref),
		.object_id = t.as_id,
		.path = job->path,
		.remote_key = t.as_key,
		.etag = optional(claim->object.etag),
		.version_id = optional(claim->object.version_id),
		.size_bytes = job->size,
		.proof = span_of("presence"),
		.availability = span_of("declared_uploaded"),
	};
	claim->declared = true;
	return history_append(&run->history, &row, e);
}

int
claim_do(struct claim *claim, struct run *run, struct err *e)
{
	const struct job *job = &claim->job;
	struct held held = { .path = job->path, .key = job->key,
	    .size = job->size, .strategy = job->strategy };
	struct held_found found = { .read = false };
	struct outcome o = { .operation = "adopt_object",
	    .before = run->session->client.counts,
	    .started_at = run->app->clock->wall_s(run->app->clock) };
	struct err why = {0};

	memcpy(held.hex, job->hex, sizeof(held.hex));
	memcpy(held.digest, job->digest, sizeof(held.digest));
	memcpy(held.from, job->from, sizeof(held.from));
	if (meet(claim, &held, run, &found, &why) != 0)
		o.failure = &why;
	claim->object = found.object;
	if (why.code == ERR_NOT_FOUND && !claim->expected) {
		claim->absent = true;
		return 0;
	}
	if (o.failure == NULL && !claim->reads)
		return declare(claim, run, e);
	held_fill(&held, &found, &o);
	if (history_record(&run->history, &o, e) != 0)
		return -1;
	if (o.failure == NULL || !history_ends_run(&why))
		return 0;
	*e = why;
	return -1;
}

/* --- Saying --------------------------------------------------------------- */

static int
say_row(const struct claim *claim, const struct run *run, struct err *e)
{
	const struct job *job = &claim->job;
	char storage[ROW_MAX];
	struct texts t;
	struct buf b;

	make_texts(&t, job);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "path", job->path);
	record_str(&b, "object_id", t.as_id);
	record_int(&b, "size_bytes", job->size);
	record_str(&b, "store_ref", span_of(run->store.store_ref));
	record_str(&b, "remote_key", t.as_key);
	if (claim->object.etag[0] != '\0')
		record_str(&b, "etag", span_of(claim->object.etag));
	if (claim->object.version_id[0] != '\0')
		record_str(&b, "version_id",
		    span_of(claim->object.version_id));
	record_str(&b, "proof", span_of(claim->absent ? "none" :
	    "presence"));
	record_str(&b, "availability", span_of(claim->absent ? job->from :
	    "declared_uploaded"));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(run->app->out, buf_as_span(&b), e);
}

int
claim_say(const struct claim *claim, const struct run *run, struct err *e)
{
	const struct job *job = &claim->job;

	if (!claim->declared && !claim->absent)
		return 0;
	if (run->app->opt->global.json)
		return say_row(claim, run, e);
	return claim->absent ?
	    out_note(run->app->out, e, "%.*s: nothing is at %.*s",
	    (int)job->path.len, job->path.p,
	    (int)job->key.len, job->key.p) :
	    out_note(run->app->out, e, "declared_uploaded %.*s: %lld bytes "
	    "at %.*s, proof presence", (int)job->path.len, job->path.p,
	    (long long)job->size, (int)job->key.len, job->key.p);
}
