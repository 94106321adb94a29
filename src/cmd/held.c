/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "keyname.h"
#include "plan.h"
#include "report.h"
#include "text.h"

#include "held.h"

/* --- What is on record ---------------------------------------------------- */

static void
copy_tag(char *to, size_t size, struct span tag)
{
	if (tag.p == NULL || tag.len >= size)
		return;
	memcpy(to, tag.p, tag.len);
	to[tag.len] = '\0';
}

/* By which strategy of the store would such an object have that key? */
static const char *
find_strategy(const struct held *held, const struct run *run)
{
	enum keyname_strategy s =
	    (enum keyname_strategy)run->store.key_strategy;
	const struct keyname_limits limits = { .key_max = REPORT_KEY_MAX };
	char path[REPORT_KEY_MAX + 1], key[REPORT_KEY_MAX + 1];
	struct keyname k = { .strategy = s, .hex = span_of(held->hex),
	    .extension = run->store.key_append_extension };
	struct err none = {0};
	struct buf b;

	buf_fixed(&b, key, sizeof(key));
	keyname_hint(&b, k.hex);
	if (span_eq(buf_as_span(&b), held->key))
		return keyname_strategy_name(KEYNAME_SHA256);
	buf_fixed(&b, path, sizeof(path));
	if (text_unescape(&b, held->path) != 0 || !buf_ok(&b))
		return "given";
	k.path = buf_as_span(&b);
	if (run->store.key_prefix != NULL)
		k.prefix = span_of(run->store.key_prefix);
	buf_fixed(&b, key, sizeof(key));
	return keyname_make(&b, &k, &limits, &none) == 0 &&
	    span_eq(buf_as_span(&b), held->key) ?
	    keyname_strategy_name(s) : "given";
}

static int
keep_texts(struct held *held, struct span path, struct span key,
    struct err *e)
{
	size_t room = path.len + key.len + 1;
	struct buf b;

	held->text = malloc(room);
	if (held->text == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a path");
	buf_fixed(&b, held->text, room);
	buf_span(&b, path);
	if (text_unescape(&b, key) != 0)
		return err_set(e, ERR_LEDGER_BROKEN,
		    "the key of %.*s is malformed", (int)path.len, path.p);
	held->path = (struct span){ b.data, path.len };
	held->key = (struct span){ b.data + path.len, b.len - path.len };
	return 0;
}

int
held_make(struct held *held, const struct run *run,
    const struct manifest_line *line, const struct manifest_place *place,
    struct err *e)
{
	struct span hex = { line->object_id.p + 7, line->object_id.len - 7 };

	*held = (struct held){ .size = line->size_bytes,
	    .proven = plan_is_proven(place->availability, place->proof),
	    .known = { .exists = true, .size = line->size_bytes } };
	copy_tag(held->hex, sizeof(held->hex), hex);
	BUG_ON(hex_decode(held->digest, SHA256_LEN, hex) != 0);
	copy_tag(held->from, sizeof(held->from), place->availability);
	copy_tag(held->known.etag, sizeof(held->known.etag), place->etag);
	copy_tag(held->known.version_id, sizeof(held->known.version_id),
	    place->version_id);
	if (keep_texts(held, line->path, place->remote_key, e) != 0) {
		held_free(held);
		return -1;
	}
	held->strategy = find_strategy(held, run);
	return 0;
}

void
held_free(struct held *held)
{
	free(held->text);
	held->text = NULL;
}

/* --- What is there -------------------------------------------------------- */

static int
gone(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "it is not in the store any more");
}

void
held_task(struct task *task, const struct held *held, enum s3_op op,
    const struct object *object)
{
	*task = (struct task){
		.kind = op == S3_HEAD ? TASK_LOOK : TASK_READ,
		.key = held->key, .digest = held->digest,
		.size = held->size, .of = object,
	};
}

static int
judge_look(const struct held *held, struct held_found *found, struct err *e)
{
	const struct object *now = &found->object;

	if (!now->exists)
		return gone(e);
	found->current = held->proven && object_is_current(&held->known, now);
	if (found->current || (object_same_generation(&held->known, now) &&
	    (object_is_named(now) || !object_is_named(&held->known))))
		return 0;
	return object_differs(&held->known, now, e);
}

