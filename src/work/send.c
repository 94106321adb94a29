/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hash.h"
#include "hex.h"

#include "send.h"

/* The file as the body of a PUT. */
struct file_body {
	struct client_body body;
	const struct send *send;
	int64_t offset;
	struct sha256 h;	/* where the file was not hashed before */
};

static struct file_body *
of_source(struct http_source *s)
{
	return (struct file_body *)s;
}

/* Everything was read: is it what is to be stored? */
static bool
is_object(struct file_body *b)
{
	uint8_t digest[SHA256_LEN];

	if (!hash_still_holds(b->send->file))
		return false;
	if (!b->send->unhashed)
		return true;
	sha256_final(&b->h, digest);
	return memcmp(digest, b->send->digest, SHA256_LEN) == 0;
}

static ssize_t
body_read(struct http_source *s, void *p, size_t n, struct err *e)
{
	struct file_body *b = of_source(s);
	ssize_t got = file_read_at(b->send->file, p, n, b->offset, e);

	if (got < 0)
		return -1;
	if (b->send->unhashed)
		sha256_update(&b->h, p, (size_t)got);
	if (got == 0 || (b->offset + got >= s->size && !is_object(b)))
		return err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file changed while it was sent");
	b->offset += got;
	return got;
}

static int
body_rewind(struct client_body *body, struct err *e)
{
	struct file_body *b = of_source(&body->source);

	(void)e;
	b->offset = 0;
	if (b->send->unhashed)
		sha256_restart(&b->h);
	return 0;
}

/* After a PUT that did not end in 200. */
enum verdict {
	SEND_FAILED,		/* for good: e says why */
	SEND_LOOK,		/* it may have been done: look */
	SEND_AGAIN		/* it was not done, and nothing is wrong */
};

/*
 * The store says that the bytes are not those of the digest.  Once may be the
 * line; the file itself is asked first.
 */
static enum verdict
judge_digest(struct send *s, bool *refused, struct err *e)
{
	uint8_t now[SHA256_LEN];

	if (hash_file(s->file, now, e) != 0)
		return SEND_FAILED;
	if (memcmp(now, s->digest, SHA256_LEN) != 0) {
		err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file is no longer the object");
		return SEND_FAILED;
	}
	if (*refused)
		return SEND_FAILED;
	*refused = true;
	return SEND_AGAIN;
}

static enum verdict
judge_put(struct send *s, bool *digest_refused, struct err *e)
{
	const struct client *c = s->client;

	if (!c->answered)
		return err_is_transient(e->code) ||
		    e->code == ERR_INDETERMINATE ? SEND_LOOK : SEND_FAILED;
	switch (c->refusal.class) {
	case S3ERR_NOT_IMPLEMENTED:
		/* Some stores know no conditional PUT: do without. */
		if (!s->conditional)
			return SEND_FAILED;
		s->conditional = false;
		return SEND_AGAIN;
	case S3ERR_DIGEST_REFUSED:
		return judge_digest(s, digest_refused, e);
	case S3ERR_EXISTS:
	case S3ERR_UNCLEAR:
		return SEND_LOOK;
	default:
		return err_is_transient(e->code) ? SEND_LOOK : SEND_FAILED;
	}
}

/*
 * HEAD: is anything there that a PUT of ours may have stored, or that must
 * not be written over?  1, 0, -1.
 */
static int
look(struct send *s, struct err *e)
{
	struct object now;

	if (object_look(s->client, s->key, &now, e) != 0)
		return -1;
	s->looked = true;
	if (!now.exists || (s->over != NULL &&
	    object_same_generation(s->over, &now)))
		return 0;
	s->seen = now;
	return 1;
}

/*
 * A PUT failed with *e, and may have been done: after the pause that it takes
 * to be sent again, what is there?  1: something; 0: send it again; -1.
 */
static int
look_after(struct send *s, unsigned failures, struct err *e)
{
	struct err why = *e;
	bool again = client_again(s->client, failures, e);
	int found;

	if (e->code == ERR_INTERRUPTED || e->code == ERR_SUSPENDED)
		return -1;
	err_clear(e);
	found = look(s, e);
	if (found != 0 || again)
		return found;
	if (why.status == 412)
		return err_set(e, ERR_INDETERMINATE, "the store says that "
		    "the key exists, and shows nothing there");
	*e = why;
	return -1;
}

int
send_file(struct send *s, struct err *e)
{
	char hex[SHA256_HEX_LEN + 1];
	struct file_body fb = { .body = { .source = { s->file->id.size,
	    body_read }, .rewind = body_rewind }, .send = s };
	struct object_put put = { .key = s->key, .body = &fb.body,
	    .sha256_hex = hex, .retain_until = s->retain_until };
	bool digest_refused = false;
	unsigned failures = 0;
	int found = 0;

	hex_encode(hex, s->digest, SHA256_LEN);
	if (s->unhashed)
		sha256_init(&fb.h);
	while (found == 0) {
		put.only_new = s->conditional && s->over == NULL;
		if (!put.only_new && !s->looked &&
		    (found = look(s, e)) != 0)
			break;
		s->looked = false;
		s->attempts++;
		if (object_put(s->client, &put, &s->told, e) == 0)
			return 0;
		switch (judge_put(s, &digest_refused, e)) {
		case SEND_FAILED:
			s->doubtful |= e->code == ERR_INTERRUPTED;
			return -1;
		case SEND_AGAIN:
			err_clear(e);
			break;
		case SEND_LOOK:
			s->doubtful |= !s->client->answered ||
			    s->client->refusal.class != S3ERR_EXISTS;
			found = look_after(s, ++failures, e);
			break;
		}
	}
	return found == 1 ? 0 : -1;
}
