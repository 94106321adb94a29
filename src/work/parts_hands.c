/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "parts_hands.h"
#include "parts_internal.h"

static void
take(struct parts_hands *h, struct parts_hand *hand,
    const struct task_result *r)
{
	const struct task *t = &hand->task;

	hand->busy = false;
	parts_take(h->parts, t, r);
	if (t->kind == TASK_PART && h->landed != NULL &&
	    parts_etag(h->parts, t->number)[0] != '\0')
		h->landed(h, t->number);
}

/* No worker gets it: what came of it is why not. */
static void
refuse(struct parts_hands *h, struct parts_hand *hand, const struct err *why)
{
	struct task_result r = { .why = *why, .outcome = UPLOAD_FAILED,
	    .verdict = PROOF_UNTOLD };

	take(h, hand, &r);
}

/* Workers are lost for good where all of them are gone. */
static bool
has_room(struct parts_hands *h)
{
	struct err e = {0};

	if (h->pool == NULL || pool_idle(h->pool) > 0)
		return true;
	if (pool_busy(h->pool) == 0) {
		err_set(&e, ERR_NO_MEMORY, "worker processes end as soon as "
		    "they are begun");
		err_advise(&e, "free memory, or run with --jobs 1");
		parts_stop(h->parts, &e);
	}
	return false;
}

static struct parts_hand *
next(struct parts_hands *h)
{
	struct parts_hand *hand = h->hand;

	if (h->held != NULL) {
		hand = h->held;
		h->held = NULL;
		return hand;
	}
	while (hand->busy)
		hand++;
	BUG_ON(hand == h->hand + POOL_JOBS_MAX + 1);
	if (!parts_next(h->parts, &hand->task))
		return NULL;
	hand->busy = true;
	if (hand->task.kind == TASK_PART && h->find != NULL)
		h->find(h, &hand->task);
	return hand;
}

/* 1; 0: not now; -1. */
static int
give(struct parts_hands *h, struct parts_hand *hand, struct err *e)
{
	const struct provider *p = h->parts->client->conf->provider;
	const struct task *t = &hand->task;
	struct pool_need need = { .bytes_up = 0 };

	if (t->kind == TASK_PART) {
		need.requests[provider_class(p, S3_PART)] = 1;
		need.bytes_up = (uint64_t)t->size;
	} else {
		need.requests[provider_class(p, S3_GET)] = 1;
		need.bytes_down = (uint64_t)t->size;
	}
	return pool_give(h->pool, t, &need, hand, e);
}

static void
hand_out(struct parts_hands *h)
{
	struct parts_hand *hand;
	struct task_result r;
	struct err e = {0};

	while (has_room(h) && (hand = next(h)) != NULL) {
		if (h->pool == NULL) {
			task_do(&hand->task, h->parts->client, &r);
			take(h, hand, &r);
			continue;
		}
		switch (give(h, hand, &e)) {
		case 1:
			break;
		case 0:
			h->held = hand;
			return;
		default:
			refuse(h, hand, &e);
		}
	}
}

/* What waits for room is not begun once it would be in vain. */
static void
drop_held(struct parts_hands *h)
{
	struct parts_hand *hand = h->held;

	if (hand == NULL || h->parts->why.code == ERR_NONE)
		return;
	h->held = NULL;
	refuse(h, hand, &h->parts->why);
}

void
parts_hands_out(struct parts_hands *h)
{
	drop_held(h);
	hand_out(h);
	drop_held(h);
}

bool
parts_hands_wait(struct parts_hands *h)
{
	struct pool_done done;

	if (h->pool == NULL || pool_wait(h->pool, &done) != 1)
		return false;
	take(h, done.tag, &done.result);
	return true;
}

void
parts_hands_look(struct parts_hands *h)
{
	struct pool_done done;

	while (h->pool != NULL && pool_look(h->pool, &done) == 1)
		take(h, done.tag, &done.result);
	parts_hands_out(h);
}

bool
parts_hands_busy(const struct parts_hands *h)
{
	return h->pool != NULL && pool_busy(h->pool) > 0;
}

void
parts_hands_finish(struct parts_hands *h)
{
	do
		parts_hands_out(h);
	while (parts_hands_wait(h));
}
