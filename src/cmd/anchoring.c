/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anchor.h"
#include "file.h"
#include "tier.h"

#include "anchors.h"
#include "keyring.h"

#include "anchoring.h"

/* --- Whether at all ------------------------------------------------------- */

/* What nobody approved is not sent. */
static bool
writes(const struct run *run)
{
	return !run->terms.offline && run->terms.approval &&
	    (run->terms.anchors ||
	    run->archive->conf.anchor != ARCHIVE_CONF_ANCHOR_OFF);
}

static bool
checks(const struct run *run)
{
	return !run->terms.offline && (run->terms.anchors ||
	    run->archive->conf.anchor == ARCHIVE_CONF_ANCHOR_CHECK);
}

int
anchoring_ready(struct run *run, struct err *e)
{
	if (!writes(run) || run->history.signer.signs)
		return 0;
	err_set(e, ERR_CONFIG_INVALID, "an anchor is signed, and there is no "
	    "key to sign with");
	return err_advise(e, "make one: consign key new NAME");
}

static void
count(struct plan_requests *sum, const struct run *run, enum s3_op op)
{
	enum price_class class = provider_class(run->provider, op);

	sum->a += class == PRICE_A;
	sum->b += class == PRICE_B;
	sum->free += class == PRICE_FREE;
}

static void
count_checking(const struct run *run, struct plan_requests *sum)
{
	count(sum, run, S3_LIST);
	count(sum, run, S3_GET);
}

static void
count_sending(const struct run *run, struct plan_requests *sum)
{
	const struct facts *f = run->history.facts;

	if (f == NULL || !f->put_if_none_match)
		count(sum, run, S3_HEAD);
	count(sum, run, S3_PUT);
	count(sum, run, S3_GET);
}

void
anchoring_cost(const struct run *run, struct plan_requests *sum)
{
	if (checks(run))
		count_checking(run, sum);
	if (writes(run))
		count_sending(run, sum);
}

static int
reserve(struct run *run, const struct plan_requests *r, int64_t up,
    struct err *e)
{
	const struct history_cost cost = { .requests = {
	    [PRICE_A] = (uint64_t)r->a, [PRICE_B] = (uint64_t)r->b,
	    [PRICE_FREE] = (uint64_t)r->free }, .bytes_up = up,
	    .bytes_down = ANCHOR_SIZE_MAX };

	return history_reserve(&run->history, &cost, e);
}

/* --- At the start --------------------------------------------------------- */

struct checking {
	struct run *run;
	struct keyring ring;		/* large */
	char unknown[ANCHOR_NAME_MAX + 1];	/* the newest passed over */
};

/* NULL: nobody whose word counts here. */
static const uint8_t *
find_key(const struct checking *c, const struct anchor *a)
{
	const struct writer *w = writers_find(&c->ring.writers,
	    span_of(a->by.writer));

	if (w != NULL && (w->revoked != WRITERS_NONE ||
	    strcmp(w->archive, a->archive_id) != 0))
		return NULL;
	return keyring_find(&c->ring, span_of(a->by.writer));
}

static enum anchors_verdict
judge(struct anchors_search *s, const struct anchors_found *f, struct err *e)
{
	struct checking *c = s->context;
	const uint8_t *point = find_key(c, &f->anchor);

	if (point == NULL || !anchor_is_by(&f->anchor, point)) {
		if (c->unknown[0] == '\0')
			memcpy(c->unknown, f->name, sizeof(c->unknown));
		return ANCHORS_PASS;
	}
	return anchor_compare(&f->anchor, c->run->archive->ledger, e) == 0 ?
	    ANCHORS_TAKE : ANCHORS_FAIL;
}

static int
check(struct checking *c, struct err *e)
{
	struct run *run = c->run;
	struct anchors_search s = { .archive_id = run->archive->id,
	    .judge = judge, .context = c };
	int rc = anchors_in_store(&s, &run->session->client, e);

	if (rc == 1)
		rc = anchors_keep(&s.found, run->archive->state, run->app,
		    e);
	if (rc < 0 || c->unknown[0] == '\0')
		return rc;
	return out_warn(run->app->out, e, "consign: anchor %s is not by a key "
	    "that is known here: not believed", c->unknown);
}

int
anchoring_check(struct run *run, struct err *e)
{
	struct plan_requests cost = {0};
	struct checking *c;
	int rc = -1;

	if (!checks(run))
		return 0;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for anchors");
	c->run = run;
	count_checking(run, &cost);
	if (keyring_open(&c->ring, run->archive->state, NULL, e) == 0 &&
	    reserve(run, &cost, 0, e) == 0)
		rc = check(c, e);
	/* What is not the archive's history gets no signature of its key. */
	if (rc != 0 && e->code == ERR_LEDGER_ROLLED_BACK)
		run->history.signer.signs = false;
	keyring_close(&c->ring);
	free(c);
	return rc;
}

