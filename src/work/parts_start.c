/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hash.h"
#include "hex.h"

#include "parts_internal.h"

/* --- Hash ----------------------------------------------------------------- */

struct part_digests {
	struct hash_parts hash;
	struct parts *parts;
};

static void
take_digest(struct hash_parts *h, unsigned number,
    const uint8_t digest[SHA256_LEN])
{
	struct parts *p = ((struct part_digests *)h)->parts;
	struct parts_part *known = &p->part[number - 1];

	p->stale |= known->tag_at != 0 &&
	    memcmp(known->digest, digest, SHA256_LEN) != 0;
	memcpy(known->digest, digest, SHA256_LEN);
}

static int
hash(struct parts *p, struct err *e)
{
	struct part_digests d = { { p->part_size, take_digest }, p };

	/* All that is left to be done is of what was hashed, and sent, then. */
	if (p->told.exists && p->unchanged && p->digest != NULL &&
	    !p->stale && p->kept == p->count) {
		memcpy(p->object_id, p->digest, SHA256_LEN);
		return 0;
	}
	parts_enter(p, UPLOAD_HASH);
	return hash_file_parts(p->file, &d.hash, p->object_id, e);
}

static int
identify(struct parts *p, struct err *e)
{
	if (hash(p, e) != 0)
		return -1;
	hex_encode(p->hex, p->object_id, SHA256_LEN);
	if (p->digest != NULL &&
	    memcmp(p->digest, p->object_id, SHA256_LEN) != 0)
		return err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file is no longer the object");
	/* An upload that was to be completed must have had all its parts. */
	p->stale |= p->completing && p->kept != p->count;
	p->doubtful = p->completing && !p->stale;
	return 0;
}

/* --- What is there already ------------------------------------------------ */

/* Is that what an earlier run completed, and has not proven to its end? */
static bool
is_told(const struct parts *p, const struct object *there)
{
	if (!p->told.exists || p->stale || !there->exists)
		return false;
	return !p->force || object_same_generation(&p->told, there);
}

/* Nothing of an upload of an earlier run is of use, or still there. */
static int
drop_earlier(struct parts *p, struct err *e)
{
	if (p->told.exists)
		p->stale |= parts_finish(p, PARTS_GONE, e) == 0;
	else if (p->stale && p->upload_id[0] != '\0')
		parts_abandon(p, PARTS_ABORTED, e);
	if (e->code != ERR_NONE)
		return -1;
	if (p->stale)
		parts_forget(p);
	return 0;
}

static int
start(struct parts *p, struct err *e)
{
	struct object there;

	parts_enter(p, UPLOAD_LOOK);
	if (object_look(p->client, p->key, &there, e) != 0 ||
	    client_check_clock(p->client, e) != 0)
		return -1;
	if (!p->force && p->known != NULL &&
	    object_is_current(p->known, &there)) {
		p->outcome = UPLOAD_CURRENT;
		p->object = *p->known;
		return 0;
	}
	if (identify(p, e) != 0)
		return -1;
	if (is_told(p, &there)) {
		p->outcome = UPLOAD_UPLOADED;
		return parts_prove_told(p, &there, e);
	}
	if (there.exists && !p->force) {
		p->outcome = p->doubtful ? UPLOAD_UPLOADED :
		    UPLOAD_REMOTE_SAME;
		return parts_prove_existing(p, &there, e);
	}
	p->over = there;
	if (drop_earlier(p, e) != 0)
		return -1;
	parts_enter(p, UPLOAD_SEND);
	return parts_send_begin(p, e);
}

void
parts_start(struct parts *p)
{
	p->outcome = UPLOAD_FAILED;
	p->stage = PARTS_OVER;
	p->verdict = PROOF_EQUAL;
	if (start(p, &p->why) == 0)
		parts_advance(p);
}
