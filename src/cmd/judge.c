/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <string.h>

#include "form.h"
#include "hash.h"
#include "hex.h"
#include "in_parts.h"
#include "keyname.h"
#include "origin.h"
#include "row.h"
#include "text.h"

#include "judge.h"

static void
count_one(struct plan_requests *r, enum price_class class)
{
	r->a = class == PRICE_A;
	r->b = class == PRICE_B;
	r->free = class == PRICE_FREE;
}

void
judge_init(struct judge *j, const struct items_rules *r)
{
	struct plan_rules *p = &j->plan;

	memset(j, 0, offsetof(struct judge, canonical));
	j->rules = r;
	count_one(&p->head, provider_class(r->provider, S3_HEAD));
	count_one(&p->get, provider_class(r->provider, S3_GET));
	count_one(&p->put, provider_class(r->provider, S3_PUT));
	p->multipart_threshold = r->store->multipart_threshold;
	count_one(&p->create, provider_class(r->provider, S3_CREATE));
	count_one(&p->part, provider_class(r->provider, S3_PART));
	count_one(&p->complete, provider_class(r->provider, S3_COMPLETE));
	p->force = r->select->force_reupload;
	p->key_of_bytes = r->store->key_strategy != KEY_STRATEGY_PATH;
	p->named = r->select->only.n > 0;
}

/* --- What history says ---------------------------------------------------- */

/* The line of that path; paths are asked for in order. */
static int
find_line(struct judge *j, struct item *item, struct err *e)
{
	int order = -1;

	while (!j->is_over) {
		if (j->has_line)
			order = span_compare(j->line.path, item->path);
		if (j->has_line && order >= 0)
			break;
		switch (view_next(j->rules->view, &j->line, e)) {
		case -1:
			return -1;
		case 0:
			j->is_over = true;
			break;
		default:
			j->has_line = true;
		}
	}
	item->line = !j->is_over && order == 0 ? &j->line : NULL;
	return 0;
}

static bool
is_same_state(const struct item *item)
{
	const struct manifest_line *l = item->line;
	struct row_admit now;

	if (l == NULL)
		return false;
	row_identify(&now, &item->id);
	return now.size_bytes == l->size_bytes && now.inode == l->inode &&
	    now.mtime_ns == l->mtime_ns && now.ctime_ns == l->ctime_ns;
}

static bool
has_line_bytes(const struct item *item)
{
	return item->line != NULL &&
	    span_is(item->line->object_id, item->object_id);
}

static void
find_place(const struct judge *j, struct item *item)
{
	for (size_t i = 0; i < item->line->nplaces; i++)
		if (span_is(item->line->place[i].store,
		    j->rules->store->store_ref))
			item->place = &item->line->place[i];
}

/* --- The bytes ------------------------------------------------------------ */

static void
set_object_id(struct item *item, struct span id)
{
	BUG_ON(id.len >= sizeof(item->object_id));
	memcpy(item->object_id, id.p, id.len);
}

/* What it is, if its bytes cannot be had. */
static int
not_hashed(struct item *item, struct err *e)
{
	if (item->why.code == ERR_NO_MEMORY ||
	    item->why.code == ERR_INTERRUPTED) {
		*e = item->why;
		return -1;
	}
	item->kind = WALK_UNREADABLE;
	if (item->why.code == ERR_LOCAL_BYTES_CHANGED)
		item->kind = WALK_UNSETTLED;
	else if (item->why.sys == ENOENT)
		item->kind = WALK_VANISHED;
	if (item->kind != WALK_UNREADABLE)
		err_clear(&item->why);
	return 0;
}

static int
hash_item(const struct judge *j, struct item *item, bool follow_links,
    struct err *e)
{
	int flags = follow_links ? 0 : FILE_NOFOLLOW;
	uint8_t digest[SHA256_LEN];
	struct file f = {0};
	int rc = 0;

	progress_phase(j->rules->progress, PROGRESS_HASH, item->path);
	if (file_open(&f, item->os_path, flags, &item->why) != 0 ||
	    hash_file(&f, digest, &item->why) != 0) {
		rc = not_hashed(item, e);
	} else {
		item->id = f.id;
		memcpy(item->object_id, "sha256:", 7);
		hex_encode(item->object_id + 7, digest, SHA256_LEN);
	}
	file_close(&f);
	return rc;
}

/* Was it admitted for the commit that this run names, if it does? */
static bool
is_of_commit(const struct judge *j, const struct item *item)
{
	const struct selection_options *select = j->rules->select;
	char origin[ORIGIN_MAX + 1];

	return select->git_commit == NULL || span_eq(item->line->origin,
	    origin_make(origin, j->rules->archive->id, item->source, select));
}

