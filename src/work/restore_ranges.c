/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hash.h"
#include "pool.h"

#include "restore_internal.h"

#define RANGE_MIN (RESTORE_RANGE / 4)

struct spread {
	struct restore *r;
	struct pool *pool;
	struct file_id id;		/* of the file that is written to */
	char path[PATH_MAX];
	int64_t next;			/* before it all is there or fetched */
	struct err why;			/* nothing more is given out */
};

bool
restore_ranges_fit(const struct restore *r)
{
	return r->jobs > 1 && !r->unranged && object_is_named(&r->object) &&
	    r->object.size - restore_have(r) >= INT64_C(2) * RESTORE_RANGE;
}

/* --- What is ahead -------------------------------------------------------- */

static struct restore_range *
beginning_at(struct restore *r, int64_t at)
{
	for (size_t i = 0; i < RESTORE_AHEAD; i++)
		if (r->ahead[i].size > 0 && r->ahead[i].at == at)
			return &r->ahead[i];
	return NULL;
}

/* Where a gap that begins there ends: at one that is ahead, at most so far. */
static int64_t
gap_end(const struct restore *r, int64_t at, int64_t most)
{
	int64_t end = r->object.size - at > most ? at + most : r->object.size;

	for (size_t i = 0; i < RESTORE_AHEAD; i++)
		if (r->ahead[i].size > 0 && r->ahead[i].at > at &&
		    r->ahead[i].at < end)
			end = r->ahead[i].at;
	return end;
}

int64_t
restore_ranges_end(const struct restore *r)
{
	int64_t end = r->at;

	for (size_t i = 0; i < RESTORE_AHEAD; i++)
		if (r->ahead[i].there &&
		    r->ahead[i].at + r->ahead[i].size > end)
			end = r->ahead[i].at + r->ahead[i].size;
	return end;
}

int
restore_ranges_check(struct restore *r, struct err *e)
{
	struct file f = file_part_bytes(&r->part);
	uint8_t digest[SHA256_LEN];
	int any = 0;

	if (file_identity(&f, &f.id, e) != 0)
		return -1;
	for (size_t i = 0; i < RESTORE_AHEAD; i++) {
		struct restore_range *range = &r->ahead[i];

		if (range->size == 0)
			continue;
		if (hash_file_range(&f, range->at, range->size, digest,
		    e) != 0 && e->code != ERR_LOCAL_BYTES_CHANGED)
			return -1;
		if (e->code != ERR_NONE ||
		    memcmp(digest, range->digest, SHA256_LEN) != 0)
			*range = (struct restore_range){ .size = 0 };
		else
			any = 1;
		err_clear(e);
	}
	return any;
}

/* --- Giving out ----------------------------------------------------------- */

/* How many bytes for a worker, of so many: all shall end at one time. */
static int64_t
share(const struct restore *r, int64_t rest)
{
	int64_t n = rest / r->jobs;

	return n > RESTORE_RANGE ? RESTORE_RANGE :
	    n < RANGE_MIN ? RANGE_MIN : n;
}

/* The next bytes that nobody has, in a place of their own; or NULL. */
static struct restore_range *
next_range(struct spread *s)
{
	struct restore *r = s->r;
	struct restore_range *range = r->ahead, *has;

	while ((has = beginning_at(r, s->next)) != NULL)
		s->next += has->size;
	while (range < r->ahead + RESTORE_AHEAD && range->size > 0)
		range++;
	if (s->next == r->object.size || range == r->ahead + RESTORE_AHEAD)
		return NULL;
	*range = (struct restore_range){ .at = s->next,
	    .size = gap_end(r, s->next, share(r, r->object.size - s->next)) -
	    s->next };
	return range;
}

static void
hand_out(struct spread *s)
{
	const struct restore *r = s->r;
	struct restore_range *range;

	while (s->why.code == ERR_NONE && pool_idle(s->pool) > 0 &&
	    (range = next_range(s)) != NULL) {
		const struct task task = { .kind = TASK_FETCH, .key = r->key,
		    .path = s->path, .id = s->id, .offset = range->at,
		    .size = range->size, .of = &r->object };
		struct pool_need need = { .bytes_down =
		    (uint64_t)range->size };

		need.requests[provider_class(r->conf->provider, S3_GET)] = 1;
		if (pool_give(s->pool, &task, &need, range, &s->why) == 1)
			continue;
		range->size = 0;
		return;
	}
}

/* --- Taking --------------------------------------------------------------- */

static void
take(struct spread *s, const struct pool_done *done)
{
	struct restore_range *range = done->tag;
	const struct task_result *t = &done->result;
	struct restore *r = s->r;
	struct err why = t->why;

	range->size = t->bytes_verified;
	range->there = range->size > 0;
	memcpy(range->digest, t->digest, SHA256_LEN);
	r->unranged |= t->unranged;
	/* Its answers may name the generation better than was known. */
	if (why.code == ERR_NONE &&
	    !object_same_generation(&r->object, &t->object))
		object_differs(&r->object, &t->object, &why);
	else if (why.code == ERR_NONE)
		r->object = t->object;
	if (s->why.code == ERR_NONE)
		s->why = why;
}

/* Hash what is there without a gap. */
static int
follow(struct restore *r, struct err *e)
{
	struct restore_range *range;

	while ((range = beginning_at(r, r->at)) != NULL && range->there) {
		int rc = restore_hash_to(r, r->at + range->size, e);

		*range = (struct restore_range){ .size = 0 };
		if (rc <= 0)
			return rc < 0 ? -1 : err_set(e, ERR_IO_ERROR,
			    "what was written is not all there");
	}
	return restore_mark(r, e);
}

int
restore_ranges_alone(struct restore *r, struct err *e)
{
	int rc;

	while ((rc = follow(r, e)) == 0 && r->at < r->object.size) {
		const struct object_part gap = { .key = r->key,
		    .of = &r->object, .offset = r->at,
		    .size = gap_end(r, r->at, r->object.size) - r->at };

		if (object_fetch_part(r->client, &gap, &r->sink, e) == 0)
			continue;
		r->unranged |= r->client->http.status == 200;
		return -1;
	}
	return rc;
}

int
restore_ranges_fetch(struct restore *r, struct err *e)
{
	struct file f = file_part_bytes(&r->part);
	struct spread s = { .r = r, .next = r->at };
	struct pool_done done;

	if (restore_check_room(r, e) != 0 || file_identity(&f, &s.id, e) != 0 ||
	    file_part_path(&r->part, s.path, e) != 0 ||
	    pool_open(&s.pool, r->client, r->conf, r->jobs, e) != 0)
		s.why = *e;
	while (s.pool != NULL) {
		hand_out(&s);
		if (follow(r, e) != 0 && s.why.code == ERR_NONE)
			s.why = *e;
		if (pool_wait(s.pool, &done) != 1)
			break;
		take(&s, &done);
	}
	pool_close(s.pool);
	*e = s.why;
	/* No worker is left, or none may fetch as much as a range. */
	if (e->code == ERR_SUSPENDED)
		err_clear(e);
	return e->code == ERR_NONE ? restore_ranges_alone(r, e) : -1;
}
