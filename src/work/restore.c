/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"

#include "restore.h"
#include "restore_note.h"

static const char *const phase_names[] = {
	"hashing what an earlier get left", "going on behind it",
	"what is there is of no use: beginning anew",
	"other bytes came: reading once more"
};

_Static_assert(sizeof(phase_names) / sizeof(phase_names[0]) ==
    RESTORE_PHASES, "a name for each phase");

const char *
restore_phase_name(enum restore_phase phase)
{
	return phase_names[phase];
}

static int
say(struct restore *r, enum restore_phase phase, struct err *e)
{
	return r->phase == NULL ? 0 : r->phase(r, phase, e);
}

/* --- Bytes that come ------------------------------------------------------ */

/* Is there room for what is missing? */
static int
check_room(struct restore *r, struct err *e)
{
	uint64_t room, need;

	if (r->object.size < 0)
		return 0;
	r->roomy = true;
	need = (uint64_t)(r->object.size - r->at);
	if (file_tmp_room(&r->part.tmp, &room, e) != 0)
		return -1;
	return need <= room ? 0 : err_set(e, ERR_DISK_FULL,
	    "%llu bytes do not fit into the %llu that are free",
	    (unsigned long long)need, (unsigned long long)room);
}

/* Could another run tell that this generation is the one? */
static bool
can_wait(const struct restore *r)
{
	return r->object.size >= 0 && object_is_named(&r->object);
}

/* Note how far it is.  What is written is what will be hashed. */
static int
mark(struct restore *r, struct err *e)
{
	struct sha256 copy = r->hash;

	if (!can_wait(r))
		return 0;
	r->last.at = r->at;
	sha256_final(&copy, r->last.digest);
	if (r->at - r->synced.at >= RESTORE_SYNC) {
		if (file_part_sync(&r->part, e) != 0)
			return -1;
		r->synced = r->last;
	}
	return restore_note_write(r, e);
}

static int
part_write(struct object_sink *sink, const void *p, size_t n, struct err *e)
{
	struct restore *r = (struct restore *)sink;

	if (!r->roomy && check_room(r, e) != 0)
		return -1;
	if (file_tmp_write(&r->part.tmp, p, n, e) != 0)
		return -1;
	sha256_update(&r->hash, p, n);
	r->at += (int64_t)n;
	return r->at - r->last.at < RESTORE_STEP ? 0 : mark(r, e);
}

static int
part_restart(struct object_sink *sink, struct err *e)
{
	struct restore *r = (struct restore *)sink;

	r->at = r->resumed = 0;
	r->last = r->synced = (struct restore_mark){ .at = 0 };
	r->roomy = false;
	sha256_restart(&r->hash);
	return file_part_cut(&r->part, 0, e);
}

static int
begin_anew(struct restore *r, struct err *e)
{
	if (say(r, RESTORE_ANEW, e) != 0)
		return -1;
	return part_restart(&r->sink, e);
}

/* --- Going on ------------------------------------------------------------- */

/* The bytes are all here.  Is what they are of still what is at the key? */
static int
look(struct restore *r, struct err *e)
{
	struct object now;

	if (r->bound)
		return 0;
	if (object_look(r->client, r->key, &now, e) != 0)
		return -1;
	return object_is_current(&r->object, &now) ? 0 :
	    err_set(e, ERR_REPLACED_BY_OTHER, "another generation is there");
}

static int
go_on(struct restore *r, struct err *e)
{
	const struct object_part rest = { .key = r->key, .of = &r->object,
	    .offset = r->at, .size = r->object.size - r->at };

	if (rest.size == 0)
		return look(r, e);
	if (say(r, RESTORE_GO_ON, e) != 0 || check_room(r, e) != 0)
		return -1;
	return object_fetch_part(r->client, &rest, &r->sink, e);
}

/*
 * Nothing more came.  Is the rest not to be had because what is at the key is
 * another generation now, or because the store knows no ranges?
 */
static bool
is_to_begin_anew(struct restore *r, const struct err *why)
{
	if (r->at > r->resumed)
		return false;
	if (why->code == ERR_REPLACED_BY_OTHER && !r->bound) {
		r->object = r->wanted;
		return true;
	}
	return why->code == ERR_INDETERMINATE &&
	    r->client->http.status == 200;
}

