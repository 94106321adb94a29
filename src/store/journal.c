/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "hex.h"
#include "utc.h"

#include "form.h"

#include "journal.h"

/* An upload id and names of files are nobody else's concern. */
#define JOURNAL_MODE 0600
#define JOURNAL_FOLDER_MODE 0700

#define SUFFIX ".jsonl"

static const struct form_field intent_fields[] = {
	FORM_NEED(journal_intent, schema, FORM_WORD),
	FORM_NEED(journal_intent, begin_seq, FORM_COUNT),
	FORM_NEED(journal_intent, store_ref, FORM_WORD),
	FORM_NEED(journal_intent, endpoint, FORM_TEXT),
	FORM_NEED(journal_intent, bucket, FORM_WORD),
	FORM_NEED(journal_intent, path, FORM_PATH),
	FORM_MAY(journal_intent, object_id, FORM_OBJECT),
	FORM_NEED(journal_intent, remote_key, FORM_PATH),
	FORM_MAY(journal_intent, size_bytes, FORM_COUNT),
	FORM_NEED(journal_intent, inode, FORM_NUMBER),
	FORM_NEED(journal_intent, mtime_ns, FORM_NUMBER),
	FORM_NEED(journal_intent, ctime_ns, FORM_NUMBER),
	FORM_NEED(journal_intent, part_size_bytes, FORM_COUNT),
	FORM_MAY(journal_intent, part_count, FORM_COUNT),
	{ .name = NULL }
};

static const struct form_field begun_fields[] = {
	FORM_NEED(journal_row, upload_id, FORM_UPLOAD),
	{ .name = NULL }
};

static const struct form_field part_fields[] = {
	FORM_NEED(journal_landed, number, FORM_COUNT),
	FORM_NEED(journal_landed, sha256, FORM_HEX64),
	FORM_NEED(journal_landed, etag, FORM_TAG),
	FORM_MAY(journal_landed, size_bytes, FORM_COUNT),
	{ .name = NULL }
};

/* Of COMPLETED without its first. */
static const struct form_field generation_fields[] = {
	FORM_NEED(journal_generation, number, FORM_COUNT),
	FORM_MAY(journal_generation, etag, FORM_TAG),
	FORM_MAY(journal_generation, version_id, FORM_TAG),
	{ .name = NULL }
};

static const struct form_field ended_fields[] = {
	FORM_NEED(journal_row, result, FORM_WORD),
	{ .name = NULL }
};

static const struct form_field no_fields[] = {
	{ .name = NULL }
};

/* The kinds: their word, their fields, and where those are in a row. */
static const struct {
	const char *word;
	const struct form_field *fields;
	size_t at;
	unsigned behind;	/* bits of the kinds that may come before */
} kinds[] = {
	[JOURNAL_NONE] = { "", no_fields, 0, 0 },
	[JOURNAL_INTENT] = { "intent", intent_fields,
	    offsetof(struct journal_row, intent), 1U << JOURNAL_NONE },
	[JOURNAL_BEGUN] = { "begun", begun_fields, 0, 1U << JOURNAL_INTENT },
	[JOURNAL_PART] = { "part", part_fields,
	    offsetof(struct journal_row, part),
	    1U << JOURNAL_BEGUN | 1U << JOURNAL_PART },
	[JOURNAL_COMPLETING] = { "completing", no_fields, 0,
	    1U << JOURNAL_PART },
	[JOURNAL_COMPLETED] = { "completed", generation_fields + 1,
	    offsetof(struct journal_row, generation),
	    1U << JOURNAL_COMPLETING },
	[JOURNAL_PROVEN] = { "proven", generation_fields,
	    offsetof(struct journal_row, generation),
	    1U << JOURNAL_COMPLETING | 1U << JOURNAL_COMPLETED |
	    1U << JOURNAL_PROVEN },
	[JOURNAL_SUSPENDED] = { "suspended", no_fields, 0,
	    1U << JOURNAL_BEGUN | 1U << JOURNAL_PART },
	[JOURNAL_ENDED] = { "ended", ended_fields, 0,
	    1U << JOURNAL_INTENT | 1U << JOURNAL_BEGUN |
	    1U << JOURNAL_PART | 1U << JOURNAL_COMPLETING |
	    1U << JOURNAL_COMPLETED | 1U << JOURNAL_PROVEN }
};

_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == JOURNAL__COUNT,
    "one line a kind");

/* --- Names ---------------------------------------------------------------- */

