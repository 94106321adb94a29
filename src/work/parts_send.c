/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hash.h"
#include "hex.h"

#include "parts_internal.h"

/* What became of something sent to the upload at hand. */
enum step {
	STEP_FAILED = -1,	/* see err */
	STEP_DONE,
	STEP_LOST,		/* the store knows the upload no more */
	STEP_AGAIN
};

/* --- Parts ---------------------------------------------------------------- */

/* A part of the file as a body. */
struct part_body {
	struct client_body body;
	const struct file *file;
	int64_t start, at;
};

static ssize_t
body_read(struct http_source *s, void *p, size_t n, struct err *e)
{
	struct part_body *b = (struct part_body *)s;
	int64_t left = b->start + s->size - b->at;
	ssize_t got;

	if ((int64_t)n > left)
		n = (size_t)left;
	got = file_read_at(b->file, p, n, b->at, e);
	if (got < 0)
		return -1;
	/* The last block stays until the file is known not to have changed. */
	if (got == 0 || (got == left && !hash_still_holds(b->file)))
		return err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file changed while it was sent");
	b->at += got;
	return got;
}

static int
body_rewind(struct client_body *body, struct err *e)
{
	struct part_body *b = (struct part_body *)body;

	(void)e;
	b->at = b->start;
	return 0;
}

/* The store says that the bytes are not those of the digest: is it so? */
static enum step
judge_digest(struct parts *p, unsigned number, bool *refused, struct err *e)
{
	uint8_t now[SHA256_LEN];

	if (hash_file_range(p->file, parts_offset(p, number),
	    parts_length(p, number), now, e) != 0)
		return STEP_FAILED;
	if (memcmp(now, parts_digest(p, number), SHA256_LEN) != 0)
		return err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file is no longer the object");
	if (*refused)
		return STEP_FAILED;
	*refused = true;
	err_clear(e);
	return STEP_AGAIN;
}

/* A part was not taken.  Sending it again does no harm, whatever happened. */
static enum step
judge_part(struct parts *p, unsigned failures, struct err *e)
{
	struct client *c = p->client;
	struct err ignored = {0};

	if (c->answered && c->refusal.class == S3ERR_NO_UPLOAD)
		return STEP_LOST;
	if (c->answered && c->refusal.class == S3ERR_CLOCK &&
	    client_check_clock(c, &ignored) == 0)
		err_advise(e, "the signature grew old while a part was sent: "
		    "make --multipart-part-size smaller");
	return parts_again(p, failures, e) ? STEP_AGAIN : STEP_FAILED;
}

static enum step
send_part(struct parts *p, unsigned number, struct err *e)
{
	struct multipart up = { p->key, p->upload_id };
	char hex[SHA256_HEX_LEN + 1], etag[ETAG_MAX + 1];
	struct part_body b = { .body = { .source = { parts_length(p, number),
	    body_read }, .rewind = body_rewind }, .file = p->file,
	    .start = parts_offset(p, number) };
	struct multipart_part part = { number, &b.body, hex };
	enum step step = STEP_AGAIN;
	unsigned failures = 0;
	bool refused = false;

	hex_encode(hex, parts_digest(p, number), SHA256_LEN);
	while (step == STEP_AGAIN) {
		p->attempts++;
		if (multipart_send(p->client, &up, &part, etag, e) == 0)
			break;
		step = p->client->answered &&
		    p->client->refusal.class == S3ERR_DIGEST_REFUSED ?
		    judge_digest(p, number, &refused, e) :
		    judge_part(p, ++failures, e);
	}
	if (step == STEP_FAILED)
		err_ctx(e, "part %u", number);
	if (step != STEP_AGAIN)
		return step;
	parts_remember(p, number, etag);
	p->landed++;
	p->bytes_sent += part.body->source.size;
	return p->hooks->landed(p, number, e) == 0 ? STEP_DONE : STEP_FAILED;
}

static enum step
send_parts(struct parts *p, struct err *e)
{
	enum step step = STEP_DONE;

	for (unsigned n = 1; n <= p->count && step == STEP_DONE; n++)
		if (parts_etag(p, n)[0] == '\0')
			step = send_part(p, n, e);
	return step;
}

/* --- Complete ------------------------------------------------------------- */

struct tag_list {
	struct multipart_tags tags;
	const struct parts *parts;
};

static const char *
tag_of(const struct multipart_tags *t, unsigned number)
{
	return parts_etag(((const struct tag_list *)t)->parts, number);
}

