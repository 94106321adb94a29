/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hash.h"
#include "part_send.h"

#include "parts_internal.h"

/* What became of a Complete. */
enum step {
	STEP_FAILED = -1,	/* see err */
	STEP_DONE,
	STEP_LOST,		/* the store knows the upload no more */
	STEP_AGAIN
};

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

	may = part_send_again(p->client, failures, e);
	if (e->code == ERR_INTERRUPTED || e->code == ERR_SUSPENDED)
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
	if (p->offset != NULL)
		return err_set(e, ERR_INDETERMINATE,
		    "the store lost the upload, whose input is gone");
	p->renewed = true;
	parts_forget(p);
	err_clear(e);
	return 0;
}

int
parts_send_begin(struct parts *p, struct err *e)
{
	if (parts_begin(p, e) != 0 || parts_look(p, e) != 0)
		return -1;
	p->stage = PARTS_SENDING;
	p->next = p->completing ? p->count + 1 : 1;
	p->lost = false;
	return 0;
}

int
parts_send_end(struct parts *p, struct err *e)
{
	struct object told = {0}, seen = {0};
	enum step step = p->lost ? STEP_LOST : complete(p, &told, &seen, e);

	if (step == STEP_LOST)
		return renew(p, e) != 0 ? -1 : parts_send_begin(p, e);
	if (step != STEP_DONE)
		return -1;
	if (told.exists) {
		p->outcome = UPLOAD_UPLOADED;
		p->told = told;
		p->told.size = p->size;
		if ((p->keep ? p->hooks->completed(p, e) :
		    parts_finish(p, PARTS_COMPLETED, e)) != 0 ||
		    object_look(p->client, p->key, &seen, e) != 0)
			return -1;
		return parts_prove_told(p, &seen, e);
	}
	/* Ours, if equal, where a Complete of ours may be why it is there. */
	p->outcome = p->doubtful ? UPLOAD_UPLOADED : UPLOAD_REMOTE_SAME;
	return parts_prove_existing(p, &seen, e);
}
