/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "file_part.h"
#include "multipart.h"
#include "part_send.h"
#include "proof_ranges.h"

#include "task.h"

/* --- Doing ---------------------------------------------------------------- */

static void
do_whole(const struct task *t, struct client *c, struct file *file,
    struct task_result *r)
{
	struct upload u = { .client = c, .file = file, .key = t->key,
	    .digest = t->digest, .known = t->known, .seen = t->seen,
	    .force = t->force, .put_if_none_match = t->put_if_none_match,
	    .delete_if_match = t->delete_if_match,
	    .versioned = t->versioned };

	upload_run(&u, &r->why);
	r->outcome = u.outcome;
	r->object = u.object;
	r->wrong = u.wrong;
	r->deleted = u.deleted;
	r->left = u.left;
	r->stored = u.stored;
	r->attempts = u.attempts;
	r->bytes_verified = u.bytes_verified;
}

static void
do_part(const struct task *t, struct client *c, const struct file *file,
    struct task_result *r)
{
	struct part_send s = { .client = c, .file = file, .key = t->key,
	    .upload_id = t->upload_id, .number = t->number,
	    .offset = t->offset, .size = t->size, .digest = t->digest,
	    .again = t->again };

	if (!file_same_identity(&file->id, &t->id)) {
		err_set(&r->why, ERR_LOCAL_BYTES_CHANGED,
		    "the file changed while it was sent");
		return;
	}
	part_send(&s, &r->why);
	r->attempts = s.attempts;
	r->lost = s.lost;
	memcpy(r->etag, s.etag, sizeof(r->etag));
}

static void
do_range(const struct task *t, struct client *c, struct task_result *r)
{
	struct object_part part = { .key = t->key, .of = &r->object,
	    .offset = t->offset, .size = t->size };

	r->object = *t->of;
	r->verdict = proof_ranges_part(c, &part, t->digest,
	    &r->bytes_verified, &r->why);
}

static void
do_read(const struct task *t, struct client *c, struct task_result *r)
{
	struct proof p = { .client = c, .key = t->key, .digest = t->digest };

	r->object = *t->of;
	r->verdict = proof_rehash(&p, &r->object, &r->why);
	r->bytes_verified = p.bytes;
}

/* Bytes on their way to their place in a file. */
struct fetch_sink {
	struct object_sink sink;
	struct sha256 hash;
	struct file file;
	int64_t at;
};

static int
fetch_write(struct object_sink *sink, const void *p, size_t n, struct err *e)
{
	struct fetch_sink *f = (struct fetch_sink *)sink;

	if (file_write_at(&f->file, p, n, f->at, e) != 0)
		return -1;
	sha256_update(&f->hash, p, n);
	f->at += (int64_t)n;
	return 0;
}

static void
do_fetch(const struct task *t, struct client *c, struct task_result *r)
{
	struct object_part part = { .key = t->key, .of = &r->object,
	    .offset = t->offset, .size = t->size };
	struct fetch_sink f = { .sink = { fetch_write, NULL },
	    .at = t->offset };

	r->object = *t->of;
	if (file_part_join(&f.file, t->path, &t->id, &r->why) != 0)
		return;
	sha256_init(&f.hash);
	if (object_fetch_part(c, &part, &f.sink, &r->why) != 0)
		r->unranged = c->http.status == 200;
	r->bytes_verified = f.at - t->offset;
	sha256_final(&f.hash, r->digest);
	file_close(&f.file);
}

void
task_do(const struct task *t, struct client *c, struct task_result *r)
{
	struct file opened = {0}, file = {0};

	*r = (struct task_result){ .outcome = UPLOAD_FAILED,
	    .verdict = PROOF_UNTOLD };
	switch (t->kind) {
	case TASK_RANGE:
		do_range(t, c, r);
		return;
	case TASK_FETCH:
		do_fetch(t, c, r);
		return;
	case TASK_READ:
		do_read(t, c, r);
		return;
	case TASK_LOOK:
		object_look(c, t->key, &r->object, &r->why);
		return;
	default:
		break;
	}
	if (t->file == NULL &&
	    file_open(&opened, t->path, 0, &r->why) != 0)
		return;
	file = t->file != NULL ? *t->file : opened;
	if (t->kind == TASK_WHOLE)
		do_whole(t, c, &file, r);
	else
		do_part(t, c, &file, r);
	file_close(&opened);
}

