/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>
#include <string.h>

#include "hex.h"

#include "parts_internal.h"
#include "parts_stream.h"

#define LOOK_MS 100		/* so often workers are heard */

/* --- The input ------------------------------------------------------------ */

/* While the input is waited for, workers are heard; -1: in vain. */
static int
wait_for_input(struct parts_stream *s, struct err *e)
{
	struct parts *p = &s->parts;
	int rc = 1;

	while (parts_hands_busy(&s->hands) &&
	    (rc = s->source->wait(s, LOOK_MS, e)) == 0) {
		parts_hands_look(&s->hands);
		if (p->why.code != ERR_NONE && !p->may_pass) {
			*e = p->why;
			return -1;
		}
	}
	return rc < 0 ? -1 : 0;
}

/* Is there one more byte?  1, 0, -1. */
static int
more(struct parts_stream *s, struct err *e)
{
	ssize_t n;

	if (s->at < s->have)
		return 1;
	if (wait_for_input(s, e) != 0)
		return -1;
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

/* The part that s->parts.size is in: into a spool, or what is left. */
static int
fill(struct parts_stream *s, struct parts_spool *spool, unsigned number,
    uint8_t digest[SHA256_LEN], struct err *e)
{
	int64_t left = parts_offset(&s->parts, number + 1) - s->parts.size;
	const uint8_t *p;
	int rc = 1;

	if (left > s->reach - s->parts.size)
		left = s->reach - s->parts.size;
	if (file_tmp_restart(spool->tmp, e) != 0)
		return -1;
	sha256_restart(&s->of_part);
	while (left > 0 && (rc = more(s, e)) == 1) {
		size_t some = take(s, &s->of_part, &p, left);

		left -= (int64_t)some;
		if (file_tmp_write(spool->tmp, p, some, e) != 0)
			return -1;
	}
	sha256_final(&s->of_part, digest);
	if (rc < 0)
		return -1;
	spool->file = file_tmp_reader(spool->tmp);
	spool->number = number;
	return file_identity(&spool->file, &spool->file.id, e);
}

/* All of it was read. */
static int
end(struct parts_stream *s, struct err *e)
{
	sha256_final(&s->of_all, s->parts.object_id);
	hex_encode(s->parts.hex, s->parts.object_id, SHA256_LEN);
	/* A spool that was emptied is not a file that changed. */
	return file_identity(s->parts.file, &s->parts.file->id, e) == 0 ?
	    s->source->ended(s, e) : -1;
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
	struct upload u = { .client = p->client, .file = &s->spool[0].file,
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

static struct parts_spool *
spool_of(struct parts_stream *s, unsigned number)
{
	unsigned i = 0;

	while (i < s->nspools && s->spool[i].number != number)
		i++;
	BUG_ON(i == s->nspools);
	return &s->spool[i];
}

static struct parts_stream *
of_hands(struct parts_hands *h)
{
	return (struct parts_stream *)((char *)h -
	    offsetof(struct parts_stream, hands));
}

static void
find(struct parts_hands *h, struct task *task)
{
	struct parts_spool *spool = spool_of(of_hands(h), task->number);

	task->file = &spool->file;
	task->id = spool->file.id;
	task->path = spool->path;
	task->offset = 0;
}

static void
landed(struct parts_hands *h, unsigned number)
{
	struct parts_spool *spool = spool_of(of_hands(h), number);
	struct err ignored = {0};

	spool->number = 0;
	/* For the next one, and others on the disk. */
	file_tmp_restart(spool->tmp, &ignored);
}

/* For part number, if there is room for it; or NULL. */
static struct parts_spool *
free_spool(struct parts_stream *s, unsigned number)
{
	int64_t room = s->room - (parts_offset(&s->parts, number + 1) -
	    parts_offset(&s->parts, number));
	struct parts_spool *found = NULL;
	unsigned full = 0;

	for (unsigned i = 0; i < s->nspools; i++) {
		if (s->spool[i].number == 0) {
			found = &s->spool[i];
		} else {
			full++;
			room -= s->spool[i].file.id.size;
		}
	}
	return full == 0 || room >= 0 ? found : NULL;
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

/* Part n into a spool: 1; 0: the input has ended; -1. */
static int
read_part(struct parts_stream *s, struct parts_spool *spool, unsigned n,
    struct err *e)
{
	struct parts *p = &s->parts;
	int rc = more(s, e);

	if (rc != 1)
		return rc;
	if (p->size == s->reach)
		return too_long(s, e);
	if (fill(s, spool, n, p->part[n - 1].digest, e) != 0)
		return -1;
	p->count = n;
	return 1;
}

/* Each part behind the first, until the input ends and all have landed. */
static int
send_all(struct parts_stream *s, struct err *e)
{
	struct parts *p = &s->parts;
	struct parts_spool *spool;
	int rc = 1;

	do {
		parts_hands_out(&s->hands);
		while (rc == 1 && goes_on(s) &&
		    (spool = free_spool(s, p->count + 1)) != NULL) {
			rc = read_part(s, spool, p->count + 1, e);
			parts_hands_out(&s->hands);
		}
	} while (rc >= 0 && parts_hands_wait(&s->hands));
	BUG_ON(rc == 1 && goes_on(s));
	if (rc < 0)
		return -1;
	return goes_on(s) ? end(s, e) : 0;
}

/* first: the digest of the first part, which has been read. */
static int
send_parts(struct parts_stream *s, const uint8_t first[SHA256_LEN],
    struct err *e)
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
	p->count = 1;
	memcpy(p->part[0].digest, first, SHA256_LEN);
	s->stored = true;
	return send_all(s, e);
}

/* --- All of it ------------------------------------------------------------ */

static int
run(struct parts_stream *s, struct err *e)
{
	uint8_t first[SHA256_LEN];
	int rc;

	if (fill(s, &s->spool[0], 1, first, e) != 0)
		return -1;
	rc = more(s, e);
	if (rc < 0)
		return -1;
	return rc == 1 ? send_parts(s, first, e) : send_whole(s, e);
}

int
parts_stream_run(struct parts_stream *s, struct err *e)
{
	struct parts *p = &s->parts;
	struct err why = {0};

	p->file = &s->spool[0].file;
	s->hands.parts = p;
	s->hands.pool = s->pool;
	s->hands.find = find;
	s->hands.landed = landed;
	p->part_size = parts_offset(p, 2);
	p->verdict = PROOF_EQUAL;
	p->outcome = UPLOAD_FAILED;
	sha256_init(&s->of_all);
	sha256_init(&s->of_part);
	if (run(s, &why) != 0 && p->why.code == ERR_NONE)
		p->why = why;
	p->may_pass = false;
	p->open = false;
	parts_advance(p);
	parts_hands_finish(&s->hands);
	return parts_conclude(p, e);
}

void
parts_stream_close(struct parts_stream *s)
{
	parts_close(&s->parts);
}