/* The generation is not to be had.  Is another there, or nothing at all? */
static int
look_again(const struct held *held, const struct run *run, struct err *e)
{
	struct object now;

	if (e->code != ERR_REPLACED_BY_OTHER)
		return -1;
	if (object_look(&run->session->client, held->key, &now, e) != 0)
		return -1;
	return now.exists ? err_set(e, ERR_REPLACED_BY_OTHER,
	    "another generation is there than the one on record") : gone(e);
}

static int
judge(const struct held *held, const struct run *run,
    const struct task_result *r, struct held_found *found, struct err *e)
{
	*found = (struct held_found){ .object = r->object,
	    .read = r->verdict == PROOF_EQUAL, .bytes = r->bytes_verified };
	if (r->why.code != ERR_NONE) {
		*e = r->why;
		return look_again(held, run, e);
	}
	if (r->verdict == PROOF_OTHER)
		return err_set(e, held->proven ? ERR_VERIFICATION_FAILED :
		    ERR_REMOTE_CONFLICT,
		    "two complete reads agree: its bytes are not the object's");
	return found->read ? 0 : judge_look(held, found, e);
}

int
held_read(const struct held *held, const struct run *run,
    struct held_found *found, struct err *e)
{
	const struct object wanted = found->object;
	struct task_result r;
	struct task task;

	held_task(&task, held, S3_GET, &wanted);
	task_do(&task, &run->session->client, &r);
	return judge(held, run, &r, found, e);
}

/* --- What is said of it --------------------------------------------------- */

static const char *
status_of(enum err_code code)
{
	const char *status = report_failure(code);

	if (code == ERR_NOT_FOUND)
		return report_failure(ERR_VERIFICATION_FAILED);
	if (code == ERR_SUSPENDED)
		return report_failure(ERR_INTERRUPTED);
	/* Nothing was sent; what may not be read, or fails, is not told. */
	if (code == ERR_PERMISSION_DENIED ||
	    strcmp(status, "failed_upload") == 0)
		return report_failure(ERR_INDETERMINATE);
	return status;
}

void
held_fill(const struct held *held, const struct held_found *found,
    struct outcome *o)
{
	o->path = held->path;
	o->hex = held->hex;
	o->size = held->size;
	o->key = held->key;
	o->strategy = held->strategy;
	o->from = held->from;
	o->attempts = 1;
	o->bytes_verified = found->bytes;
	o->part_count = o->part_size = FORM_NONE;
	o->to = held->from;
	if (o->failure != NULL) {
		o->status = status_of(o->failure->code);
		o->proof = "none";
		return;
	}
	o->object = &found->object;
	if (found->read) {
		o->status = "skipped_remote_same";
		o->proof = "rehash";
		o->to = "consign_uploaded";
	} else {
		o->status = "skipped_already_present";
		o->proof = "presence";
	}
}

const char *
held_after_failure(const struct held *held, enum err_code code)
{
	switch (code) {
	case ERR_NOT_FOUND:
	case ERR_REMOTE_CONFLICT:
	case ERR_REPLACED_BY_OTHER:
	case ERR_VERIFICATION_FAILED:
		return "none";
	default:
		return held->from;
	}
}

int
held_settle(const struct held *held, struct run *run,
    const struct task_result *r, struct outcome *o, struct err *e)
{
	struct held_found found;
	struct err why = {0};

	if (judge(held, run, r, &found, &why) != 0)
		o->failure = &why;
	if (found.current && o->failure == NULL) {
		history_current(&run->history, held->path, held->size);
		return 0;
	}
	held_fill(held, &found, o);
	if (o->failure != NULL)
		o->to = held_after_failure(held, why.code);
	if (history_record(&run->history, o, e) != 0)
		return -1;
	if (o->failure == NULL || !history_ends_run(&why))
		return 0;
	*e = why;
	return -1;
}

int
held_check_probed(const struct run *run, struct err *e)
{
	if (run->probed)
		return 0;
	err_set(e, ERR_TIERED_GATE_UNMET,
	    "this access key is not the one that was probed");
	return err_advise(e, "run 'consign prove --tier 0' with it");
}