/* --- Telling -------------------------------------------------------------- */

static void
put_object(struct packet *p, const struct object *o)
{
	packet_put_int(p, o->exists);
	packet_put_int(p, o->size);
	packet_put_text(p, span_of(o->etag));
	packet_put_text(p, span_of(o->version_id));
}

static void
take_object(struct packet *p, struct object *o)
{
	o->exists = packet_take_within(p, 0, 1) != 0;
	o->size = packet_take_within(p, -1, INT64_MAX);
	packet_take_string(p, o->etag, sizeof(o->etag));
	packet_take_string(p, o->version_id, sizeof(o->version_id));
}

static void
put_optional(struct packet *p, const struct object *o)
{
	packet_put_int(p, o != NULL);
	if (o != NULL)
		put_object(p, o);
}

static const struct object *
take_optional(struct packet *p, struct object *o)
{
	if (packet_take_within(p, 0, 1) == 0)
		return NULL;
	take_object(p, o);
	return o;
}

static bool
take_bool(struct packet *p)
{
	return packet_take_within(p, 0, 1) != 0;
}

static void
put_id(struct packet *p, const struct file_id *id)
{
	packet_put_int(p, (int64_t)id->inode);
	packet_put_int(p, id->size);
	packet_put_int(p, id->mtime_s);
	packet_put_int(p, id->mtime_ns);
	packet_put_int(p, id->ctime_s);
	packet_put_int(p, id->ctime_ns);
}

static void
take_id(struct packet *p, struct file_id *id)
{
	id->inode = (uint64_t)packet_take_int(p);
	id->size = packet_take_within(p, 0, INT64_MAX);
	id->mtime_s = packet_take_int(p);
	id->mtime_ns = (int32_t)packet_take_within(p, 0, 999999999);
	id->ctime_s = packet_take_int(p);
	id->ctime_ns = (int32_t)packet_take_within(p, 0, 999999999);
}

/* Does such a task need a generation, bytes of one, a file? */
static const struct needs {
	bool of, range, file;
} needs[TASK_KIND__COUNT] = {
	[TASK_WHOLE] = { .file = true },
	[TASK_PART] = { .file = true },
	[TASK_RANGE] = { .of = true, .range = true },
	[TASK_FETCH] = { .of = true, .range = true, .file = true },
	[TASK_READ] = { .of = true }
};

static void
put_digest(struct packet *p, const uint8_t digest[SHA256_LEN])
{
	packet_put_text(p, (struct span){ (const char *)digest, SHA256_LEN });
}

static void
take_digest(struct packet *p, uint8_t digest[SHA256_LEN])
{
	struct span s = packet_take_text(p);

	if (s.len == SHA256_LEN)
		memcpy(digest, s.p, SHA256_LEN);
	else
		p->bad = true;
}

void
task_put(struct packet *p, const struct task *t)
{
	static const uint8_t none[SHA256_LEN];

	packet_put_int(p, (int64_t)t->kind);
	packet_put_text(p, t->key);
	put_digest(p, t->digest != NULL ? t->digest : none);
	packet_put_int(p, t->offset);
	packet_put_int(p, t->size);
	if (needs[t->kind].of)
		put_object(p, t->of);
	if (!needs[t->kind].file)
		return;
	packet_put_text(p, span_of(t->path));
	if (t->kind != TASK_WHOLE)
		put_id(p, &t->id);
	if (t->kind == TASK_FETCH)
		return;
	if (t->kind == TASK_PART) {
		packet_put_text(p, span_of(t->upload_id));
		packet_put_int(p, t->number);
		return;
	}
	put_optional(p, t->known);
	put_optional(p, t->seen);
	packet_put_int(p, t->force);
	packet_put_int(p, t->put_if_none_match);
	packet_put_int(p, t->delete_if_match);
	packet_put_int(p, t->versioned);
}

