/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hash.h"
#include "proof.h"
#include "wrong.h"

#include "parts_internal.h"

/*
 * Read back what is there, range by range; or, where it is one part, or a
 * generation without a name, as a whole and at once.
 */
static int
begin(struct parts *p, struct err *e)
{
	struct proof whole = { .client = p->client, .key = p->key,
	    .digest = p->object_id };

	parts_enter(p, UPLOAD_PROVE);
	p->verdict = PROOF_EQUAL;
	if (p->how == PARTS_RANGES && p->count > 1 &&
	    object_is_named(&p->there)) {
		p->stage = PARTS_PROVING;
		p->next = 1;
		if (!object_is_current(&p->proven_of, &p->there))
			parts_unprove(p);
		return 0;
	}
	p->verdict = proof_rehash(&whole, &p->there, e);
	p->bytes_verified += whole.bytes;
	return p->verdict == PROOF_UNTOLD ? -1 : parts_prove_end(p, e);
}

int
parts_prove_existing(struct parts *p, const struct object *o, struct err *e)
{
	if (o->size != p->size)
		return err_set(e, ERR_REMOTE_CONFLICT,
		    "an object of %lld bytes is stored there, not %lld",
		    (long long)o->size, (long long)p->size);
	p->there = *o;
	p->told.exists = false;
	return begin(p, e);
}

int
parts_prove_told(struct parts *p, const struct object *now, struct err *e)
{
	p->there = *now;
	if (!now->exists || now->size != p->size)
		return object_differs(&p->told, now, e);
	return begin(p, e);
}

int
parts_prove_take(struct parts *p, unsigned number, const struct object *by,
    struct err *e)
{
	struct object *there = &p->there;

	/* Its answers may have named the generation better than HEAD did. */
	if (!object_same_generation(there, by))
		return object_differs(there, by, e);
	if (there->etag[0] == '\0')
		memcpy(there->etag, by->etag, sizeof(there->etag));
	if (there->version_id[0] == '\0')
		memcpy(there->version_id, by->version_id,
		    sizeof(there->version_id));
	p->proven_of = *there;
	p->part[number - 1].proven = true;
	return p->keep && p->completing && !p->stale ?
	    p->hooks->proven(p, number, e) : 0;
}

/* Is it the source that changed?  That of a stream is gone. */
static int
check_source(const struct parts *p, struct err *e)
{
	return p->offset != NULL ? 0 :
	    hash_check(p->file, p->object_id, e);
}

/* The answer to our own Complete named it, and the bytes are not ours. */
static int
judge_told(struct parts *p, struct err *e)
{
	struct wrong w = { .client = p->client, .key = p->key,
	    .told = &p->told, .versioned = p->versioned,
	    .delete_if_match = p->delete_if_match };

	if (!object_same_generation(&p->told, &p->there))
		return object_differs(&p->told, &p->there, e);
	p->wrong = p->there;
	p->left = true;
	if (check_source(p, e) != 0)
		return -1;
	wrong_remove(&w, e);
	p->deleted = w.deleted;
	p->left = w.left;
	return -1;
}

int
parts_prove_end(struct parts *p, struct err *e)
{
	if (p->verdict == PROOF_EQUAL) {
		p->object = p->there;
		return 0;
	}
	if (p->told.exists)
		return judge_told(p, e);
	if (check_source(p, e) != 0)
		return -1;
	return err_set(e, ERR_REMOTE_CONFLICT,
	    "other bytes of the same size are stored there");
}
