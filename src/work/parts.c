/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hash.h"
#include "hex.h"

#include "parts_internal.h"

const char *
parts_end_name(enum parts_end end)
{
	static const char *const names[] = {
		[PARTS_COMPLETED] = "completed",
		[PARTS_ABORTED] = "aborted",
		[PARTS_GONE] = "gone"
	};
	_Static_assert(sizeof(names) / sizeof(names[0]) == PARTS_END__COUNT,
	    "a name for each end");

	return names[end];
}

void
parts_enter(struct parts *p, enum upload_phase phase)
{
	if (p->phase != NULL)
		p->phase(p, phase);
}

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

/* --- All of it ------------------------------------------------------------ */

int
parts_finish(struct parts *p, enum parts_end end, struct err *e)
{
	if (p->hooks->ended(p, end, e) != 0)
		return -1;
	p->upload_id[0] = '\0';
	return 0;
}

/* The upload at hand came to nothing, or to what is there already. */
static int
abandon(struct parts *p, enum parts_end end, struct err *e)
{
	struct multipart up = { p->key, p->upload_id };

	if (p->told.exists)
		return parts_finish(p, PARTS_COMPLETED, e);
	/* A part under way could outlive the upload, and be billed. */
	client_close(p->client);
	if (multipart_abort(p->client, &up, e) != 0)
		return -1;
	return parts_finish(p, end, e);
}

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
		abandon(p, PARTS_ABORTED, e);
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

/* Is there something to hand out?  Then next is its number. */
static bool
has_next(struct parts *p)
{
	if (p->why.code != ERR_NONE || p->lost || p->verdict == PROOF_OTHER)
		return false;
	while (p->stage != PARTS_OVER && p->next <= p->count &&
	    (p->stage == PARTS_SENDING ? parts_etag(p, p->next)[0] != '\0' :
	    p->part[p->next - 1].proven))
		p->next++;
	return p->stage != PARTS_OVER && p->next <= p->count;
}

void
parts_advance(struct parts *p)
{
	while (!p->open && p->stage != PARTS_OVER && p->at_work == 0 &&
	    !has_next(p)) {
		enum parts_stage stage = p->stage;

		p->stage = PARTS_OVER;
		if (p->why.code == ERR_NONE)
			(stage == PARTS_SENDING ? parts_send_end :
			    parts_prove_end)(p, &p->why);
	}
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

bool
parts_next(struct parts *p, struct task *task)
{
	unsigned n;

	if (!has_next(p))
		return false;
	n = p->next++;
	p->at_work++;
	*task = (struct task){
		.kind = p->stage == PARTS_SENDING ? TASK_PART : TASK_RANGE,
		.key = p->key,
		.digest = parts_digest(p, n),
		.file = p->file,
		.path = p->file->path,
		.id = p->file->id,
		.offset = parts_offset(p, n),
		.size = parts_length(p, n),
		.upload_id = p->upload_id,
		.number = n,
		.of = &p->there,
	};
	return true;
}

static int
take_part(struct parts *p, unsigned number, const struct task_result *r,
    struct err *e)
{
	p->lost |= r->lost;
	if (r->etag[0] == '\0')
		return 0;
	parts_remember(p, number, r->etag);
	p->landed++;
	p->bytes_sent += parts_length(p, number);
	return p->hooks->landed(p, number, e);
}

void
parts_take(struct parts *p, const struct task *task,
    const struct task_result *r)
{
	struct err why = r->why;

	p->at_work--;
	p->attempts += r->attempts;
	p->bytes_verified += r->bytes_verified;
	if (task->kind == TASK_RANGE && r->verdict == PROOF_OTHER) {
		/* That is certain, whatever became of other ranges. */
		p->verdict = PROOF_OTHER;
		err_clear(&p->why);
	}
	if (task->kind == TASK_PART && why.code == ERR_NONE)
		take_part(p, task->number, r, &why);
	/* It may have landed without an answer, or without a record of it. */
	p->unsure |= task->kind == TASK_PART && r->attempts > 0 &&
	    why.code != ERR_NONE && (r->why.code != ERR_NONE ||
	    why.code != ERR_SUSPENDED);
	if (task->kind == TASK_RANGE && r->verdict == PROOF_EQUAL)
		parts_prove_take(p, task->number, &r->object, &why);
	if (why.code != ERR_NONE && p->why.code == ERR_NONE &&
	    p->verdict != PROOF_OTHER)
		p->why = why;
	parts_advance(p);
}

/*
 * After a failure: is the upload of no more use?  While a Complete without an
 * answer may still be at work it is left alone, and so is everything after a
 * signal, which ends all requests.
 */
static bool
is_over(const struct parts *p, enum err_code code)
{
	switch (code) {
	case ERR_LOCAL_BYTES_CHANGED:
	case ERR_REMOTE_CONFLICT:
	case ERR_STORE_REFUSED:
	case ERR_VERIFICATION_FAILED:
		return true;
	case ERR_INTERRUPTED:
		return false;
	case ERR_REPLACED_BY_OTHER:
		return p->told.exists;
	default:
		return !p->keep && !p->doubtful;
	}
}

/* Is it left to the next run, amid its parts, with all of them accounted? */
static bool
is_orderly(const struct parts *p)
{
	return p->upload_id[0] != '\0' && p->keep && !p->completing &&
	    !p->unsure && (p->why.code == ERR_SUSPENDED ||
	    p->why.code == ERR_INTERRUPTED);
}

void
parts_stop(struct parts *p, const struct err *why)
{
	if (p->stage != PARTS_OVER && p->why.code == ERR_NONE)
		p->why = *why;
	parts_advance(p);
}

bool
parts_is_over(const struct parts *p)
{
	return p->stage == PARTS_OVER;
}

int
parts_conclude(struct parts *p, struct err *e)
{
	struct err ignored = {0};
	bool failed = p->why.code != ERR_NONE;
	enum parts_end end = !failed && p->outcome == UPLOAD_UPLOADED ?
	    PARTS_COMPLETED : PARTS_ABORTED;

	BUG_ON(p->at_work != 0);
	/* What cannot be ended now keeps its id, and waits for the next run. */
	if (p->upload_id[0] != '\0' && (!failed || is_over(p, p->why.code)))
		abandon(p, end, &ignored);
	else if (is_orderly(p))
		p->hooks->suspended(p, &ignored);
	if (!failed)
		return 0;
	p->outcome = UPLOAD_FAILED;
	*e = p->why;
	return -1;
}

void
parts_work(struct parts *p)
{
	struct task_result r;
	struct task task;

	while (parts_next(p, &task)) {
		task_do(&task, p->client, &r);
		parts_take(p, &task, &r);
	}
}

int
parts_run(struct parts *p, struct err *e)
{
	parts_start(p);
	parts_work(p);
	return parts_conclude(p, e);
}
