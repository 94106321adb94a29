/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"
#include "signals.h"

#include "restore_internal.h"
#include "restore_note.h"

#define CHECK_BLOCK 65536

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

int64_t
restore_have(const struct restore *r)
{
	int64_t sum = r->at;

	for (size_t i = 0; i < RESTORE_AHEAD; i++)
		if (r->ahead[i].there)
			sum += r->ahead[i].size;
	return sum;
}

int
restore_check_room(struct restore *r, struct err *e)
{
	uint64_t room, need;

	if (r->object.size < 0)
		return 0;
	r->roomy = true;
	need = (uint64_t)(r->object.size - restore_have(r));
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

int
restore_mark(struct restore *r, struct err *e)
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

	struct file f = file_part_bytes(&r->part);

	if (!r->roomy && restore_check_room(r, e) != 0)
		return -1;
	if (file_write_at(&f, p, n, r->at, e) != 0)
		return -1;
	sha256_update(&r->hash, p, n);
	r->at += (int64_t)n;
	return r->at - r->last.at < RESTORE_STEP ? 0 : restore_mark(r, e);
}

static int
part_restart(struct object_sink *sink, struct err *e)
{
	struct restore *r = (struct restore *)sink;

	r->at = r->resumed = 0;
	r->last = r->synced = (struct restore_mark){ .at = 0 };
	memset(r->ahead, 0, sizeof(r->ahead));
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
	if (restore_have(r) == r->object.size ? look(r, e) != 0 :
	    restore_check_room(r, e) != 0)
		return -1;
	return restore_ranges_alone(r, e);
}

/*
 * Is the rest not to be had because what is at the key is another generation
 * now, and nothing more came; or because the store turned out to know no
 * ranges?
 */
static bool
is_to_begin_anew(struct restore *r, bool unranged, const struct err *why)
{
	if (why->code == ERR_REPLACED_BY_OTHER && !r->bound &&
	    r->resumed > 0 && restore_have(r) <= r->resumed) {
		r->object = r->wanted;
		return true;
	}
	return why->code == ERR_INDETERMINATE && r->unranged && !unranged;
}

/* The answer's head has told how much there is: is it enough for several? */
static int
first_write(struct object_sink *sink, const void *p, size_t n, struct err *e)
{
	struct restore *r = (struct restore *)sink;

	r->sink.write = part_write;
	if (part_write(sink, p, n, e) != 0)
		return -1;
	r->spread = restore_ranges_fit(r);
	return !r->spread ? 0 : err_set(e, ERR_SUSPENDED, "by ranges");
}

/* All of it; but by ranges, where there turns out to be enough of them. */
static int
fetch_whole(struct restore *r, struct err *e)
{
	r->sink.write = first_write;
	r->spread = false;
	if (object_fetch(r->client, r->key, &r->object, &r->sink, e) == 0)
		return 0;
	if (!r->spread)
		return -1;
	err_clear(e);
	return restore_ranges_fetch(r, e);
}

/* All of it, or what is missing. */
static int
fetch(struct restore *r, struct err *e)
{
	bool unranged;

	do {
		unranged = r->unranged;
		if (r->resumed > 0 && say(r, RESTORE_GO_ON, e) != 0)
			return -1;
		if ((restore_ranges_fit(r) ? restore_ranges_fetch :
		    restore_have(r) > 0 ? go_on : fetch_whole)(r, e) == 0)
			return 0;
		if (!is_to_begin_anew(r, unranged, e))
			return -1;
		err_clear(e);
	} while (begin_anew(r, e) == 0);
	return -1;
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

/* See restore_internal.h. */
int
restore_hash_to(struct restore *r, int64_t to, struct err *e)
{
	struct file f = file_part_bytes(&r->part);
	uint8_t block[CHECK_BLOCK];

	while (r->at < to) {
		int64_t left = to - r->at;
		ssize_t n = file_read_at(&f, block, left < CHECK_BLOCK ?
		    (size_t)left : CHECK_BLOCK, r->at, e);
		int sig = signals_stop();

		if (n <= 0)
			return (int)n;
		sha256_update(&r->hash, block, (size_t)n);
		r->at += n;
		if (sig != 0) {
			err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
			e->sys = sig;
			return -1;
		}
	}
	return 1;
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
	r->resumed = restore_have(r);
	return file_part_cut(&r->part, restore_ranges_end(r), e);
}

/* Keep what came for the next run, if that can use it. */
static void
leave(struct restore *r, const struct err *why)
{
	struct err ignored = {0};
	bool bad = why->code == ERR_VERIFICATION_FAILED ||
	    why->code == ERR_NOT_FOUND || why->code == ERR_REPLACED_BY_OTHER;

	if (bad || restore_have(r) == 0 || !can_wait(r) ||
	    restore_mark(r, &ignored) != 0) {
		file_part_discard(&r->part);
		return;
	}
	r->left = restore_have(r);
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
	if (restore_mark(r, e) != 0)
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
