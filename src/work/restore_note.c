/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"
#include "num.h"
#include "record.h"

#include "restore_internal.h"
#include "restore_note.h"

/* "AT+SIZE:SHA256 "; the one is below 2^63, the other a range at most. */
#define AHEAD_MAX (19 + 1 + 8 + 1 + SHA256_HEX_LEN + 1)

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

/* What is there beyond the last mark. */
static void
put_ahead(struct buf *b, const struct restore *r)
{
	char text[RESTORE_AHEAD * AHEAD_MAX] = "", hex[SHA256_HEX_LEN + 1];
	struct buf list;

	buf_fixed(&list, text, sizeof(text));
	for (size_t i = 0; i < RESTORE_AHEAD; i++) {
		const struct restore_range *range = &r->ahead[i];

		if (!range->there)
			continue;
		hex_encode(hex, range->digest, SHA256_LEN);
		buf_printf(&list, "%s%lld+%lld:%s", list.len > 0 ? " " : "",
		    (long long)range->at, (long long)range->size, hex);
	}
	if (list.len > 0)
		record_str(b, "ahead", buf_as_span(&list));
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
	put_ahead(&b, r);
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

/* "AT+SIZE:SHA256", within the object. */
static bool
get_range(struct span text, int64_t size, struct restore_range *range)
{
	struct span at, n, hex = span_cut(span_cut(text, '+', &at), ':', &n);
	uint64_t from, length;

	if (num_u64(at, (uint64_t)size, &from) != 0 ||
	    num_u64(n, (uint64_t)size - from, &length) != 0 || length == 0 ||
	    hex_decode(range->digest, SHA256_LEN, hex) != 0)
		return false;
	range->at = (int64_t)from;
	range->size = (int64_t)length;
	range->there = true;
	return true;
}

/* All but one, so that there is a place for what is missing. */
static void
get_ahead(const struct record *row, struct restore *r)
{
	const struct record_field *f = record_find(row, "ahead");
	struct span one, rest = { NULL, 0 };

	if (f != NULL && f->kind == RECORD_STR)
		rest = f->text;
	for (size_t i = 0; i < RESTORE_AHEAD - 1 && rest.p != NULL; i++) {
		rest = span_cut(rest, ' ', &one);
		if (!get_range(one, r->object.size, &r->ahead[i]) ||
		    r->ahead[i].at < r->last.at)
			r->ahead[i] = (struct restore_range){ .size = 0 };
	}
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
	get_ahead(row, r);
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

static bool
holds(const struct restore *r, const struct restore_mark *m)
{
	struct sha256 copy = r->hash;
	uint8_t digest[SHA256_LEN];

	sha256_final(&copy, digest);
	return memcmp(digest, m->digest, SHA256_LEN) == 0;
}

static int
check_marks(struct restore *r, struct err *e)
{
	struct sha256 synced;
	bool good;
	int rc = restore_hash_to(r, r->synced.at, e);

	if (rc != 1)
		return rc;
	good = r->at > 0 && holds(r, &r->synced);
	synced = r->hash;
	rc = restore_hash_to(r, r->last.at, e);
	if (rc < 0)
		return -1;
	if (rc == 1 && r->at > 0 && holds(r, &r->last))
		return 1;
	r->hash = synced;
	r->at = r->synced.at;
	r->last = r->synced;
	return good;
}

int
restore_note_check(struct restore *r, struct err *e)
{
	int good = check_marks(r, e), ahead;

	if (good < 0)
		return -1;
	ahead = restore_ranges_check(r, e);
	return ahead < 0 ? -1 : good | ahead;
}