void
journal_make_id(char id[JOURNAL_ID_LEN + 1], int64_t now,
    const uint8_t random[JOURNAL_RANDOM])
{
	char time[UTC_AMZ_LEN + 1], hex[2 * JOURNAL_RANDOM + 1];
	struct buf b;

	utc_amz(time, now);
	for (char *p = time; *p != '\0'; p++)
		*p = *p == 'T' ? 't' : *p == 'Z' ? 'z' : *p;
	hex_encode(hex, random, JOURNAL_RANDOM);
	buf_fixed(&b, id, JOURNAL_ID_LEN + 1);
	buf_printf(&b, "%s-%s", time, hex);
	BUG_ON(!buf_ok(&b));
}

bool
journal_is_name(const char *name)
{
	if (strlen(name) != JOURNAL_ID_LEN + strlen(SUFFIX) ||
	    strcmp(name + JOURNAL_ID_LEN, SUFFIX) != 0)
		return false;
	for (size_t i = 0; i < JOURNAL_ID_LEN; i++)
		if (!(name[i] >= 'a' && name[i] <= 'z') &&
		    !(name[i] >= '0' && name[i] <= '9') && name[i] != '-')
			return false;
	return true;
}

static int
make_path(char path[PATH_MAX], const char *state, const char *name,
    const char *suffix, struct err *e)
{
	struct buf b;

	buf_fixed(&b, path, PATH_MAX);
	buf_printf(&b, "%s/uploads", state);
	if (name[0] != '\0')
		buf_printf(&b, "/%s%s", name, suffix);
	if (!buf_ok(&b))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long", state);
	return 0;
}

/* --- Writing -------------------------------------------------------------- */

int
journal_add(struct journal *j, const struct journal_row *row, struct err *e)
{
	const char *base = (const char *)row + kinds[row->kind].at;
	char storage[JOURNAL_ROW_MAX], time[UTC_ISO_LEN + 1];
	struct buf b;

	utc_iso(time, row->time);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "kind", span_of(kinds[row->kind].word));
	record_str(&b, "time", span_of(time));
	if (form_write(&b, kinds[row->kind].fields, base, 0, e) != 0)
		return -1;
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	if (guard_check(j->guard, NULL, buf_as_span(&b), e) != 0 ||
	    append_write(&j->file, b.data, b.len, e) != 0)
		return -1;
	return append_sync(&j->file, e);
}

int
journal_create(struct journal *j, const struct journal_at *at,
    const struct journal_intent *intent, struct err *e)
{
	struct journal_row row = { .kind = JOURNAL_INTENT, .time = at->now,
	    .intent = *intent };
	struct err ignored = {0};

	if (make_path(j->path, at->state, "", "", e) != 0)
		return -1;
	if (folder_make(j->path, JOURNAL_FOLDER_MODE, e) != 0) {
		if (e->sys != EEXIST)
			return -1;
		err_clear(e);
	}
	if (make_path(j->path, at->state, at->id, SUFFIX, e) != 0 ||
	    append_open(&j->file, j->path, true, JOURNAL_MODE, e) != 0)
		return -1;
	if (j->file.size == 0 && journal_add(j, &row, e) == 0)
		return 0;
	if (j->file.size == 0)
		append_remove(&j->file, &ignored);
	else if (e->code == ERR_NONE)
		err_set(e, ERR_IO_ERROR, "'%s' exists already", j->path);
	journal_close(j);
	return -1;
}

int
journal_end(struct journal *j, const char *result, int64_t now,
    struct err *e)
{
	struct journal_row row = { .kind = JOURNAL_ENDED, .time = now,
	    .result = span_of(result) };

	return journal_add(j, &row, e) == 0 ? journal_remove(j, e) : -1;
}

int
journal_remove(struct journal *j, struct err *e)
{
	return append_remove(&j->file, e);
}

void
journal_close(struct journal *j)
{
	append_close(&j->file);
}

/* --- Reading -------------------------------------------------------------- */

int
journal_list(struct dir *uploads, const char *state, struct err *e)
{
	char path[PATH_MAX];

	if (make_path(path, state, "", "", e) != 0)
		return -1;
	if (dir_open(uploads, NULL, path, 0, e) != 0) {
		if (e->sys != ENOENT)
			return -1;
		err_clear(e);
		return 0;
	}
	if (dir_read(uploads, 0, e) == 0)
		return 1;
	dir_close(uploads);
	return -1;
}

