/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "hex.h"
#include "judge.h"
#include "record.h"
#include "text.h"

#include "seek.h"

/* --- Which objects -------------------------------------------------------- */

/*
 * Is it in the map, if there is one?  The item's key becomes the one there.
 * What was not hashed yet perhaps is.
 */
static bool
find_key(const struct seek *s, struct item *item)
{
	uint8_t digest[SHA256_LEN];

	if (s->map->n == 0 || item->object_id[0] == '\0')
		return true;
	BUG_ON(hex_decode(digest, SHA256_LEN,
	    span_of(item->object_id + 7)) != 0);
	return keymap_find(s->map, digest, &item->key);
}

static enum seek_fate
judge(const struct seek *s, struct item *item)
{
	if (item->kind != WALK_FILE)
		return item->why.code != ERR_NONE ? SEEK_UNREADABLE :
		    SEEK_NO_OBJECT;
	if (!find_key(s, item))
		return SEEK_UNMAPPED;
	if (item->place != NULL && plan_is_proven(item->place->availability,
	    item->place->proof))
		return SEEK_PROVEN;
	return s->map->n == 0 && item->plan.reason == PLAN_KEY_UNFIT ?
	    SEEK_BLOCKED : SEEK_SOUGHT;
}

static int
open_items(struct seek *s, bool hash, struct err *e)
{
	struct run *run = s->run;
	struct app *app = run->app;
	struct items_rules rules = { .archive = run->archive,
	    .store = &run->store, .provider = run->provider,
	    .endpoint_url = run->endpoint_url, .region = run->region,
	    .select = &app->opt->selection,
	    .now = app->clock->wall_s(app->clock),
	    .never = app->opt->adopt.key_map, .hash = hash };

	if (run_view(run, &s->view, e) != 0)
		return -1;
	rules.view = s->view;
	return items_open(&s->items, &rules, e);
}

int
seek_open(struct seek *s, struct err *e)
{
	return open_items(s, true, e);
}

int
seek_next(struct seek *s, struct item *item, enum seek_fate *fate,
    struct err *e)
{
	int rc = items_next(s->items, item, e);

	if (rc == 1)
		*fate = judge(s, item);
	return rc;
}

void
seek_close(struct seek *s)
{
	items_close(s->items);
	if (s->view != NULL)
		view_close(s->view);
	free(s->view);
	s->items = NULL;
	s->view = NULL;
}

/* --- Counting, for the gates ---------------------------------------------- */

static int
say_sought(const struct seek *s, const struct item *item, struct err *e)
{
	char key[3 * JUDGE_KEY_MAX + 1], storage[ITEMS_LINE_MAX + 1];
	struct app *app = s->run->app;
	struct buf kb, b;

	if (!run_is_dry(s->run))
		return 0;
	buf_fixed(&kb, key, sizeof(key));
	text_escape(&kb, item->key);
	if (!app->opt->global.json)
		return out_result(app->out, e, "would look for %.*s at %s",
		    (int)item->path.len, item->path.p, key);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "path", item->path);
	record_str(&b, "object_id", span_of(item->object_id));
	record_int(&b, "size_bytes", item->id.size);
	record_str(&b, "remote_key", buf_as_span(&kb));
	record_end(&b);
	return out_bytes(app->out, buf_as_span(&b), e);
}

static int
say_left_out(const struct seek *s, const struct item *item, struct err *e)
{
	char text[ITEMS_LINE_MAX + 1];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	items_say(item, &b);
	return out_note(s->run->app->out, e, "%s", text);
}

static int
count_sought(struct seek *s, const struct item *item, struct err *e)
{
	const struct claim claim = { .reads = s->reads,
	    .job.size = item->id.size };
	struct history_cost cost = { .objects = 0 };
	struct plan_decision d = { .verdict = PLAN_LOOK };

	claim_cost(&claim, s->run, &cost);
	d.requests = (struct plan_requests){
	    (int64_t)cost.requests[PRICE_A],
	    (int64_t)cost.requests[PRICE_B],
	    (int64_t)cost.requests[PRICE_FREE] };
	d.bytes_down = cost.bytes_down;
	plan_add(&s->sums, &d, item->id.size, NULL);
	return say_sought(s, item, e);
}

static int
count_one(struct seek *s, const struct item *item, enum seek_fate fate,
    struct err *e)
{
	const struct plan_decision blocked = { .verdict = PLAN_BLOCKED };

	switch (fate) {
	case SEEK_NO_OBJECT:
		return say_left_out(s, item, e);
	case SEEK_BLOCKED:
		plan_add(&s->sums, &blocked, item->id.size, &item->why);
		return 0;
	case SEEK_SOUGHT:
		return count_sought(s, item, e);
	default:
		return 0;
	}
}

/* Files that were not hashed yet cannot be more objects than the map has. */
static void
cap_by_map(struct seek *s)
{
	int64_t *n = &s->sums.count[PLAN_LOOK];

	if (s->map->n > 0 && *n > (int64_t)s->map->n) {
		*n = (int64_t)s->map->n;
		s->sums.any = false;
	}
}

int
seek_count(struct seek *s, struct err *e)
{
	enum seek_fate fate;
	struct item item;
	int rc = open_items(s, run_is_dry(s->run), e);

	while (rc == 0 && (rc = seek_next(s, &item, &fate, e)) == 1)
		rc = count_one(s, &item, fate, e);
	if (rc == 0)
		rc = items_finish(s->items, e);
	if (rc == 0)
		cap_by_map(s);
	seek_close(s);
	return rc;
}
