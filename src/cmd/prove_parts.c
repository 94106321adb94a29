/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "parts.h"
#include "parts_rows.h"

#include "prove_parts.h"

struct upload_in_parts {
	struct prove_object *object;
	struct run *run;
};

static int
note_nothing(struct parts *p, struct err *e)
{
	(void)p;
	(void)e;
	return 0;
}

static int
note_landed(struct parts *p, unsigned number, struct err *e)
{
	(void)number;
	return note_nothing(p, e);
}

/* On record before its first part: what it leaves can be found and ended. */
static int
note_begun(struct parts *p, struct err *e)
{
	struct upload_in_parts *u = p->context;

	u->object->stored = true;
	return parts_rows_begun(&u->run->history, span_of(u->object->path), p,
	    e);
}

static int
note_ended(struct parts *p, enum parts_end end, struct err *e)
{
	struct upload_in_parts *u = p->context;

	return end != PARTS_ABORTED ? 0 : parts_rows_aborted(
	    &u->run->history, p->key, p->upload_id, e);
}

static int
send_parts(struct upload_in_parts *u, struct parts *p,
    struct prove_object_result *r, struct err *e)
{
	if (parts_open(p, e) != 0 || parts_run(p, e) != 0)
		return prove_object_fail(u->object, u->run, r, e);
	u->object->outcome = p->outcome;
	u->object->object = p->object;
	if (p->outcome != UPLOAD_UPLOADED)
		return err_set(e, ERR_INDETERMINATE,
		    "%s: it is there although nobody sent it", u->object->key);
	r->object = &p->object;
	r->status = "uploaded";
	r->bytes_verified = p->bytes_verified;
	r->attempts = p->attempts;
	r->part_count = p->count;
	r->part_size = p->part_size;
	return prove_object_record(u->object, u->run, r, e);
}

int
prove_parts_upload(struct prove_object *o, struct run *run, struct err *e)
{
	static const struct parts_hooks hooks = { .intend = note_nothing,
	    .begun = note_begun, .landed = note_landed,
	    .completing = note_nothing, .ended = note_ended };
	const struct facts *facts = run->history.facts;
	struct client *c = &run->session->client;
	struct upload_in_parts u = { o, run };
	struct parts p = { .client = c, .file = &o->file,
	    .key = span_of(o->key), .part_size = PROVE_PARTS_SIZE,
	    .hooks = &hooks, .context = &u,
	    .how = facts->get_if_match ? PARTS_RANGES : PARTS_REHASH,
	    .delete_if_match = facts->delete_if_match };
	struct prove_object_result r = { .before = c->counts,
	    .part_count = FORM_NONE, .part_size = FORM_NONE,
	    .proof = facts->get_if_match ? "ranges" : "rehash",
	    .started_at = run->app->clock->wall_s(run->app->clock) };
	int rc = send_parts(&u, &p, &r, e);

	parts_close(&p);
	return rc;
}
