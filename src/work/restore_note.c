/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"
#include "record.h"
#include "signals.h"

#include "restore_note.h"

#define CHECK_BLOCK 65536

/* Whose bytes they are. */
static void
name_origin(char hex[SHA256_HEX_LEN + 1], const struct restore *r)
{
	uint8_t digest[SHA256_LEN];
	struct sha256 h;

	sha256_init(&h);
	sha256_update(&h, r->place, strlen(r->place));
	sha256_update(&h, "\n", 1);
	sha256_update(&h, r->key.p, r->key.len);
	sha256_final(&h, digest);
	hex_encode(hex, digest, SHA256_LEN);
}

static void
put_digest(struct buf *b, const char *name, const uint8_t digest[SHA256_LEN])
{
	char hex[SHA256_HEX_LEN + 1];

	hex_encode(hex, digest, SHA256_LEN);
	record_str(b, name, span_of(hex));
}

int
restore_note_write(struct restore *r, struct err *e)
{
	char text[FILE_PART_NOTE_MAX], hex[SHA256_HEX_LEN + 1];
	struct buf b;

	name_origin(hex, r);
	buf_fixed(&b, text, sizeof(text));
	record_begin(&b);
	record_str(&b, "schema", span_of(RESTORE_NOTE_SCHEMA));
	record_str(&b, "from", span_of(hex));
	record_str(&b, "etag", span_of(r->object.etag));
	record_str(&b, "version_id", span_of(r->object.version_id));
	record_int(&b, "size_bytes", r->object.size);
	record_int(&b, "at", r->last.at);
	put_digest(&b, "sha256", r->last.digest);
	record_int(&b, "synced_at", r->synced.at);
	put_digest(&b, "synced_sha256", r->synced.digest);
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	if (guard_check(r->guard, NULL, buf_as_span(&b), e) != 0)
		return -1;
	return file_part_say(&r->part, buf_as_span(&b), e);
}

/* --- Reading -------------------------------------------------------------- */

/* A text without escapes, as all of ours are, that fits. */
static bool
get_text(const struct record *row, const char *name, char *to, size_t size)
{
	const struct record_field *f = record_find(row, name);

	if (f == NULL || f->kind != RECORD_STR || f->text.len >= size ||
	    memchr(f->text.p, '\\', f->text.len) != NULL)
		return false;
	memcpy(to, f->text.p, f->text.len);
	to[f->text.len] = '\0';
	return true;
}

static bool
get_number(const struct record *row, const char *name, int64_t *value)
{
	struct err ignored = {0};

	return record_get_int(row, name, value, &ignored) == 0 && *value >= 0;
}

static bool
get_mark(const struct record *row, const char *at, const char *digest,
    struct restore_mark *m)
{
	char hex[SHA256_HEX_LEN + 1];

	return get_number(row, at, &m->at) &&
	    get_text(row, digest, hex, sizeof(hex)) &&
	    hex_decode(m->digest, SHA256_LEN, span_of(hex)) == 0;
}

static bool
get_object(const struct record *row, struct object *o)
{
	o->exists = true;
	return get_text(row, "etag", o->etag, sizeof(o->etag)) &&
	    get_text(row, "version_id", o->version_id,
	    sizeof(o->version_id)) &&
	    get_number(row, "size_bytes", &o->size) && object_is_named(o);
}

static bool
read_row(struct restore *r, const struct record *row)
{
	char schema[sizeof(RESTORE_NOTE_SCHEMA)], from[SHA256_HEX_LEN + 1];
	char want[SHA256_HEX_LEN + 1];
	struct restore_mark last, synced;
	struct object o = { .size = -1 };

	name_origin(want, r);
	if (!get_text(row, "schema", schema, sizeof(schema)) ||
	    strcmp(schema, RESTORE_NOTE_SCHEMA) != 0 ||
	    !get_text(row, "from", from, sizeof(from)) ||
	    strcmp(from, want) != 0 || !get_object(row, &o) ||
	    !get_mark(row, "at", "sha256", &last) ||
	    !get_mark(row, "synced_at", "synced_sha256", &synced) ||
	    last.at > o.size || synced.at > last.at)
		return false;
	/* A generation without a name on record may be this one. */
	if (r->wanted.size >= 0 && !object_same_generation(&r->wanted, &o))
		return false;
	r->object = o;
	r->last = last;
	r->synced = synced;
	return true;
}

int
restore_note_read(struct restore *r, struct err *e)
{
	char text[FILE_PART_NOTE_MAX];
	struct err ignored = {0};
	struct record row;
	struct span note;

	if (file_part_note(&r->part, text, &note, e) != 0)
		return -1;
	return record_parse(&row, note, &ignored) == 0 && read_row(r, &row);
}

/* --- Checking ------------------------------------------------------------- */

/* Hash on to there: 1; 0 where the file ends before. */
static int
hash_to(struct restore *r, int64_t to, struct err *e)
{
	struct file f = file_part_reader(&r->part);
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

static bool
holds(const struct restore *r, const struct restore_mark *m)
{
	struct sha256 copy = r->hash;
	uint8_t digest[SHA256_LEN];

	sha256_final(&copy, digest);
	return memcmp(digest, m->digest, SHA256_LEN) == 0;
}

int
restore_note_check(struct restore *r, struct err *e)
{
	struct sha256 synced;
	bool good;
	int rc = hash_to(r, r->synced.at, e);

	if (rc != 1)
		return rc;
	good = r->at > 0 && holds(r, &r->synced);
	synced = r->hash;
	rc = hash_to(r, r->last.at, e);
	if (rc < 0)
		return -1;
	if (rc == 1 && r->at > 0 && holds(r, &r->last))
		return 1;
	r->hash = synced;
	r->at = r->synced.at;
	r->last = r->synced;
	return good;
}
