/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "buf.h"

#include "prove_parts.h"
#include "prove_probe.h"
#include "prove_tiers.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define SMALL 1024		/* bytes of an object */
#define CUT 4			/* of a batch, sent when it is cut off */
#define RERUN 3			/* objects of a re-run */

/* --- Objects --- */

static int
make(struct prove_tiers *p, size_t n, const char *const *names, int64_t size,
    struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct prove_object_kind kind = { .prefix = p->prefix,
		    .name = names[i], .beside = p->beside, .size = size };

		if (prove_object_make(&p->object[i], p->run, &kind, e) != 0)
			return -1;
	}
	return 0;
}

/* Upload one, which must come out as it should if the tier is to be proven. */
static int
upload(struct prove_tiers *p, size_t i, const struct object *known,
    enum upload_outcome want, struct err *e)
{
	struct prove_object *o = &p->object[i];

	if (prove_object_upload(o, p->run, known, e) != 0)
		return -1;
	if (o->outcome == want && (want == UPLOAD_UPLOADED ||
	    o->attempts == 0))
		return 0;
	return err_set(e, ERR_INDETERMINATE, "%s: %s", o->key,
	    want == UPLOAD_UPLOADED ? "it is there although nobody sent it" :
	    want == UPLOAD_CURRENT ? "the store shows another generation than "
	    "the one that was proven" : "it was sent again although it is "
	    "there");
}

/* --- Tiers --- */

static const char *const small[] = { "small" };
static const char *const parts[] = { "parts" };
static const char *const batch[PROBE_BATCH] = { "batch-0", "batch-1",
    "batch-2", "batch-3", "batch-4", "batch-5", "batch-6", "batch-7",
    "batch-8", "batch-9" };

static int
prove_small(struct prove_tiers *p, struct err *e)
{
	if (make(p, 1, small, SMALL, e) != 0 ||
	    upload(p, 0, NULL, UPLOAD_UPLOADED, e) != 0)
		return -1;
	return history_flush(&p->run->history, e);
}

static int
prove_parts(struct prove_tiers *p, struct err *e)
{
	if (make(p, 1, parts, PROVE_PARTS_BYTES, e) != 0 ||
	    prove_parts_upload(&p->object[0], p->run, e) != 0)
		return -1;
	return history_flush(&p->run->history, e);
}

/*
 * Cut off as a kill would: some are sent, nothing is known of them, the
 * connection is gone.  The run that goes on finds these and sends the rest.
 */
static int
prove_batch(struct prove_tiers *p, struct err *e)
{
	if (make(p, PROBE_BATCH, batch, SMALL, e) != 0)
		return -1;
	for (size_t i = 0; i < CUT; i++)
		if (prove_object_send(&p->object[i], p->run, e) != 0)
			return -1;
	client_close(&p->run->session->client);
	for (size_t i = 0; i < PROBE_BATCH; i++)
		if (upload(p, i, NULL, i < CUT ? UPLOAD_REMOTE_SAME :
		    UPLOAD_UPLOADED, e) != 0)
			return -1;
	return history_flush(&p->run->history, e);
}

/* On record as being there, by its name and size alone. */
static int
declare(struct prove_tiers *p, struct prove_object *o, struct err *e)
{
	char id[7 + SHA256_HEX_LEN + 1];
	struct row row = { .kind = ROW_ADOPT };
	struct buf b;

	if (object_look(&p->run->session->client, span_of(o->key), &o->object,
	    e) != 0)
		return -1;
	buf_fixed(&b, id, sizeof(id));
	buf_printf(&b, "sha256:%s", o->hex);
	row.of.outcome = (struct row_outcome){
		.begin_seq = p->run->history.begin_seq,
		.store_ref = span_of(p->run->history.store_ref),
		.object_id = buf_as_span(&b),
		.path = span_of(o->path),
		.remote_key = span_of(o->key),
		.size_bytes = o->file.id.size,
		.proof = span_of("presence"),
		.availability = span_of("declared_uploaded"),
	};
	if (o->object.etag[0] != '\0')
		row.of.outcome.etag = span_of(o->object.etag);
	if (o->object.version_id[0] != '\0')
		row.of.outcome.version_id = span_of(o->object.version_id);
	if (history_append(&p->run->history, &row, e) != 0)
		return -1;
	return history_sync(&p->run->history, e);
}

/*
 * Two objects proven, a third only declared.  Run over again, the two are
 * current; the third, of which only presence is known, has to be read.
 */