/* HEAD: is anything there but what a forced run replaces?  1, 0, -1. */
static int
look(struct parts *p, struct object *seen, struct err *e)
{
	if (object_look(p->client, p->key, seen, e) != 0)
		return -1;
	if (seen->exists && p->over.exists &&
	    object_same_generation(&p->over, seen))
		seen->exists = false;
	return seen->exists;
}

/*
 * A Complete failed with *e and may have been done: after the pause that it
 * takes to be sent again, what is there?
 */
static enum step
look_after(struct parts *p, unsigned failures, struct object *seen,
    struct err *e)
{
	bool answered = p->client->answered;
	bool lost = answered && p->client->refusal.class == S3ERR_NO_UPLOAD;
	struct err why = *e;
	bool may;
	int found;

	may = parts_again(p, failures, e);
	if (e->code == ERR_INTERRUPTED)
		return STEP_FAILED;
	err_clear(e);
	found = look(p, seen, e);
	if (found != 0)
		return found < 0 ? STEP_FAILED : STEP_DONE;
	if (lost)
		return STEP_LOST;
	/* Without an answer once more is enough: a third would be as deaf. */
	if (may && (answered || failures < 2))
		return STEP_AGAIN;
	if (answered)
		*e = why;
	else
		err_set(e, ERR_INDETERMINATE,
		    "the store did not tell whether it completed the upload");
	return STEP_FAILED;
}

/* Complete was refused, or something was there first. */
static enum step
judge_complete(struct parts *p, bool *only_new, unsigned failures,
    struct object *seen, struct err *e)
{
	const struct client *c = p->client;
	int found;

	if (c->answered && c->refusal.class == S3ERR_NOT_IMPLEMENTED &&
	    *only_new) {
		/* It knows no such condition: look, and do without. */
		*only_new = false;
		err_clear(e);
		found = look(p, seen, e);
		return found < 0 ? STEP_FAILED : found ? STEP_DONE :
		    STEP_AGAIN;
	}
	if (c->answered && c->refusal.class == S3ERR_EXISTS) {
		err_clear(e);
		found = look(p, seen, e);
		if (found == 0)
			err_set(e, ERR_INDETERMINATE, "the store says that "
			    "the key exists, and shows nothing there");
		return found > 0 ? STEP_DONE : STEP_FAILED;
	}
	if (err_is_transient(e->code) || e->code == ERR_INDETERMINATE) {
		p->doubtful = true;
		return look_after(p, failures, seen, e);
	}
	/* A signal while it was under way leaves the same doubt. */
	p->doubtful |= e->code == ERR_INTERRUPTED;
	return STEP_FAILED;
}

static enum step
complete(struct parts *p, struct object *told, struct object *seen,
    struct err *e)
{
	struct multipart up = { p->key, p->upload_id };
	struct tag_list list = { { p->count, tag_of }, p };
	bool only_new = p->complete_if_none_match && !p->over.exists;
	enum step step = STEP_AGAIN;
	unsigned failures = 0;
	int found;

	if (!hash_still_holds(p->file)) {
		err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file changed while it was sent");
		return STEP_FAILED;
	}
	if (!only_new && (found = look(p, seen, e)) != 0)
		return found < 0 ? STEP_FAILED : STEP_DONE;
	if (!p->completing && p->hooks->completing(p, e) != 0)
		return STEP_FAILED;
	p->completing = true;
	while (step == STEP_AGAIN) {
		if (multipart_complete(p->client, &up, &list.tags, only_new,
		    told, e) == 0)
			return STEP_DONE;
		step = judge_complete(p, &only_new, ++failures, seen, e);
	}
	return step;
}

/* --- Both ----------------------------------------------------------------- */

/*
 * An upload can be lost: it expired, somebody ended it, or it was completed
 * and the object removed.  Then all of it is sent again, once.
 */
static int
renew(struct parts *p, struct err *e)
{
	if (parts_finish(p, PARTS_GONE, e) != 0)
		return -1;
	if (p->renewed)
		return err_set(e, ERR_INDETERMINATE,
		    "the store lost the upload twice");
	p->renewed = true;
	parts_forget(p);
	err_clear(e);
	return 0;
}

int
parts_send(struct parts *p, struct object *told, struct object *seen,
    struct err *e)
{
	enum step step;

	do {
		told->exists = seen->exists = false;
		if (parts_begin(p, e) != 0)
			return -1;
		step = p->completing ? STEP_DONE : send_parts(p, e);
		if (step == STEP_DONE)
			step = complete(p, told, seen, e);
		if (step == STEP_LOST && renew(p, e) != 0)
			return -1;
	} while (step == STEP_LOST);
	return step == STEP_DONE ? 0 : -1;
}