static void
take_file(struct packet *p, struct task *t, struct task_memory *m)
{
	packet_take_string(p, m->path, sizeof(m->path));
	t->path = m->path;
	if (t->kind != TASK_WHOLE)
		take_id(p, &t->id);
	if (t->kind == TASK_FETCH)
		return;
	if (t->kind == TASK_PART) {
		packet_take_string(p, m->upload_id, sizeof(m->upload_id));
		t->upload_id = m->upload_id;
		t->number = (unsigned)packet_take_within(p, 1,
		    MULTIPART_PARTS_MAX);
		return;
	}
	t->known = take_optional(p, &m->known);
	t->seen = take_optional(p, &m->seen);
	t->force = take_bool(p);
	t->put_if_none_match = take_bool(p);
	t->delete_if_match = take_bool(p);
	t->versioned = take_bool(p);
}

int
task_take(struct packet *p, struct task *t, struct task_memory *m,
    struct err *e)
{
	*t = (struct task){ .kind = (enum task_kind)packet_take_within(p, 0,
	    TASK_KIND__COUNT - 1) };
	t->key = packet_take_text(p);
	take_digest(p, m->digest);
	t->digest = m->digest;
	t->offset = packet_take_within(p, 0, INT64_MAX);
	t->size = packet_take_within(p, 0, INT64_MAX);
	if (needs[t->kind].of) {
		take_object(p, &m->of);
		t->of = &m->of;
	}
	if (needs[t->kind].range)
		p->bad |= t->size == 0 || !object_is_named(&m->of) ||
		    t->offset > m->of.size - t->size;
	if (needs[t->kind].file)
		take_file(p, t, m);
	return packet_end(p, e);
}

void
task_put_err(struct packet *p, const struct err *e)
{
	packet_put_int(p, (int64_t)e->code);
	packet_put_int(p, e->sys);
	packet_put_int(p, e->status);
	packet_put_int(p, e->retry_after_s);
	packet_put_text(p, span_of(e->msg));
	packet_put_text(p, span_of(e->advice));
}

void
task_take_err(struct packet *p, struct err *e)
{
	e->code = (enum err_code)packet_take_within(p, 0, ERR__COUNT - 1);
	e->sys = (int)packet_take_within(p, 0, INT32_MAX);
	e->status = (int)packet_take_within(p, 0, 999);
	e->retry_after_s = (int)packet_take_within(p, 0, INT32_MAX);
	packet_take_string(p, e->msg, sizeof(e->msg));
	packet_take_string(p, e->advice, sizeof(e->advice));
}

void
task_put_result(struct packet *p, const struct task_result *r)
{
	task_put_err(p, &r->why);
	packet_put_int(p, r->attempts);
	packet_put_int(p, r->bytes_verified);
	put_digest(p, r->digest);
	packet_put_int(p, (int64_t)r->outcome);
	put_object(p, &r->object);
	put_object(p, &r->wrong);
	packet_put_int(p, r->deleted);
	packet_put_int(p, r->left);
	packet_put_int(p, r->stored);
	packet_put_text(p, span_of(r->etag));
	packet_put_int(p, r->lost);
	packet_put_int(p, (int64_t)r->verdict);
	packet_put_int(p, r->unranged);
}

int
task_take_result(struct packet *p, struct task_result *r, struct err *e)
{
	*r = (struct task_result){ .outcome = UPLOAD_FAILED };
	task_take_err(p, &r->why);
	r->attempts = (unsigned)packet_take_within(p, 0, INT32_MAX);
	r->bytes_verified = packet_take_within(p, 0, INT64_MAX);
	take_digest(p, r->digest);
	r->outcome = (enum upload_outcome)packet_take_within(p, UPLOAD_FAILED,
	    UPLOAD_CURRENT);
	take_object(p, &r->object);
	take_object(p, &r->wrong);
	r->deleted = take_bool(p);
	r->left = take_bool(p);
	r->stored = take_bool(p);
	packet_take_string(p, r->etag, sizeof(r->etag));
	r->lost = take_bool(p);
	r->verdict = (enum proof_verdict)packet_take_within(p, PROOF_UNTOLD,
	    PROOF_EQUAL);
	r->unranged = take_bool(p);
	return packet_end(p, e);
}
