/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "endpoint.h"
#include "in_parts.h"
#include "pack.h"
#include "run.h"
#include "upload.h"

#include "packs.h"

int64_t
packs_size_max(const struct run *run)
{
	struct parts_plan parts;
	struct err unfit = {0};

	if (in_parts_plan(&parts, run->provider, &run->store, PACKS_SIZE_MAX,
	    &unfit) != 0 || parts.part_size < PACKS_SIZE_MIN)
		return PACKS_SIZE_MIN;
	return parts.part_size < PACKS_SIZE_MAX ? parts.part_size :
	    PACKS_SIZE_MAX;
}

bool
packs_wanted(const struct history *h)
{
	const struct client_config *c = h->client->conf;
	const struct facts *f = h->facts;
	char url[ENDPOINT_URL_MAX + 1];

	if (!h->archive->conf.remote_receipts || f->tier < 1)
		return false;
	endpoint_url(url, c->endpoint);
	return strcmp(f->endpoint, url) == 0 &&
	    strcmp(f->bucket, c->bucket) == 0 &&
	    strcmp(f->region, c->region) == 0;
}

/* How far the store has them. */
static struct ledger_mark
packed(const struct facts *f)
{
	struct ledger_mark m = { .rows = 0 };

	if (f != NULL && f->packed_rows != FORM_NONE) {
		m.rows = f->packed_rows;
		m.at = f->packed_bytes;
	}
	return m;
}

static void
add_requests(const struct provider *p, uint64_t n,
    uint64_t requests[PRICE__COUNT])
{
	static const enum s3_op ops[] = { S3_HEAD, S3_PUT, S3_GET };

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		requests[provider_class(p, ops[i])] += n;
}

int64_t
packs_count(const struct run *run, struct plan_sums *sums)
{
	uint64_t requests[PRICE__COUNT] = {0};
	int64_t bytes = run->history.view->end.mark.at -
	    packed(run->history.facts).at;
	int64_t n = 1 + bytes / packs_size_max(run);

	if (!run->archive->conf.remote_receipts || run->tier < 1)
		return 0;
	add_requests(run->provider, (uint64_t)n, requests);
	sums->requests.a += (int64_t)requests[PRICE_A];
	sums->requests.b += (int64_t)requests[PRICE_B];
	sums->requests.free += (int64_t)requests[PRICE_FREE];
	sums->bytes_up += bytes;
	sums->bytes_down += bytes;
	return n;
}

/* --- Sending -------------------------------------------------------------- */

static int
record(struct history *h, const struct upload *u, int64_t from,
    const struct pack_made *made, struct err *e)
{
	struct row row = { .kind = ROW_PACK, .of.pack = {
		.begin_seq = h->begin_seq,
		.store_ref = span_of(h->store_ref),
		.from_seq = from,
		.to_seq = made->to.rows,
		.to_bytes = made->to.at,
		.size_bytes = u->size,
		.sha256 = span_of(u->hex),
		.remote_key = u->key
	} };

	if (u->object.etag[0] != '\0')
		row.of.pack.etag = span_of(u->object.etag);
	if (u->object.version_id[0] != '\0')
		row.of.pack.version_id = span_of(u->object.version_id);
	return history_append(h, &row, e) == 0 ? history_sync(h, e) : -1;
}

static int
say(struct history *h, const struct upload *u, int64_t from,
    const struct pack_made *made, struct err *e)
{
	if (made->lost > 0 && out_warn(h->app->out, e, "consign: of rows "
	    "%" PRId64 " to %" PRId64 ", %" PRId64 " receipts are missing or "
	    "changed", from, made->to.rows - 1, made->lost) != 0)
		return -1;
	return out_note(h->app->out, e, "history pack of rows %" PRId64
	    " to %" PRId64 ": %" PRId64 " bytes, proven", from,
	    made->to.rows - 1, u->size);
}

/* A file that is made and proven at its key. */
static int
upload(struct history *h, struct file_tmp *t, const struct pack_source *s,
    struct err *e)
{
	const struct facts *f = h->facts;
	struct history_cost cost = { .objects = 0 };
	char key[PACK_KEY_MAX + 1];
	struct pack_made made;
	struct file file;
	struct upload u = { .client = h->client, .file = &file,
	    .put_if_none_match = f->put_if_none_match,
	    .delete_if_match = f->delete_if_match,
	    .versioned = f->versioned };
	struct buf b;

	if (pack_make(&made, t, s, e) != 0)
		return -1;
	file = file_tmp_reader(t);
	if (file_identity(&file, &file.id, e) != 0)
		return -1;
	buf_fixed(&b, key, sizeof(key));
	pack_put_key(&b, s->archive_id, s->from.rows, made.to.rows);
	u.key = buf_as_span(&b);
	add_requests(h->client->conf->provider, 1, cost.requests);
	cost.bytes_up = cost.bytes_down = file.id.size;
	if (history_reserve(h, &cost, e) != 0 || upload_run(&u, e) != 0)
		return err_ctx(e, "%s", key);
	if (record(h, &u, s->from.rows, &made, e) != 0)
		return -1;
	return say(h, &u, s->from.rows, &made, e);
}

static int
send_one(struct history *h, const struct pack_source *source, struct err *e)
{
	struct file_tmp t;
	int rc = -1;

	if (file_tmp_create(&t, h->archive->manifest, true, h->app->rng,
	    e) != 0)
		return -1;
	if (file_tmp_hide(&t, e) == 0)
		rc = upload(h, &t, source, e);
	file_tmp_discard(&t);
	return rc;
}

int
packs_send(struct history *h, struct err *e)
{
	struct pack_source source = { .archive_id = h->archive->id,
	    .ledger = h->archive->ledger, .state = h->archive->state,
	    .to = h->ledger.mark, .size_max = h->pack_max };

	for (;;) {
		source.from = packed(h->facts);
		if (source.from.rows >= source.to.rows)
			return 0;
		if (ledger_mark_read(&source.from, source.ledger, e) != 0 ||
		    send_one(h, &source, e) != 0)
			return err_ctx(e, "history pack");
	}
}
