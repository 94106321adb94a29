/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
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

/* --- What is known of the parts ------------------------------------------- */

int
parts_open(struct parts *p, struct err *e)
{
	int64_t count;

	p->size = p->file->id.size;
	BUG_ON(p->part_size <= 0);
	count = p->size / p->part_size + (p->size % p->part_size != 0);
	if (count < 1 || count > MULTIPART_PARTS_MAX)
		return err_set(e, ERR_PLAN_UNFIT,
		    "%lld bytes do not make 1 to %d parts of %lld bytes",
		    (long long)p->size, MULTIPART_PARTS_MAX,
		    (long long)p->part_size);
	p->count = (unsigned)count;
	return parts_make_room(p, p->count, e);
}

int
parts_make_room(struct parts *p, unsigned count, struct err *e)
{
	p->part = calloc(count, sizeof(p->part[0]));
	p->tag_at = calloc(count, sizeof(p->tag_at[0]));
	buf_init(&p->tags, 2 + (size_t)count * (ETAG_MAX + 1));
	buf_putc(&p->tags, '\0');	/* place 0 is that of none */
	if (p->part != NULL && p->tag_at != NULL && buf_ok(&p->tags))
		return 0;
	parts_close(p);
	return err_set(e, ERR_NO_MEMORY, "no memory for %u parts", count);
}

void
parts_close(struct parts *p)
{
	free(p->part);
	free(p->tag_at);
	buf_free(&p->tags);
	p->part = NULL;
	p->tag_at = NULL;
}

void
parts_remember(struct parts *p, unsigned number, const char *etag)
{
	BUG_ON(number < 1 || number > p->count || etag[0] == '\0');
	p->tag_at[number - 1] = (uint32_t)p->tags.len;
	buf_put(&p->tags, etag, strlen(etag) + 1);
	if (!buf_ok(&p->tags))
		p->tag_at[number - 1] = 0;
}

void
parts_known(struct parts *p, unsigned number,
    const uint8_t digest[SHA256_LEN], const char *etag)
{
	if (number < 1 || number > p->count || etag[0] == '\0' ||
	    p->tag_at[number - 1] != 0) {
		p->stale = true;	/* not parts of this file */
		return;
	}
	memcpy(p->part[number - 1], digest, SHA256_LEN);
	parts_remember(p, number, etag);
}

void
parts_forget(struct parts *p)
{
	memset(p->tag_at, 0, p->count * sizeof(p->tag_at[0]));
	buf_reset(&p->tags);
	buf_putc(&p->tags, '\0');
	p->kept = 0;
	p->stale = p->completing = p->doubtful = false;
}

const uint8_t *
parts_digest(const struct parts *p, unsigned number)
{
	return p->part[number - 1];
}

const char *
parts_etag(const struct parts *p, unsigned number)
{
	return p->tags.data + p->tag_at[number - 1];
}

int64_t
parts_offset(const struct parts *p, unsigned number)
{
	if (p->offset != NULL)
		return p->offset(p, number);
	return (int64_t)(number - 1) * p->part_size;
}

int64_t
parts_length(const struct parts *p, unsigned number)
{
	int64_t start = parts_offset(p, number);
	int64_t end = parts_offset(p, number + 1);

	return (end < p->size ? end : p->size) - start;
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
	uint8_t *known = p->part[number - 1];

	if (p->tag_at[number - 1] != 0) {
		p->kept++;
		p->stale |= memcmp(known, digest, SHA256_LEN) != 0;
	}
	memcpy(known, digest, SHA256_LEN);
}

static int
identify(struct parts *p, struct err *e)
{
	struct part_digests d = { { p->part_size, take_digest }, p };

	parts_enter(p, UPLOAD_HASH);
	if (hash_file_parts(p->file, &d.hash, p->object_id, e) != 0)
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

	/* A part under way could outlive the upload, and be billed. */
	client_close(p->client);
	if (multipart_abort(p->client, &up, e) != 0)
		return -1;
	return parts_finish(p, end, e);
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
	if (there.exists && !p->force) {
		p->outcome = p->doubtful ? UPLOAD_UPLOADED :
		    UPLOAD_REMOTE_SAME;
		return parts_prove_existing(p, &there, e);
	}
	p->over = there;
	if (p->stale && p->upload_id[0] != '\0' &&
	    abandon(p, PARTS_ABORTED, e) != 0)
		return -1;
	if (p->stale)
		parts_forget(p);
	parts_enter(p, UPLOAD_SEND);
	return parts_send_begin(p, e);
}

/* Is there something to hand out?  Then next is its number. */
static bool
has_next(struct parts *p)
{
	if (p->why.code != ERR_NONE || p->lost || p->verdict == PROOF_OTHER)
		return false;
	while (p->stage == PARTS_SENDING && p->next <= p->count &&
	    parts_etag(p, p->next)[0] != '\0')
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
		.digest = p->part[n - 1],
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

/* Its answers may have named the generation better than HEAD did. */
static int
take_range(struct parts *p, const struct task_result *r, struct err *e)
{
	struct object *there = &p->there;

	if (!object_same_generation(there, &r->object))
		return object_differs(there, &r->object, e);
	if (there->etag[0] == '\0')
		memcpy(there->etag, r->object.etag, sizeof(there->etag));
	if (there->version_id[0] == '\0')
		memcpy(there->version_id, r->object.version_id,
		    sizeof(there->version_id));
	return 0;
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
	if (task->kind == TASK_RANGE && r->verdict == PROOF_EQUAL)
		take_range(p, r, &why);
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
	default:
		return !p->keep && !p->doubtful;
	}
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
