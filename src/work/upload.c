/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"

#include "upload.h"

/* Read in blocks of this size: large enough that calls cost nothing. */
#define HASH_BLOCK 65536

/* The file as the body of a PUT. */
struct file_body {
	struct client_body body;
	struct file *file;
	int64_t offset;
};

const char *
upload_phase_name(enum upload_phase phase)
{
	static const char *const names[] = {
		[UPLOAD_HASH] = "hash",
		[UPLOAD_LOOK] = "look",
		[UPLOAD_SEND] = "send",
		[UPLOAD_PROVE] = "prove"
	};
	_Static_assert(sizeof(names) / sizeof(names[0]) ==
	    UPLOAD_PHASE__COUNT, "a name for each phase");

	return names[phase];
}

static void
enter(struct upload *u, enum upload_phase phase)
{
	if (u->phase != NULL)
		u->phase(u, phase);
}

static bool
file_unchanged(const struct file *f)
{
	struct err ignored = {0};
	struct file_id now;

	return file_identity(f, &now, &ignored) == 0 &&
	    file_same_identity(&f->id, &now);
}

static int
changed(struct err *e)
{
	return err_set(e, ERR_LOCAL_BYTES_CHANGED,
	    "the file changed while it was read");
}

/* One pass over the file, which must be the same after as before. */
static int
hash_file(struct upload *u, uint8_t digest[SHA256_LEN], struct err *e)
{
	uint8_t block[HASH_BLOCK];
	struct sha256 h;
	int64_t offset = 0;
	ssize_t n;

	sha256_init(&h);
	while ((n = file_read_at(u->file, block, sizeof(block), offset,
	    e)) > 0) {
		sha256_update(&h, block, (size_t)n);
		offset += n;
	}
	if (n < 0)
		return -1;
	if (offset != u->file->id.size || !file_unchanged(u->file))
		return changed(e);
	sha256_final(&h, digest);
	return 0;
}

/*
 * The bytes did not arrive as they should: is it the file?  Called for a
 * refused digest or a mismatch; 0 when the file still has its object id.
 */
static int
blame_file(struct upload *u, struct err *e)
{
	uint8_t now[SHA256_LEN];

	if (hash_file(u, now, e) != 0)
		return -1;
	return memcmp(now, u->digest, SHA256_LEN) == 0 ? 0 : changed(e);
}

static ssize_t
body_read(struct http_source *s, void *p, size_t n, struct err *e)
{
	struct file_body *b = (struct file_body *)s;
	ssize_t got = file_read_at(b->file, p, n, b->offset, e);

	if (got < 0)
		return -1;
	/*
	 * A file that changed must not arrive whole: its last block is held
	 * back until the file is known to be the one that was hashed.
	 */
	if (got == 0 || (b->offset + got >= s->size &&
	    !file_unchanged(b->file)))
		return err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file changed while it was sent");
	b->offset += got;
	return got;
}

static int
body_rewind(struct client_body *body, struct err *e)
{
	(void)e;
	((struct file_body *)body)->offset = 0;
	return 0;
}

struct hash_sink {
	struct object_sink sink;
	struct sha256 h;
};

static int
hash_write(struct object_sink *s, const void *p, size_t n, struct err *e)
{
	(void)e;
	sha256_update(&((struct hash_sink *)s)->h, p, n);
	return 0;
}

static int
hash_restart(struct object_sink *s, struct err *e)
{
	(void)e;
	sha256_restart(&((struct hash_sink *)s)->h);
	return 0;
}

/* One complete read of the generation that o names. */
static int
hash_object(struct upload *u, struct object *o, uint8_t digest[SHA256_LEN],
    struct err *e)
{
	struct hash_sink hs = { .sink = { hash_write, hash_restart } };

	sha256_init(&hs.h);
	if (object_fetch(u->client, u->key, o, &hs.sink, e) != 0)
		return -1;
	sha256_final(&hs.h, digest);
	u->bytes_verified += o->size;
	return 0;
}

/*
 * Read the generation back and hash it.  Bad memory and bad lines look like
 * a bad store, so a mismatch is alleged only after a second complete read
 * that says the same, and a third look at the file.
 */
static int
compare(struct upload *u, struct object *o, enum err_code mismatch,
    struct err *e)
{
	uint8_t first[SHA256_LEN], second[SHA256_LEN];

	if (hash_object(u, o, first, e) != 0)
		return -1;
	if (memcmp(first, u->digest, SHA256_LEN) == 0)
		return 0;
	if (hash_object(u, o, second, e) != 0)
		return -1;
	if (memcmp(second, u->digest, SHA256_LEN) == 0)
		return 0;
	if (memcmp(first, second, SHA256_LEN) != 0)
		return err_set(e, ERR_INDETERMINATE,
		    "two reads of one generation gave different bytes");
	if (blame_file(u, e) != 0)
		return -1;
	return err_set(e, mismatch, mismatch == ERR_REMOTE_CONFLICT ?
	    "other bytes of the same size are stored there" :
	    "the stored bytes are not those that were sent");
}

/* What is at the key already: the object itself, or a conflict. */
static int
compare_existing(struct upload *u, struct object *o, struct err *e)
{
	if (o->size != u->size)
		return err_set(e, ERR_REMOTE_CONFLICT,
		    "an object of %lld bytes is stored there, not %lld",
		    (long long)o->size, (long long)u->size);
	enter(u, UPLOAD_PROVE);
	if (compare(u, o, ERR_REMOTE_CONFLICT, e) != 0)
		return -1;
	u->object = *o;
	return 0;
}