/* --- At the end ----------------------------------------------------------- */

struct anchoring {
	struct run *run;
	struct anchor anchor;
	char name[ANCHOR_NAME_MAX + 1];
	char key[ANCHORS_KEY_MAX + 1];
	char path[PATH_MAX];		/* of the copy */
	struct file_tmp tmp;		/* which it is to be */
	struct object object;
};

/* What all rows so far are, signed: as a row, and as a document. */
static int
sign(struct anchoring *a, struct err *e)
{
	struct run *run = a->run;
	struct history *h = &run->history;

	if (history_flush(h, e) != 0)
		return -1;
	a->anchor = (struct anchor){ .seq = h->ledger.mark.rows,
	    .time = run->app->clock->wall_s(run->app->clock) };
	memcpy(a->anchor.archive_id, run->archive->id,
	    sizeof(a->anchor.archive_id));
	memcpy(a->anchor.previous, h->ledger.mark.chain, CHAIN_LEN);
	checkpoint_sign(&a->anchor.by, &h->signer.key, a->anchor.previous);
	return history_checkpoint(h, e);
}

/*
 * Nothing is to be written over: where the store would, a random name makes
 * sure.
 */
static int
name_it(struct anchoring *a, struct err *e)
{
	const struct run *run = a->run;
	struct rng *rng = run->app->rng;
	uint32_t random;
	struct buf b;

	buf_fixed(&b, a->name, sizeof(a->name));
	buf_printf(&b, "%" PRId64, a->anchor.seq);
	if (!run->history.facts->put_if_none_match) {
		if (rng->bytes(rng, &random, sizeof(random), e) != 0)
			return -1;
		buf_printf(&b, "-%08" PRIx32, random);
	}
	BUG_ON(!buf_ok(&b));
	anchors_key(a->key, run->archive->id, a->name);
	return anchors_place(a->path, run->archive->state, a->name, e);
}

static int
send(struct anchoring *a, struct err *e)
{
	struct run *run = a->run;
	const struct facts *f = run->history.facts;
	int64_t keep = (int64_t)run->archive->conf.anchor_retention / 1000;
	struct anchors_send s = { .client = &run->session->client,
	    .key = a->key, .seq = a->anchor.seq, .document = &a->tmp,
	    .retain_until = keep > 0 ? a->anchor.time + keep : 0,
	    .look = !f->put_if_none_match,
	    .put_if_none_match = f->put_if_none_match,
	    .delete_if_match = f->delete_if_match,
	    .versioned = f->versioned };
	struct plan_requests cost = {0};

	count_sending(run, &cost);
	if (reserve(run, &cost, ANCHOR_SIZE_MAX, e) != 0 ||
	    anchors_send(&s, e) != 0)
		return -1;
	a->object = s.object;
	return 0;
}

static int
record(struct anchoring *a, struct err *e)
{
	const char *etag = a->object.etag, *version = a->object.version_id;
	struct history *h = &a->run->history;
	struct row row = { .kind = ROW_ANCHOR, .of.anchor = {
	    .begin_seq = h->begin_seq, .store_ref = span_of(h->store_ref),
	    .anchored_seq = a->anchor.seq, .remote_key = span_of(a->key) } };

	if (etag[0] != '\0')
		row.of.anchor.etag = span_of(etag);
	if (version[0] != '\0')
		row.of.anchor.version_id = span_of(version);
	if (history_append(h, &row, e) != 0 || history_sync(h, e) != 0)
		return -1;
	return file_tmp_commit(&a->tmp, ANCHORS_MODE, e);
}

static int
anchor(struct run *run, struct err *e)
{
	struct anchoring *a = calloc(1, sizeof(*a));
	int rc = -1;

	if (a == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for an anchor");
	a->run = run;
	if (sign(a, e) == 0 && name_it(a, e) == 0 &&
	    anchors_document(&a->tmp, &a->anchor, a->path, run->app, e) == 0 &&
	    send(a, e) == 0 && record(a, e) == 0)
		rc = anchors_say(run->app, &a->anchor, a->key, e);
	file_tmp_discard(&a->tmp);
	free(a);
	return rc == 0 ? 0 : err_ctx(e, "anchor");
}

void
anchoring_end(struct run *run, struct err *e)
{
	const struct history *h = &run->history;
	struct err why = {0}, unsaid = {0};

	if (!writes(run) || history_ends_run(e))
		return;
	if (!run->probed || h->facts == NULL || h->facts->tier < 1) {
		/* It is to work from tier 1 on, as all that is not a test. */
		(void)out_note(run->app->out, &unsaid, "no anchor is written "
		    "before this store has proven tier 1");
		return;
	}
	if (anchor(run, &why) == 0)
		return;
	if (e->code == ERR_NONE && h->failed == 0)
		*e = why;
	else
		(void)out_warn(run->app->out, &unsaid, "consign: %s", why.msg);
}