/* The object id: on record, known from elsewhere, or found out. */
static int
identify(const struct judge *j, struct item *item,
    const struct judge_ask *ask, struct err *e)
{
	const struct selection_options *select = j->rules->select;

	if (is_same_state(item) && !select->rehash) {
		item->cached = is_of_commit(j, item);
		set_object_id(item, item->line->object_id);
		return 0;
	}
	if (ask->object_id.len > 0)
		set_object_id(item, ask->object_id);
	else if ((j->rules->hash || select->only.n > 0) &&
	    hash_item(j, item, ask->follow_links, e) != 0)
		return -1;
	item->cached = is_same_state(item) && has_line_bytes(item) &&
	    is_of_commit(j, item);
	return 0;
}

/* --- The key, and the verdict --------------------------------------------- */

static int
make_key(struct judge *j, struct item *item, struct buf *key)
{
	const struct items_rules *r = j->rules;
	const struct keyname_limits limits = { r->provider->key_max,
	    r->provider->segment_max, r->provider->nfc_keys };
	struct keyname k = {
		.strategy = (enum keyname_strategy)r->store->key_strategy,
		.extension = r->store->key_append_extension };
	struct buf raw;

	if (item->object_id[0] == '\0' && j->plan.key_of_bytes)
		return 0;
	if (item->place != NULL && !j->plan.force) {
		if (text_unescape(key, item->place->remote_key) == 0 &&
		    buf_ok(key))
			return 0;
		return err_set(&item->why, ERR_PLAN_UNFIT,
		    "the key on record can be no key");
	}
	buf_fixed(&raw, j->raw, sizeof(j->raw));
	BUG_ON(text_unescape(&raw, item->path) != 0 || !buf_ok(&raw));
	k.path = buf_as_span(&raw);
	if (item->object_id[0] != '\0')
		k.hex = span_of(item->object_id + 7);
	if (r->store->key_prefix != NULL)
		k.prefix = span_of(r->store->key_prefix);
	return keyname_make(key, &k, &limits, &item->why);
}

static void
say_blocked(struct item *item)
{
	struct err *why = &item->why;

	if (item->plan.reason == PLAN_KEY_NOT_OF_BYTES) {
		err_set(why, ERR_PLAN_UNFIT, "its key is not made of its "
		    "bytes, and might hold others");
		err_advise(why, "--force-reupload needs --key-strategy sha256 "
		    "or prefix");
	}
}

static void
decide(struct judge *j, struct item *item)
{
	bool same = item->object_id[0] != '\0' && has_line_bytes(item);
	struct plan_object o = { .size = item->id.size,
	    .admitted = item->line != NULL, .same = same };
	struct parts_plan parts;
	struct buf key, text;

	if (same)
		find_place(j, item);
	o.doubtful = item->place != NULL &&
	    span_is(item->place->availability, "none");
	o.here = item->place != NULL && !o.doubtful;
	o.proven = o.here && plan_is_proven(item->place->availability,
	    item->place->proof);
	buf_fixed(&key, j->key, sizeof(j->key));
	o.key_fits = make_key(j, item, &key) == 0;
	if (o.key_fits && in_parts_plan(&parts, j->rules->provider,
	    j->rules->store, o.size, &item->why) == 0)
		o.parts = &parts;
	plan_decide(&item->plan, &o, &j->plan);
	if (item->plan.verdict == PLAN_BLOCKED)
		say_blocked(item);
	else
		err_clear(&item->why);
	if (!o.key_fits)
		return;
	buf_fixed(&text, j->key_text, sizeof(j->key_text));
	text_escape(&text, buf_as_span(&key));
	item->key = buf_as_span(&key);
	item->key_text = buf_as_span(&text);
}

static void
set_canonical(struct judge *j, struct item *item, const char *root)
{
	size_t n = strlen(item->source);
	struct buf b;

	buf_fixed(&b, j->canonical, sizeof(j->canonical));
	/* Of "/" the "/" is in the path already. */
	if (root[1] != '\0')
		text_escape(&b, span_of(root));
	buf_put(&b, item->path.p + n, item->path.len - n);
	BUG_ON(!buf_ok(&b));
	item->canonical = buf_as_span(&b);
}

int
judge_item(struct judge *j, struct item *item, const struct judge_ask *ask,
    struct err *e)
{
	if (find_line(j, item, e) != 0 || identify(j, item, ask, e) != 0)
		return -1;
	if (item->kind != WALK_FILE)
		return 0;
	set_canonical(j, item, ask->root);
	decide(j, item);
	return 0;
}