/* All of it, or what is missing. */
static int
fetch(struct restore *r, struct err *e)
{
	if (r->at > 0) {
		if (go_on(r, e) == 0)
			return 0;
		if (!is_to_begin_anew(r, e))
			return -1;
		err_clear(e);
		if (begin_anew(r, e) != 0)
			return -1;
	}
	return object_fetch(r->client, r->key, &r->object, &r->sink, e);
}

/*
 * Until the bytes have the digest, or two complete reads say that they never
 * will: a bad line and bad memory look like a bad store.
 */
static int
fetch_right(struct restore *r, struct err *e)
{
	uint8_t first[SHA256_LEN];
	struct sha256 copy;

	for (int reads = 1;; reads++) {
		if (fetch(r, e) != 0)
			return -1;
		copy = r->hash;
		sha256_final(&copy, r->got);
		if (r->digest == NULL ||
		    memcmp(r->got, r->digest, SHA256_LEN) == 0)
			return 0;
		if (part_restart(&r->sink, e) != 0)
			return -1;
		if (reads == 2)
			break;
		memcpy(first, r->got, SHA256_LEN);
		if (say(r, RESTORE_AGAIN, e) != 0)
			return -1;
	}
	if (memcmp(first, r->got, SHA256_LEN) != 0)
		return err_set(e, ERR_INDETERMINATE,
		    "two reads of one generation gave different bytes");
	return err_set(e, ERR_VERIFICATION_FAILED,
	    "the fetched bytes do not have the object id");
}

/* --- Beginning and end ---------------------------------------------------- */

/* One name for one target, whatever is fetched to it: nothing piles up. */
static int
open_part(struct restore *r, struct err *e)
{
	const char *slash = strrchr(r->target, '/');
	const char *base = slash != NULL ? slash + 1 : r->target;
	char hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];

	sha256_of(digest, base, strlen(base));
	hex_encode(hex, digest, SHA256_LEN);
	return file_part_open(&r->part, r->target, r->replace, hex, e);
}

/* What an earlier run has left, as far as it can be used. */
static int
take_up(struct restore *r, struct err *e)
{
	int rc;

	if (r->part.found == 0)
		return 0;
	rc = restore_note_read(r, e);
	if (rc == 1) {
		if (say(r, RESTORE_CHECK, e) != 0)
			return -1;
		rc = restore_note_check(r, e);
	}
	if (rc < 0)
		return -1;
	if (rc == 0) {
		r->object = r->wanted;
		return begin_anew(r, e);
	}
	r->resumed = r->at;
	return file_part_cut(&r->part, r->at, e);
}

/* Keep what came for the next run, if that can use it. */
static void
leave(struct restore *r, const struct err *why)
{
	struct err ignored = {0};
	bool bad = why->code == ERR_VERIFICATION_FAILED ||
	    why->code == ERR_NOT_FOUND || why->code == ERR_REPLACED_BY_OTHER;

	if (bad || r->at == 0 || !can_wait(r) ||
	    (r->last.at != r->at && mark(r, &ignored) != 0)) {
		file_part_discard(&r->part);
		return;
	}
	r->left = r->at;
	file_part_keep(&r->part);
}

/* Only the caller's own generation: is another there, or nothing at all? */
static int
look_again(struct restore *r, struct err *e)
{
	struct object now;

	if (!r->bound || e->code != ERR_REPLACED_BY_OTHER)
		return -1;
	if (object_look(r->client, r->key, &now, e) != 0)
		return -1;
	return now.exists ? err_set(e, ERR_REPLACED_BY_OTHER,
	    "another generation is there than the one on record") :
	    err_set(e, ERR_NOT_FOUND, "it is not in the store any more");
}

/* All of it is here: should its name be refused, the bytes can still wait. */
static int
finish(struct restore *r, struct err *e)
{
	if (mark(r, e) != 0)
		return -1;
	return file_part_commit(&r->part, &r->end, e);
}

int
restore_run(struct restore *r, struct err *e)
{
	r->sink = (struct object_sink){ part_write, part_restart };
	r->wanted = r->object;
	r->bound = r->object.size >= 0 && object_is_named(&r->object);
	sha256_init(&r->hash);
	if (open_part(r, e) != 0)
		return -1;
	if (take_up(r, e) != 0) {
		r->left = r->part.found;
		file_part_keep(&r->part);
		return -1;
	}
	if (fetch_right(r, e) == 0 && finish(r, e) == 0)
		return 0;
	look_again(r, e);
	leave(r, e);
	return -1;
}
