/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"

#include "hash.h"
#include "proof.h"
#include "send.h"
#include "wrong.h"

#include "upload.h"

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

/* --- Hash ----------------------------------------------------------------- */

/* Hash the file, which is to be the object if that is known. */
static int
check_file(struct upload *u, const uint8_t *known, struct err *e)
{
	uint8_t digest[SHA256_LEN];

	if (hash_file(u->file, digest, e) != 0)
		return -1;
	if (known != NULL && memcmp(digest, known, SHA256_LEN) != 0)
		return err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file is no longer the object");
	memcpy(u->object_id, digest, SHA256_LEN);
	return 0;
}

/* An empty file is hashed always: it has no last block to hold back. */
static bool
must_hash(const struct upload *u)
{
	return u->digest == NULL || u->force || u->size == 0;
}

static int
identify(struct upload *u, struct err *e)
{
	if (must_hash(u)) {
		enter(u, UPLOAD_HASH);
		if (check_file(u, u->digest, e) != 0)
			return -1;
	} else {
		memcpy(u->object_id, u->digest, SHA256_LEN);
	}
	hex_encode(u->hex, u->object_id, SHA256_LEN);
	return 0;
}

/* --- Prove ---------------------------------------------------------------- */

static enum proof_verdict
compare(struct upload *u, struct object *o, struct err *e)
{
	struct proof p = { .client = u->client, .key = u->key,
	    .digest = u->object_id };
	enum proof_verdict verdict = proof_rehash(&p, o, e);

	u->bytes_verified += p.bytes;
	if (verdict == PROOF_EQUAL)
		u->object = *o;
	return verdict;
}

/* What is at the key already: the object itself, or a conflict. */
static int
prove_existing(struct upload *u, struct object *o, struct err *e)
{
	enum proof_verdict verdict;

	if (o->size != u->size)
		return err_set(e, ERR_REMOTE_CONFLICT,
		    "an object of %lld bytes is stored there, not %lld",
		    (long long)o->size, (long long)u->size);
	enter(u, UPLOAD_PROVE);
	verdict = compare(u, o, e);
	if (verdict == PROOF_EQUAL)
		return 0;
	if (verdict == PROOF_UNTOLD || check_file(u, u->object_id, e) != 0)
		return -1;
	return err_set(e, ERR_REMOTE_CONFLICT,
	    "other bytes of the same size are stored there");
}

/*
 * What the answer to our own PUT named.  Where it named nothing, HEAD gives a
 * name; else the GET looks as well as a HEAD would, for its answer has to
 * bear the same ETag and length.
 */
static int
prove_told(struct upload *u, const struct object *told, struct err *e)
{
	struct wrong w = { .client = u->client, .key = u->key, .told = told,
	    .versioned = u->versioned,
	    .delete_if_match = u->delete_if_match };
	struct object now = *told;
	enum proof_verdict verdict;

	enter(u, UPLOAD_PROVE);
	if (told->etag[0] == '\0') {
		if (object_look(u->client, u->key, &now, e) != 0)
			return -1;
		if (!now.exists || !object_same_generation(told, &now))
			return object_differs(told, &now, e);
	}
	verdict = compare(u, &now, e);
	if (verdict != PROOF_OTHER)
		return verdict == PROOF_EQUAL ? 0 : -1;
	u->wrong = now;
	u->left = true;
	/* Is it the file that changed, or the memory that it is read to? */
	if (check_file(u, u->object_id, e) != 0)
		return -1;
	wrong_remove(&w, e);
	u->deleted = w.deleted;
	u->left = w.left;
	return -1;
}

/* --- Send ----------------------------------------------------------------- */

/* Sets the outcome to what it will be if all goes well. */
static int
send_and_prove(struct upload *u, const struct object *over, bool looked,
    struct err *e)
{
	struct send s = { .client = u->client, .file = u->file,
	    .key = u->key, .digest = u->object_id,
	    .unhashed = !must_hash(u), .conditional = u->put_if_none_match,
	    .looked = looked, .over = over,
	    .retain_until = u->retain_until };
	int rc;

	enter(u, UPLOAD_SEND);
	rc = send_file(&s, e);
	u->attempts = s.attempts;
	u->stored = s.doubtful || s.told.exists;
	if (rc != 0)
		return -1;
	/* Found there, it is ours if equal and a PUT of ours may be why. */
	u->outcome = u->stored ? UPLOAD_UPLOADED : UPLOAD_REMOTE_SAME;
	return s.told.exists ? prove_told(u, &s.told, e) :
	    prove_existing(u, &s.seen, e);
}

/* --- Look ----------------------------------------------------------------- */

static bool
is_known(const struct upload *u, const struct object *there)
{
	return u->known != NULL && object_is_current(u->known, there);
}

/*
 * What is at the key.  A listing may say that nothing is, for the PUT asks
 * again, or show the known generation; everything else is seen by HEAD.
 */
static int
look(struct upload *u, struct object *there, bool *looked, struct err *e)
{
	enter(u, UPLOAD_LOOK);
	*looked = u->seen == NULL ||
	    (u->seen->exists && !is_known(u, u->seen));
	if (!*looked)
		*there = *u->seen;
	else if (object_look(u->client, u->key, there, e) != 0)
		return -1;
	return client_check_clock(u->client, e);
}

/* --- All of it ------------------------------------------------------------ */

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

static int
run(struct upload *u, struct err *e)
{
	struct object there;
	bool looked;

	if (upload_check_size(u, u->size, e) != 0 || identify(u, e) != 0 ||
	    look(u, &there, &looked, e) != 0)
		return -1;
	if (!there.exists)
		return send_and_prove(u, NULL, looked, e);
	if (u->force)
		return send_and_prove(u, &there, looked, e);
	if (is_known(u, &there)) {
		u->outcome = UPLOAD_CURRENT;
		u->object = *u->known;
		return 0;
	}
	u->outcome = UPLOAD_REMOTE_SAME;
	return prove_existing(u, &there, e);
}

int
upload_run(struct upload *u, struct err *e)
{
	int rc;

	u->outcome = UPLOAD_FAILED;
	u->size = u->file->id.size;
	rc = run(u, e);
	if (rc != 0)
		u->outcome = UPLOAD_FAILED;
	return rc;
}