int
journal_read_open(struct journal_reader *r, const char *state,
    const char *name, struct err *e)
{
	memset(r, 0, offsetof(struct journal_reader, window));
	if (make_path(r->path, state, name, "", e) != 0 ||
	    file_open(&r->file, r->path, FILE_NOFOLLOW, e) != 0)
		return -1;
	r->whole = r->file.id.size;
	lines_init(&r->lines, &r->file, r->window, sizeof(r->window));
	return 0;
}

/* The fields that all rows have: kind and time. */
static int
read_head(struct journal_row *row, const struct form_source *from,
    struct err *e)
{
	struct span kind, time;

	if (record_get_str(from->record, "kind", from->scratch, &kind,
	    e) != 0 ||
	    record_get_str(from->record, "time", from->scratch, &time,
	    e) != 0)
		return -1;
	row->kind = JOURNAL_NONE;
	for (int i = JOURNAL_INTENT; i < JOURNAL__COUNT; i++)
		if (span_is(kind, kinds[i].word))
			row->kind = (enum journal_kind)i;
	if (row->kind == JOURNAL_NONE || utc_parse_iso(time, &row->time) != 0)
		return err_set(e, ERR_LEDGER_BROKEN, "a row of no known kind");
	return 0;
}

static int
parse_row(struct journal_reader *r, struct span line,
    struct journal_row *row, struct err *e)
{
	struct record record;
	struct form_source from = { &record, &r->scratch, 0 };
	char *base = (char *)row;

	memset(row, 0, sizeof(*row));
	buf_fixed(&r->scratch, r->scratch_bytes, sizeof(r->scratch_bytes));
	if (record_parse(&record, line, e) != 0 ||
	    read_head(row, &from, e) != 0 ||
	    form_read(base + kinds[row->kind].at, kinds[row->kind].fields,
	    &from, e) != 0)
		return -1;
	if ((kinds[row->kind].behind >> r->last & 1) == 0)
		return err_set(e, ERR_LEDGER_BROKEN,
		    "a row '%s' where none can be", kinds[row->kind].word);
	return 0;
}

int
journal_read(struct journal_reader *r, struct journal_row *row,
    struct err *e)
{
	struct err ignored = {0};
	struct span line;
	int rc = lines_next(&r->lines, &line, e);

	if (rc <= 0)
		return rc;
	if (parse_row(r, line, row, e) == 0) {
		r->last = row->kind;
		if (row->kind != JOURNAL_SUSPENDED)
			r->size = r->lines.at;
		return 1;
	}
	/* Blocks of a torn row can be written in any order: its end first. */
	if (lines_next(&r->lines, &line, &ignored) == 0 && line.len == 0) {
		err_clear(e);
		return 0;
	}
	return err_ctx(e, "'%s'", r->path);
}

void
journal_read_close(struct journal_reader *r)
{
	file_close(&r->file);
}

int
journal_reopen(struct journal *j, const struct journal_reader *r,
    struct err *e)
{
	memcpy(j->path, r->path, sizeof(j->path));
	if (append_open(&j->file, j->path, false, JOURNAL_MODE, e) != 0)
		return -1;
	if (j->file.size == r->size ||
	    (j->file.size == r->whole &&
	    append_cut(&j->file, r->size, e) == 0))
		return 0;
	journal_close(j);
	if (e->code != ERR_NONE)
		return -1;
	return err_set(e, ERR_LEDGER_BROKEN, "'%s' changed while it was read",
	    j->path);
}

/* Remove that one if it says nothing.  What is damaged says something. */
static int
sweep_one(struct journal_reader *r, const char *state, const char *name,
    struct err *e)
{
	struct journal_row row;
	struct journal j = {0};
	int rc;

	if (journal_read_open(r, state, name, e) != 0)
		return -1;
	rc = journal_read(r, &row, e);
	journal_read_close(r);
	if (rc < 0 && e->code == ERR_LEDGER_BROKEN) {
		err_clear(e);
		return 0;
	}
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = journal_reopen(&j, r, e) == 0 ? journal_remove(&j, e) : -1;
	journal_close(&j);
	return rc;
}

int
journal_sweep(const char *state, struct err *e)
{
	struct journal_reader *r;
	struct dir uploads = {0};
	int rc = journal_list(&uploads, state, e);

	if (rc <= 0)
		return rc;
	r = calloc(1, sizeof(*r));
	rc = r != NULL ? 0 : err_set(e, ERR_NO_MEMORY,
	    "no memory for a journal");
	for (size_t i = 0; i < uploads.n && rc == 0; i++)
		if (journal_is_name(uploads.entry[i].name))
			rc = sweep_one(r, state, uploads.entry[i].name, e);
	free(r);
	dir_close(&uploads);
	return rc;
}
