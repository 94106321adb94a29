/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

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

/* --- What is known ------------------------------------------------------- */

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
	buf_init(&p->tags, 2 + (size_t)count * (ETAG_MAX + 1));
	buf_putc(&p->tags, '\0');	/* place 0 is that of none */
	if (p->part != NULL && buf_ok(&p->tags))
		return 0;
	parts_close(p);
	return err_set(e, ERR_NO_MEMORY, "no memory for %u parts", count);
}

void
parts_close(struct parts *p)
{
	free(p->part);
	buf_free(&p->tags);
	p->part = NULL;
}

void
parts_remember(struct parts *p, unsigned number, const char *etag)
{
	BUG_ON(number < 1 || number > p->count || etag[0] == '\0');
	p->part[number - 1].tag_at = (uint32_t)p->tags.len;
	buf_put(&p->tags, etag, strlen(etag) + 1);
	if (!buf_ok(&p->tags))
		p->part[number - 1].tag_at = 0;
}

void
parts_known(struct parts *p, unsigned number,
    const uint8_t digest[SHA256_LEN], const char *etag)
{
	if (number < 1 || number > p->count || etag[0] == '\0' ||
	    p->part[number - 1].tag_at != 0) {
		p->stale = true;	/* not parts of this file */
		return;
	}
	memcpy(p->part[number - 1].digest, digest, SHA256_LEN);
	parts_remember(p, number, etag);
	p->kept++;
}

void
parts_unprove(struct parts *p)
{
	for (unsigned i = 0; i < p->count; i++)
		p->part[i].proven = false;
}

void
parts_proven(struct parts *p, unsigned number, const struct object *of)
{
	if (!object_is_current(&p->proven_of, of))
		parts_unprove(p);
	p->proven_of = *of;
	if (number >= 1 && number <= p->count)
		p->part[number - 1].proven = true;
}

void
parts_forget(struct parts *p)
{
	for (unsigned i = 0; i < p->count; i++)
		p->part[i].tag_at = 0;
	parts_unprove(p);
	p->proven_of.exists = false;
	buf_reset(&p->tags);
	buf_putc(&p->tags, '\0');
	p->kept = 0;
	p->told.exists = false;
	p->stale = p->completing = p->doubtful = p->unsure = false;
}

const uint8_t *
parts_digest(const struct parts *p, unsigned number)
{
	return p->part[number - 1].digest;
}

const char *
parts_etag(const struct parts *p, unsigned number)
{
	return p->tags.data + p->part[number - 1].tag_at;
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

/* --- All of it ------------------------------------------------------------ */

int
parts_finish(struct parts *p, enum parts_end end, struct err *e)
{
	if (p->hooks->ended(p, end, e) != 0)
		return -1;
	p->upload_id[0] = '\0';
	return 0;
}

int
parts_abandon(struct parts *p, enum parts_end end, struct err *e)
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

/* Is there something to hand out?  Then next is its number. */
static bool
has_next(struct parts *p)
{
	if (p->why.code != ERR_NONE || p->lost || p->verdict == PROOF_OTHER)
		return false;
	while (p->stage != PARTS_OVER && p->next <= p->count &&
	    (p->part[p->next - 1].at_work || (p->stage == PARTS_SENDING ?
	    parts_etag(p, p->next)[0] != '\0' :
	    p->part[p->next - 1].proven)))
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

bool
parts_next(struct parts *p, struct task *task)
{
	unsigned n;

	if (!has_next(p))
		return false;
	n = p->next++;
	p->at_work++;
	p->part[n - 1].at_work = true;
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

/*
 * A task came to an end.  Attempts count failures in a row: where the line
 * broke for one, and then another gets through, a new row begins.  Until then
 * nothing is handed out, so that a line which is dead ends it at once.
 */
static void
judge(struct parts *p, unsigned number, const struct err *why)
{
	bool passes = err_is_transient(why->code);

	if (why->code == ERR_NONE && p->may_pass && !p->lost) {
		err_clear(&p->why);
		p->may_pass = false;
	}
	if (passes && number < p->next)
		p->next = number;
	if (why->code == ERR_NONE || p->verdict == PROOF_OTHER)
		return;
	if (p->why.code == ERR_NONE) {
		p->why = *why;
		p->may_pass = passes;
	} else if (!passes) {
		p->may_pass = false;
	}
}

void
parts_take(struct parts *p, const struct task *task,
    const struct task_result *r)
{
	struct err why = r->why;

	p->at_work--;
	p->part[task->number - 1].at_work = false;
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
	judge(p, task->number, &why);
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
	p->may_pass = false;
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
		parts_abandon(p, end, &ignored);
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
