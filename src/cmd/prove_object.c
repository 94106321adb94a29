/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "buf.h"
#include "hash.h"
#include "hex.h"
#include "report.h"
#include "send.h"

#include "prove_object.h"

#define BLOCK 65536

static int
fill(struct prove_object *o, struct run *run, int64_t size, struct err *e)
{
	struct rng *rng = run->app->rng;
	uint8_t block[BLOCK];

	while (size > 0) {
		size_t n = size < BLOCK ? (size_t)size : BLOCK;

		if (rng->bytes(rng, block, n, e) != 0 ||
		    file_tmp_write(&o->tmp, block, n, e) != 0)
			return -1;
		size -= (int64_t)n;
	}
	return 0;
}

int
prove_object_make(struct prove_object *o, struct run *run,
    const struct prove_object_kind *kind, struct err *e)
{
	struct buf b;

	buf_fixed(&b, o->path, sizeof(o->path));
	buf_printf(&b, "put/%s/%s", kind->prefix, kind->name);
	buf_fixed(&b, o->key, sizeof(o->key));
	buf_printf(&b, "%s/%s", kind->prefix, kind->name);
	BUG_ON(!buf_ok(&b));
	if (file_tmp_create(&o->tmp, kind->beside, true, run->app->rng,
	    e) != 0 || file_tmp_hide(&o->tmp, e) != 0 ||
	    fill(o, run, kind->size, e) != 0)
		return -1;
	o->file = file_tmp_reader(&o->tmp);
	if (file_identity(&o->file, &o->file.id, e) != 0 ||
	    hash_file(&o->file, o->digest, e) != 0)
		return -1;
	hex_encode(o->hex, o->digest, SHA256_LEN);
	return 0;
}

int
prove_object_send(struct prove_object *o, struct run *run, struct err *e)
{
	struct send s = { .client = &run->session->client, .file = &o->file,
	    .key = span_of(o->key), .digest = o->digest,
	    .conditional = run->history.facts->put_if_none_match };

	o->stored = true;
	if (send_file(&s, e) != 0)
		return err_ctx(e, "send %s", o->key);
	o->object = s.told.exists ? s.told : s.seen;
	return 0;
}

int
prove_object_record(const struct prove_object *o, struct run *run,
    const struct prove_object_result *r, struct err *e)
{
	struct outcome out = { .operation = "upload_object",
	    .path = span_of(o->path), .hex = o->hex,
	    .size = o->file.id.size, .key = span_of(o->key),
	    .strategy = "path", .object = r->object, .status = r->status,
	    .proof = r->proof, .from = "none",
	    .to = r->failure == NULL ? "consign_uploaded" : "none",
	    .before = r->before, .started_at = r->started_at,
	    .bytes_verified = r->bytes_verified, .attempts = r->attempts,
	    .part_count = r->part_count, .part_size = r->part_size,
	    .failure = r->failure };

	return history_record(&run->history, &out, e);
}

int
prove_object_fail(const struct prove_object *o, struct run *run,
    struct prove_object_result *r, struct err *e)
{
	struct err why = *e, ignored = {0};

	r->status = report_failure(why.code);
	r->proof = "none";
	r->failure = &why;
	if (prove_object_record(o, run, r, &ignored) == 0)
		(void)history_flush(&run->history, &ignored);
	if (ignored.code == ERR_SECRET_GUARD)
		*e = ignored;
	return err_ctx(e, "prove %s", o->key);
}

int
prove_object_upload(struct prove_object *o, struct run *run,
    const struct object *known, struct err *e)
{
	const struct facts *facts = run->history.facts;
	struct client *c = &run->session->client;
	struct prove_object_result r = { .part_count = FORM_NONE,
	    .part_size = FORM_NONE, .before = c->counts, .proof = "rehash",
	    .started_at = run->app->clock->wall_s(run->app->clock) };
	struct upload u = { .client = c, .file = &o->file,
	    .key = span_of(o->key), .known = known,
	    .put_if_none_match = facts->put_if_none_match,
	    .delete_if_match = facts->delete_if_match,
	    .versioned = facts->versioned };
	int rc = upload_run(&u, e);

	o->stored |= u.stored;
	o->outcome = u.outcome;
	o->attempts = r.attempts = u.attempts;
	r.bytes_verified = u.bytes_verified;
	if (rc != 0)
		return prove_object_fail(o, run, &r, e);
	o->object = u.object;
	if (u.outcome == UPLOAD_CURRENT) {
		run->history.current++;
		return 0;
	}
	r.object = &u.object;
	r.status = u.outcome == UPLOAD_UPLOADED ? "uploaded" :
	    "skipped_remote_same";
	return prove_object_record(o, run, &r, e);
}

int
prove_object_remove(struct prove_object *o, struct run *run, bool *left,
    struct err *e)
{
	enum object_way way = o->object.version_id[0] != '\0' ?
	    OBJECT_BY_VERSION : OBJECT_PLAIN;

	if (!o->stored)
		return 0;
	if (object_delete(&run->session->client, span_of(o->key), &o->object,
	    way, e) == 0) {
		o->stored = false;
		return 0;
	}
	if (e->code != ERR_PERMISSION_DENIED)
		return -1;
	err_clear(e);
	*left = true;
	return 0;
}

void
prove_object_free(struct prove_object *o)
{
	file_tmp_discard(&o->tmp);
}
