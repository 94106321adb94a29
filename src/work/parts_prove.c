/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "hash.h"
#include "proof.h"
#include "proof_ranges.h"
#include "wrong.h"

#include "parts_internal.h"

/* One part, or a generation without a name, is read as a whole. */
static enum proof_verdict
compare(struct parts *p, struct object *o, struct err *e)
{
	struct proof whole = { .client = p->client, .key = p->key,
	    .digest = p->object_id };
	struct proof_ranges ranges = { .client = p->client, .key = p->key,
	    .part_size = p->part_size, .count = p->count,
	    .digest = (const uint8_t (*)[SHA256_LEN])p->part };
	enum proof_verdict verdict;

	parts_enter(p, UPLOAD_PROVE);
	if (p->how == PARTS_REHASH || p->count == 1 || !object_is_named(o))
		verdict = proof_rehash(&whole, o, e);
	else
		verdict = proof_ranges(&ranges, o, e);
	p->bytes_verified += whole.bytes + ranges.bytes;
	if (verdict == PROOF_EQUAL)
		p->object = *o;
	return verdict;
}

int
parts_prove_existing(struct parts *p, struct object *o, struct err *e)
{
	enum proof_verdict verdict;

	if (o->size != p->size)
		return err_set(e, ERR_REMOTE_CONFLICT,
		    "an object of %lld bytes is stored there, not %lld",
		    (long long)o->size, (long long)p->size);
	verdict = compare(p, o, e);
	if (verdict == PROOF_EQUAL)
		return 0;
	if (verdict == PROOF_UNTOLD ||
	    hash_check(p->file, p->object_id, e) != 0)
		return -1;
	return err_set(e, ERR_REMOTE_CONFLICT,
	    "other bytes of the same size are stored there");
}

int
parts_prove_told(struct parts *p, struct object *told, struct err *e)
{
	struct wrong w = { .client = p->client, .key = p->key, .told = told,
	    .versioned = p->versioned,
	    .delete_if_match = p->delete_if_match };
	enum proof_verdict verdict;
	struct object now;

	told->size = p->size;
	if (object_look(p->client, p->key, &now, e) != 0)
		return -1;
	if (!now.exists || now.size != told->size)
		return object_differs(told, &now, e);
	verdict = compare(p, &now, e);
	if (verdict != PROOF_OTHER)
		return verdict == PROOF_EQUAL ? 0 : -1;
	if (!object_same_generation(told, &now))
		return object_differs(told, &now, e);
	p->wrong = now;
	p->left = true;
	if (hash_check(p->file, p->object_id, e) != 0)
		return -1;
	wrong_remove(&w, e);
	p->deleted = w.deleted;
	p->left = w.left;
	return -1;
}
