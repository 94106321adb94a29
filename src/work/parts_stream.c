/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"
#include "task.h"

#include "parts_internal.h"
#include "parts_stream.h"

/* --- The input ------------------------------------------------------------ */

/* Is there one more byte?  1, 0, -1. */
static int
more(struct parts_stream *s, struct err *e)
{
	ssize_t n;

	if (s->at < s->have)
		return 1;
	n = s->source->read(s, s->block, sizeof(s->block), e);
	if (n <= 0)
		return (int)n;
	s->at = 0;
	s->have = (size_t)n;
	return 1;
}

/* Take up to n bytes of the block; part: the hash of a part, too, or NULL. */
static size_t
take(struct parts_stream *s, struct sha256 *part, const uint8_t **p, int64_t n)
{
	size_t some = s->have - s->at;

	if ((int64_t)some > n)
		some = (size_t)n;
	*p = s->block + s->at;
	s->at += some;
	s->parts.size += (int64_t)some;
	if (part != NULL)
		sha256_update_both(&s->of_all, part, *p, some);
	else
		sha256_update(&s->of_all, *p, some);
	return some;
}

/* The spool as the file that parts are sent from. */
static int
reopen(struct parts_stream *s, struct err *e)
{
	s->file = file_tmp_reader(s->spool);
	return file_identity(&s->file, &s->file.id, e);
}

/* Part number into the spool, or what is left of the input. */
static int
fill(struct parts_stream *s, unsigned number, struct err *e)
{
	int64_t left = parts_offset(&s->parts, number + 1) - s->parts.size;
	const uint8_t *p;
	int rc = 1;

	if (left > s->reach - s->parts.size)
		left = s->reach - s->parts.size;
	if (file_tmp_restart(s->spool, e) != 0)
		return -1;
	sha256_restart(&s->of_part);
	while (left > 0 && (rc = more(s, e)) == 1) {
		size_t some = take(s, &s->of_part, &p, left);

		left -= (int64_t)some;
		if (file_tmp_write(s->spool, p, some, e) != 0)
			return -1;
	}
	sha256_final(&s->of_part, s->digest);
	return rc < 0 ? -1 : reopen(s, e);
}

/* All of it was read. */
static int
end(struct parts_stream *s, struct err *e)
{
	sha256_final(&s->of_all, s->parts.object_id);
	hex_encode(s->parts.hex, s->parts.object_id, SHA256_LEN);
	return s->source->ended(s, e);
}

/* --- One PUT -------------------------------------------------------------- */


static void
enter(struct upload *u, enum upload_phase phase)
{
	parts_enter(u->context, phase);
}

static int
send_whole(struct parts_stream *s, struct err *e)
{
	struct parts *p = &s->parts;
	struct upload u = { .client = p->client, .file = &s->file,
	    .key = p->key, .phase = enter, .context = p,
	    .digest = p->object_id,
	    .put_if_none_match = s->put_if_none_match,
	    .delete_if_match = p->delete_if_match,
	    .versioned = p->versioned };
	int rc;

	s->whole = true;
	if (end(s, e) != 0)
		return -1;
	rc = upload_run(&u, e);
	s->stored = u.stored;
	p->outcome = u.outcome;
	p->object = u.object;
	p->wrong = u.wrong;
	p->deleted = u.deleted;
	p->left = u.left;
	p->attempts = u.attempts;
	p->bytes_verified = u.bytes_verified;
	return rc;
}

/* --- What is there already ------------------------------------------------ */

static int
compare(struct parts_stream *s, const struct object *there, struct err *e)
{
	const uint8_t *p;
	int rc;

	s->whole = true;
	while ((rc = more(s, e)) == 1)
		take(s, NULL, &p, INT64_MAX);
	if (rc < 0 || end(s, e) != 0)
		return -1;
	/* One part, so to speak: it is read as a whole. */
	s->parts.count = 1;
	s->parts.outcome = UPLOAD_REMOTE_SAME;
	return parts_prove_existing(&s->parts, there, e);
}

/* --- Parts ---------------------------------------------------------------- */

/* Send the part in the spool.  What became of it is in parts.why and lost. */
static void
send(struct parts_stream *s, unsigned number)
{
	struct parts *p = &s->parts;
	struct task_result r;
	struct task task;

	p->count = number;
	memcpy(p->part[number - 1].digest, s->digest, SHA256_LEN);
	if (!parts_next(p, &task))
		return;
	task.offset = 0;		/* in the spool */
	task_do(&task, p->client, &r);
	parts_take(p, &task, &r);
}

static bool
goes_on(const struct parts_stream *s)
{
	return s->parts.why.code == ERR_NONE && !s->parts.lost;
}

static int
too_long(const struct parts_stream *s, struct err *e)
{
	err_set(e, ERR_PLAN_UNFIT, "the input is longer than the %lld bytes "
	    "that its parts reach", (long long)s->reach);
	return err_advise(e, "say how long it is by --expect-size");
}

/* Each part, until the input ends. */
static int
send_all(struct parts_stream *s, struct err *e)
{
	int rc = 1;

	for (unsigned n = 1; rc == 1; n++) {
		if (n > 1 && fill(s, n, e) != 0)
			return -1;
		send(s, n);
		if (!goes_on(s))
			return 0;
		rc = more(s, e);
		if (rc == 1 && s->parts.size == s->reach)
			return too_long(s, e);
	}
	return rc < 0 ? -1 : end(s, e);
}

static int
send_parts(struct parts_stream *s, struct err *e)
{
	struct parts *p = &s->parts;
	struct object there;

	if (p->size == s->reach)
		return too_long(s, e);
	parts_enter(p, UPLOAD_LOOK);
	if (object_look(p->client, p->key, &there, e) != 0 ||
	    client_check_clock(p->client, e) != 0)
		return -1;
	if (there.exists)
		return compare(s, &there, e);
	parts_enter(p, UPLOAD_SEND);
	if (parts_make_room(p, s->parts_max, e) != 0)
		return -1;
	p->open = true;
	if (parts_send_begin(p, e) != 0)
		return -1;
	s->stored = true;
	return send_all(s, e);
}

/* --- All of it ------------------------------------------------------------ */

static int
run(struct parts_stream *s, struct err *e)
{
	int rc;

	if (fill(s, 1, e) != 0)
		return -1;
	rc = more(s, e);
	if (rc < 0)
		return -1;
	return rc == 1 ? send_parts(s, e) : send_whole(s, e);
}

int
parts_stream_run(struct parts_stream *s, struct err *e)
{
	struct parts *p = &s->parts;
	struct err why = {0};

	p->file = &s->file;
	p->part_size = parts_offset(p, 2);
	p->verdict = PROOF_EQUAL;
	p->outcome = UPLOAD_FAILED;
	sha256_init(&s->of_all);
	sha256_init(&s->of_part);
	if (run(s, &why) != 0 && p->why.code == ERR_NONE)
		p->why = why;
	p->open = false;
	parts_advance(p);
	parts_work(p);
	return parts_conclude(p, e);
}

void
parts_stream_close(struct parts_stream *s)
{
	parts_close(&s->parts);
}