/* After a PUT that did not end in 200. */
enum verdict {
	SEND_FAILED,		/* for good: e says why */
	SEND_LOOK,		/* it may have been done: look */
	SEND_AGAIN		/* it was not done, and nothing is wrong */
};

static enum verdict
judge_put(struct upload *u, bool *digest_refused, struct err *e)
{
	const struct client *c = u->client;

	if (!c->answered)
		return err_is_transient(e->code) ||
		    e->code == ERR_INDETERMINATE ? SEND_LOOK : SEND_FAILED;
	switch (c->refusal.class) {
	case S3ERR_NOT_IMPLEMENTED:
		/* Some stores know no conditional PUT: do without. */
		if (u->no_condition)
			return SEND_FAILED;
		u->no_condition = true;
		return SEND_AGAIN;
	case S3ERR_DIGEST_REFUSED:
		/* Once may be the line; the file itself is asked first. */
		if (blame_file(u, e) != 0 || *digest_refused)
			return SEND_FAILED;
		*digest_refused = true;
		return SEND_AGAIN;
	case S3ERR_EXISTS:
	case S3ERR_UNCLEAR:
		return SEND_LOOK;
	default:
		return err_is_transient(e->code) ? SEND_LOOK : SEND_FAILED;
	}
}

/*
 * One object by PUT, until it is there or cannot be.  *seen is filled in when
 * it was found rather than told.
 */
static int
send(struct upload *u, struct object *told, struct object *seen,
    struct err *e)
{
	struct file_body fb = { .body = { .source = { u->size, body_read },
	    .rewind = body_rewind }, .file = u->file };
	struct object_put put = { .key = u->key, .body = &fb.body,
	    .sha256_hex = u->hex };
	bool digest_refused = false;
	unsigned failures = 0;
	struct err why;

	for (;;) {
		put.only_new = !u->no_condition;
		u->attempts++;
		if (object_put(u->client, &put, told, e) == 0)
			return 0;
		why = *e;
		u->doubtful |= u->client->resent || !u->client->answered ||
		    u->client->refusal.class != S3ERR_EXISTS;
		switch (judge_put(u, &digest_refused, e)) {
		case SEND_FAILED:
			return -1;
		case SEND_AGAIN:
			err_clear(e);
			continue;
		case SEND_LOOK:
			break;
		}
		err_clear(e);
		if (object_look(u->client, u->key, seen, e) != 0)
			return -1;
		if (seen->exists)
			return 0;
		if (why.status == 412)
			return err_set(e, ERR_INDETERMINATE,
			    "the store says that the key exists, and shows "
			    "nothing there");
		*e = why;
		if (!client_again(u->client, ++failures, e))
			return -1;
	}
}

/* HEAD after a PUT that was told to be stored: is that what is there? */
static int
look_after(struct upload *u, const struct object *told, struct object *now,
    struct err *e)
{
	if (object_look(u->client, u->key, now, e) != 0)
		return -1;
	if (!now->exists)
		return err_set(e, ERR_REPLACED_BY_OTHER,
		    "the object was removed right after it was stored");
	if (now->size != told->size && etag_same(now->etag, told->etag))
		return err_set(e, ERR_INDETERMINATE,
		    "the store shows %lld bytes of the %lld it took",
		    (long long)now->size, (long long)told->size);
	if (!object_same_generation(told, now))
		return err_set(e, ERR_REPLACED_BY_OTHER,
		    "the object was replaced right after it was stored");
	return 0;
}

/* Sets the outcome to what it will be if all goes well. */
static int
send_and_prove(struct upload *u, struct err *e)
{
	struct object told = {0}, now = {0};

	enter(u, UPLOAD_SEND);
	if (send(u, &told, &now, e) != 0)
		return -1;
	if (now.exists) {
		/* Ours, if equal, where one of our PUTs may have done it. */
		u->outcome = u->doubtful ? UPLOAD_UPLOADED :
		    UPLOAD_REMOTE_SAME;
		return compare_existing(u, &now, e);
	}
	u->outcome = UPLOAD_UPLOADED;
	enter(u, UPLOAD_PROVE);
	if (look_after(u, &told, &now, e) != 0 ||
	    compare(u, &now, ERR_VERIFICATION_FAILED, e) != 0)
		return -1;
	u->object = now;
	return 0;
}

int
upload_check_size(const struct upload *u, int64_t size, struct err *e)
{
	uint64_t max = u->client->conf->provider->put_max;

	if ((uint64_t)size <= max)
		return 0;
	err_set(e, ERR_PLAN_UNFIT, "%lld bytes are more than the %llu that "
	    "one PUT of this store takes", (long long)size,
	    (unsigned long long)max);
	return err_advise(e, "split the file");
}

int
upload_run(struct upload *u, struct err *e)
{
	struct object there;

	u->outcome = UPLOAD_FAILED;
	u->size = u->file->id.size;
	u->no_condition = u->client->conf->provider->no_new_only;
	if (upload_check_size(u, u->size, e) != 0)
		return -1;
	enter(u, UPLOAD_HASH);
	if (hash_file(u, u->digest, e) != 0)
		return -1;
	hex_encode(u->hex, u->digest, SHA256_LEN);

	enter(u, UPLOAD_LOOK);
	if (object_look(u->client, u->key, &there, e) != 0 ||
	    client_check_clock(u->client, e) != 0)
		return -1;
	if (there.exists) {
		if (compare_existing(u, &there, e) != 0)
			return -1;
		u->outcome = UPLOAD_REMOTE_SAME;
		return 0;
	}
	if (send_and_prove(u, e) != 0) {
		u->outcome = UPLOAD_FAILED;
		return -1;
	}
	return 0;
}
