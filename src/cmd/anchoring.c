/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anchor.h"
#include "file.h"

#include "anchors.h"
#include "keyring.h"

#include "anchoring.h"

/* --- Whether at all ------------------------------------------------------- */

/* What nobody approved is not sent. */
static bool
writes(const struct run *run)
{
	return (run->terms.approval || run->terms.plans) &&
	    (run->terms.anchors ||
	    run->archive->conf.anchor != ARCHIVE_CONF_ANCHOR_OFF);
}

static bool
checks(const struct run *run)
{
	return run->terms.anchors ||
	    run->archive->conf.anchor == ARCHIVE_CONF_ANCHOR_CHECK;
}

int
anchoring_ready(struct run *run, struct err *e)
{
	if (run->terms.offline || !writes(run) || run->history.signer.signs)
		return 0;
	err_set(e, ERR_CONFIG_INVALID, "an anchor is signed, and there is no "
	    "key to sign with");
	return err_advise(e, "make one: consign key new NAME");
}

static void
add(const struct provider *p, enum s3_op op, uint64_t r[PRICE__COUNT])
{
	r[provider_class(p, op)]++;
}

static void
add_checking(const struct provider *p, uint64_t r[PRICE__COUNT])
{
	add(p, S3_LIST, r);
	add(p, S3_GET, r);
}

static void
add_sending(const struct provider *p, const struct facts *f,
    uint64_t r[PRICE__COUNT])
{
	if (!f->put_if_none_match)
		add(p, S3_HEAD, r);
	add(p, S3_PUT, r);
	add(p, S3_GET, r);
}

void
anchoring_count(const struct run *run, struct plan_sums *sums)
{
	uint64_t r[PRICE__COUNT] = {0};

	if (checks(run))
		add_checking(run->provider, r);
	if (writes(run) && run->tier >= 1)
		add_sending(run->provider, run->history.facts, r);
	sums->requests.a += (int64_t)r[PRICE_A];
	sums->requests.b += (int64_t)r[PRICE_B];
	sums->requests.free += (int64_t)r[PRICE_FREE];
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
	int rc = 1;

	if (point != NULL && anchor_is_by(&f->anchor, point))
		rc = anchor_compare(&f->anchor, c->run->archive->ledger, e);
	if (rc == 1 && c->unknown[0] == '\0')
		memcpy(c->unknown, f->name, sizeof(c->unknown));
	return rc == 0 ? ANCHORS_TAKE : rc == 1 ? ANCHORS_PASS : ANCHORS_FAIL;
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
	return out_warn(run->app->out, e, "consign: anchor %s is not as a key "
	    "that is known here signed one: not believed", c->unknown);
}

static int
look(struct run *run, struct err *e)
{
	struct history_cost cost = { .bytes_down = ANCHOR_SIZE_MAX };
	struct checking *c = calloc(1, sizeof(*c));
	int rc = -1;

	if (c == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for anchors");
	c->run = run;
	add_checking(run->provider, cost.requests);
	if (keyring_open(&c->ring, run->archive->state, NULL, e) == 0 &&
	    history_reserve(&run->history, &cost, e) == 0)
		rc = check(c, e);
	/* What is not the archive's history gets no signature of its key. */
	if (rc != 0 && e->code == ERR_LEDGER_ROLLED_BACK)
		run->history.signer.signs = false;
	keyring_close(&c->ring);
	free(c);
	return rc;
}

int
anchoring_check(struct run *run, struct err *e)
{
	if (checks(run) && look(run, e) != 0)
		return -1;
	run->history.anchors = writes(run) && run->probed && run->tier >= 1;
	if (!writes(run) || run->history.anchors)
		return 0;
	return out_note(run->app->out, e, "no anchor is written: this store "
	    "has not proven tier 1 with this access key");
}

/* --- At the end ----------------------------------------------------------- */

struct anchoring {
	struct history *history;
	struct anchor anchor;
	char name[ANCHOR_NAME_MAX + 1];
	char key[ANCHORS_KEY_MAX + 1];
	char path[PATH_MAX];		/* of the copy */
	struct file_tmp tmp;		/* which it is to be */
	struct object object;
};

/* The last checkpoint as a document. */
static void
make(struct anchoring *a)
{
	const struct history_seal *seal = &a->history->seal;

	a->anchor.seq = seal->seq;
	a->anchor.time = seal->time;
	a->anchor.by = seal->by;
	memcpy(a->anchor.previous, seal->previous, CHAIN_LEN);
	memcpy(a->anchor.archive_id, a->history->archive->id,
	    sizeof(a->anchor.archive_id));
}

/*
 * Nothing is to be written over: where the store would, a random name makes
 * sure.
 */
static int
name_it(struct anchoring *a, struct err *e)
{
	const struct history *h = a->history;
	struct rng *rng = h->app->rng;
	uint32_t random;
	struct buf b;

	buf_fixed(&b, a->name, sizeof(a->name));
	buf_printf(&b, "%" PRId64, a->anchor.seq);
	if (!h->facts->put_if_none_match) {
		if (rng->bytes(rng, &random, sizeof(random), e) != 0)
			return -1;
		buf_printf(&b, "-%08" PRIx32, random);
	}
	BUG_ON(!buf_ok(&b));
	anchors_key(a->key, a->anchor.archive_id, a->name);
	if (anchors_place(a->path, h->archive->state, a->name, e) != 0)
		return -1;
	return !file_exists(a->path) ? 0 : err_set(e, ERR_LEDGER_ROLLED_BACK,
	    "this archive anchored row %" PRId64 " before, as '%s' shows",
	    a->anchor.seq, a->path);
}

static int
send(struct anchoring *a, struct err *e)
{
	struct history *h = a->history;
	const struct facts *f = h->facts;
	struct history_cost cost = { .bytes_up = ANCHOR_SIZE_MAX,
	    .bytes_down = ANCHOR_SIZE_MAX };
	int64_t keep = (int64_t)h->archive->conf.anchor_retention / 1000;
	struct anchors_send s = { .client = h->client, .key = a->key,
	    .seq = a->anchor.seq, .document = &a->tmp,
	    .retain_until = keep > 0 ? a->anchor.time + keep : 0,
	    .look = !f->put_if_none_match,
	    .put_if_none_match = f->put_if_none_match,
	    .delete_if_match = f->delete_if_match,
	    .versioned = f->versioned };

	add_sending(h->client->conf->provider, f, cost.requests);
	if (history_reserve(h, &cost, e) != 0 || anchors_send(&s, e) != 0)
		return -1;
	a->object = s.object;
	return 0;
}

static int
record(struct anchoring *a, struct err *e)
{
	const char *etag = a->object.etag, *version = a->object.version_id;
	struct history *h = a->history;
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

int
anchoring_send(struct history *h, struct err *e)
{
	struct anchoring *a = calloc(1, sizeof(*a));
	int rc = -1;

	if (a == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for an anchor");
	a->history = h;
	make(a);
	if (name_it(a, e) == 0 && anchors_document(&a->tmp, &a->anchor,
	    a->path, h->app, e) == 0 && send(a, e) == 0 && record(a, e) == 0)
		rc = anchors_say(h->app, &a->anchor, a->key, e);
	if (e->code == ERR_LEDGER_ROLLED_BACK)
		h->signer.signs = false;
	file_tmp_discard(&a->tmp);
	free(a);
	return rc == 0 ? 0 : err_ctx(e, "anchor");
}