static int
prove_rerun(struct prove_tiers *p, struct err *e)
{
	const size_t last = RERUN - 1;

	if (make(p, RERUN, batch, SMALL, e) != 0)
		return -1;
	for (size_t i = 0; i < last; i++)
		if (upload(p, i, NULL, UPLOAD_UPLOADED, e) != 0)
			return -1;
	if (prove_object_send(&p->object[last], p->run, e) != 0 ||
	    declare(p, &p->object[last], e) != 0 ||
	    history_flush(&p->run->history, e) != 0)
		return -1;
	for (size_t i = 0; i < RERUN; i++) {
		struct object known = p->object[i].object;

		if (upload(p, i, i < last ? &known : NULL, i < last ?
		    UPLOAD_CURRENT : UPLOAD_REMOTE_SAME, e) != 0)
			return -1;
	}
	return history_flush(&p->run->history, e);
}

/* Looks are counted as they come at most: before, after, and before a PUT. */
static const struct {
	const char *what;
	int (*run)(struct prove_tiers *, struct err *);
	int64_t objects, bytes;
	uint64_t sent[S3_OP__COUNT];
} tiers[] = {
	{ .what = "the probe" },
	{ "one small object", prove_small, 1, SMALL, {
	  [S3_PUT] = 1, [S3_GET] = 1, [S3_HEAD] = 3, [S3_DELETE] = 1 } },
	{ "an upload in parts", prove_parts, 1, PROVE_PARTS_BYTES, {
	  [S3_CREATE] = 1, [S3_PART] = PROVE_PARTS_COUNT, [S3_COMPLETE] = 1,
	  [S3_GET] = PROVE_PARTS_COUNT, [S3_HEAD] = 3, [S3_DELETE] = 1 } },
	{ "a batch that was cut off and resumed", prove_batch, PROBE_BATCH,
	  PROBE_BATCH * SMALL, {
	  [S3_PUT] = PROBE_BATCH, [S3_GET] = PROBE_BATCH,
	  [S3_HEAD] = 3 * PROBE_BATCH + CUT, [S3_DELETE] = PROBE_BATCH } },
	{ "a re-run that wrote nothing", prove_rerun, RERUN, RERUN * SMALL, {
	  [S3_PUT] = RERUN, [S3_GET] = RERUN, [S3_HEAD] = 4 * RERUN + 2,
	  [S3_DELETE] = RERUN } }
};
_Static_assert(COUNT(tiers) == PROVE_TIERS_LAST + 1, "a row for each tier");

const char *
prove_tiers_what(int tier)
{
	return tiers[tier].what;
}

void
prove_tiers_cost(struct prove_tiers_cost *cost, int tier,
    const struct provider *provider)
{
	*cost = (struct prove_tiers_cost){ .objects = tiers[tier].objects,
	    .bytes = tiers[tier].bytes };
	if (tier == 0) {
		cost->bytes = PROBE_BYTES_MAX;
		probe_cost(provider, cost->requests);
	}
	for (int op = 0; op < S3_OP__COUNT; op++)
		cost->requests[provider_class(provider, (enum s3_op)op)] +=
		    tiers[tier].sent[op];
}

/* --- All of one --- */

static int
reserve(struct prove_tiers *p, int tier, struct err *e)
{
	struct prove_tiers_cost cost;
	struct history_cost hc;

	prove_tiers_cost(&cost, tier, p->run->provider);
	hc = (struct history_cost){ .objects = cost.objects,
	    .bytes_up = cost.bytes, .bytes_down = cost.bytes };
	memcpy(hc.requests, cost.requests, sizeof(hc.requests));
	return history_reserve(&p->run->history, &hc, e);
}

int
prove_tiers_remove(struct prove_tiers *p, struct err *e)
{
	for (size_t i = 0; i < PROBE_BATCH; i++)
		if (prove_object_remove(&p->object[i], p->run, &p->left,
		    e) != 0)
			return -1;
	return 0;
}

int
prove_tiers_run(struct prove_tiers *p, int tier, struct err *e)
{
	struct err ignored = {0};
	struct buf b;

	buf_fixed(&b, p->beside, sizeof(p->beside));
	buf_printf(&b, "%s/prove", p->run->archive->state);
	if (!buf_ok(&b))
		return err_set(e, ERR_CONFIG_INVALID,
		    "the state folder's path is too long");
	if (prove_probe_begin(p->run, tier, p->prefix, e) != 0 ||
	    reserve(p, tier, e) != 0)
		return -1;
	if (tiers[tier].run(p, e) == 0)
		return 0;
	/* What is left nevertheless, the next run removes by its prefix. */
	(void)prove_tiers_remove(p, &ignored);
	return -1;
}

void
prove_tiers_free(struct prove_tiers *p)
{
	for (size_t i = 0; i < PROBE_BATCH; i++)
		prove_object_free(&p->object[i]);
}
