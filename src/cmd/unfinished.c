/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "journal.h"
#include "multipart.h"

#include "unfinished.h"

#define ROOM_FIRST 16

#define AT(member) offsetof(struct unfinished_upload, member)

/* All texts; the id comes last, where room can be left behind it. */
static const size_t texts[] = { AT(journal), AT(store_ref), AT(endpoint),
    AT(bucket), AT(path), AT(object_id), AT(key), AT(upload_id) };
#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static struct span *
text_of(struct unfinished_upload *u, size_t i)
{
	return (struct span *)((char *)u + texts[i]);
}

/* --- Keeping -------------------------------------------------------------- */

/* Have the texts of a copy in memory of its own. */
static int
own_texts(struct unfinished_upload *u, struct err *e)
{
	size_t size = u->upload_id.p == NULL ? MULTIPART_ID_MAX : 0;
	char *to;

	for (size_t i = 0; i < TEXTS; i++)
		size += text_of(u, i)->len + 1;
	u->text = to = calloc(1, size);
	if (to == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for an upload");
	if (u->upload_id.p == NULL)
		u->upload_id = span_of("");
	for (size_t i = 0; i < TEXTS; i++) {
		struct span *t = text_of(u, i);

		if (t->p == NULL)
			continue;
		memcpy(to, t->p, t->len);
		t->p = to;
		to += t->len + 1;
	}
	return 0;
}

static int
make_room(struct unfinished *u, struct err *e)
{
	size_t room = u->room == 0 ? ROOM_FIRST : 2 * u->room;
	void *more;

	if (u->n < u->room)
		return 0;
	more = realloc(u->upload, room * sizeof(u->upload[0]));
	if (more == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for uploads");
	u->upload = more;
	u->room = room;
	return 0;
}

int
unfinished_add(struct unfinished *u, const struct unfinished_upload *what,
    struct err *e)
{
	struct unfinished_upload copy = *what;

	if (u->n == UNFINISHED_MAX) {
		u->beyond++;
		return 0;
	}
	if (make_room(u, e) != 0 || own_texts(&copy, e) != 0)
		return -1;
	u->upload[u->n++] = copy;
	return 0;
}

void
unfinished_drop(struct unfinished *u, size_t i)
{
	free(u->upload[i].text);
	u->n--;
	memmove(&u->upload[i], &u->upload[i + 1],
	    (u->n - i) * sizeof(u->upload[0]));
}

void
unfinished_free(struct unfinished *u)
{
	for (size_t i = 0; i < u->n; i++)
		free(u->upload[i].text);
	free(u->upload);
	*u = (struct unfinished){ .n = 0 };
}

bool
unfinished_is_at(const struct unfinished_upload *u,
    const struct unfinished_place *place)
{
	return span_is(u->store_ref, place->store_ref) &&
	    (u->endpoint.p == NULL || span_is(u->endpoint,
	    place->endpoint)) &&
	    (u->bucket.p == NULL || span_is(u->bucket, place->bucket));
}

/* --- Journals ------------------------------------------------------------- */

static int
add_intent(struct unfinished *u, const char *name,
    const struct journal_row *row, struct err *e)
{
	const struct journal_intent *i = &row->intent;
	const struct unfinished_upload upload = {
		.journal = span_of(name), .store_ref = i->store_ref,
		.endpoint = i->endpoint, .bucket = i->bucket,
		.path = i->path, .object_id = i->object_id,
		.key = i->remote_key, .since = row->time,
		.size = i->size_bytes, .part_size = i->part_size_bytes,
		.part_count = i->part_count,
	};

	return unfinished_add(u, &upload, e);
}

static void
add_part(struct unfinished_upload *u, const struct journal_landed *part)
{
	int64_t before = part->number - 1, bytes = u->part_size;

	if (part->size_bytes != FORM_NONE) {
		/* Of a stream, whose parts may grow. */
		if (part->size_bytes > INT64_MAX - u->landed_bytes)
			return;
		u->landed++;
		u->landed_bytes += part->size_bytes;
		return;
	}
	/* Whoever wrote the numbers, they lead nowhere. */
	if (before < 0 || u->part_size <= 0 || before > u->size / u->part_size)
		return;
	if (bytes > u->size - before * u->part_size)
		bytes = u->size - before * u->part_size;
	u->landed++;
	u->landed_bytes += bytes;
}

static void
add_id(struct unfinished_upload *u, struct span id)
{
	char *to = u->text + (u->upload_id.p - u->text);

	if (id.len > MULTIPART_ID_MAX)
		return;
	memcpy(to, id.p, id.len);
	to[id.len] = '\0';
	u->upload_id.len = id.len;
}

static int
read_journal(struct unfinished *u, struct journal_reader *r,
    const char *name, struct err *e)
{
	size_t before = u->n;
	struct unfinished_upload *last;
	struct journal_row row;
	int rc;

	while ((rc = journal_read(r, &row, e)) == 1) {
		if (row.kind == JOURNAL_INTENT &&
		    (rc = add_intent(u, name, &row, e)) != 0)
			break;
		if (u->n == before)
			break;		/* it is beyond what is kept */
		last = &u->upload[before];
		if (row.kind == JOURNAL_BEGUN)
			add_id(last, row.upload_id);
		else if (row.kind == JOURNAL_PART)
			add_part(last, &row.part);
		last->over |= row.kind == JOURNAL_COMPLETED ||
		    row.kind == JOURNAL_ENDED;
		last->completed |= row.kind == JOURNAL_COMPLETED;
	}
	if (rc < 0 && u->n > before)
		unfinished_drop(u, before);
	return rc < 0 ? -1 : 0;
}

static void
note_damage(struct unfinished *u, const struct err *why)
{
	if (u->damaged++ == 0)
		u->damage = *why;
}

/* What one user's eyes are not meant for is no failure of another's. */
static bool
is_closed(const struct err *e)
{
	return e->code == ERR_IO_ERROR && (e->sys == EACCES ||
	    e->sys == EPERM);
}

static int
look_at(struct unfinished *u, struct journal_reader *r, const char *state,
    const char *name, struct err *e)
{
	int rc = journal_read_open(r, state, name, e);

	if (rc == 0)
		rc = read_journal(u, r, name, e);
	journal_read_close(r);
	if (rc == 0)
		return 0;
	if (e->code == ERR_IO_ERROR && e->sys == ENOENT) {
		err_clear(e);		/* it ended meanwhile */
		return 0;
	}
	if (e->code != ERR_LEDGER_BROKEN && !is_closed(e))
		return -1;
	note_damage(u, e);
	err_clear(e);
	return 0;
}

int
unfinished_journals(struct unfinished *u, const char *state, struct err *e)
{
	struct journal_reader *r;
	struct dir dir = {0};
	int rc = journal_list(&dir, state, e);

	if (rc < 0 && is_closed(e)) {
		note_damage(u, e);
		err_clear(e);
		return 0;
	}
	if (rc <= 0)
		return rc;
	r = calloc(1, sizeof(*r));
	rc = r != NULL ? 0 : err_set(e, ERR_NO_MEMORY,
	    "no memory for a journal");
	for (size_t i = 0; rc == 0 && i < dir.n; i++)
		if (journal_is_name(dir.entry[i].name))
			rc = look_at(u, r, state, dir.entry[i].name, e);
	free(r);
	dir_close(&dir);
	return rc;
}
