/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "dir.h"
#include "file.h"
#include "folder.h"
#include "list.h"
#include "record.h"
#include "upload.h"
#include "utc.h"

#include "anchors.h"

#define FOLDER "anchors"

/* --- The newest names ----------------------------------------------------- */

struct candidate {
	int64_t seq;
	char name[ANCHOR_NAME_MAX + 1];
	struct object object;		/* as a listing shows it */
};

/* The newest of them, in order, the newest first. */
struct pile {
	struct anchors_search *search;
	size_t n;
	struct candidate of[ANCHORS_TRIED + 1];	/* one to fall off */

	/* How one of them is read into found. */
	struct client *client;		/* NULL: from */
	const char *folder;
};

/* Does a come before b? */
static bool
is_newer(const struct candidate *a, const struct candidate *b)
{
	return a->seq != b->seq ? a->seq > b->seq :
	    strcmp(a->name, b->name) < 0;
}

/* Foreign names are passed over; of what is far too old, so are all. */
static void
offer(struct pile *p, struct span name, const struct object *object)
{
	struct candidate c = { .object = *object };
	struct span suffix;
	size_t at = p->n;

	c.seq = anchor_name_seq(name, &suffix);
	if (c.seq < 0 || (p->search->up_to > 0 && c.seq > p->search->up_to) ||
	    (p->search->suffix != NULL &&
	    !span_is(suffix, p->search->suffix)))
		return;
	memcpy(c.name, name.p, name.len);
	for (; at > 0 && is_newer(&c, &p->of[at - 1]); at--)
		p->of[at] = p->of[at - 1];
	p->of[at] = c;
	if (p->n < ANCHORS_TRIED)
		p->n++;
	else
		p->search->cut = true;
}

/* --- Documents ------------------------------------------------------------ */

void
anchors_key(char key[ANCHORS_KEY_MAX + 1], const char *archive_id,
    const char *name)
{
	struct buf b;

	buf_fixed(&b, key, ANCHORS_KEY_MAX + 1);
	buf_printf(&b, "consign/%s/" FOLDER "/%s", archive_id, name);
	BUG_ON(!buf_ok(&b));
}

struct text_sink {
	struct object_sink sink;
	struct anchors_found *found;
};

static int
text_write(struct object_sink *s, const void *p, size_t n, struct err *e)
{
	struct anchors_found *f = ((struct text_sink *)s)->found;

	if (n > sizeof(f->text) - f->len)
		return err_set(e, ERR_INDETERMINATE, "the store sends more "
		    "of an anchor than it showed");
	memcpy(f->text + f->len, p, n);
	f->len += n;
	return 0;
}

static int
text_restart(struct object_sink *s, struct err *e)
{
	(void)e;
	((struct text_sink *)s)->found->len = 0;
	return 0;
}

static int
fetch(struct client *c, struct anchors_found *f, struct err *e)
{
	struct text_sink to = { { text_write, text_restart }, f };

	f->len = 0;
	if (object_fetch(c, span_of(f->key), &f->object, &to.sink, e) != 0)
		return err_ctx(e, "anchor %s", f->key);
	return 0;
}

static int
read_copy(const char *folder, struct anchors_found *f, struct err *e)
{
	char path[PATH_MAX];
	struct file file;
	ssize_t n;

	if (archive_place(path, folder, f->name, e) != 0 ||
	    file_open(&file, path, FILE_NOFOLLOW, e) != 0)
		return -1;
	n = file_read_at(&file, f->text, sizeof(f->text), 0, e);
	file_close(&file);
	f->len = n > 0 ? (size_t)n : 0;
	return n < 0 ? -1 : 0;
}

/* 1: it is an anchor of this archive, under its name; 0: it is not; -1. */
static int
read_one(struct pile *p, const struct candidate *c, struct anchors_found *f,
    struct err *e)
{
	const char *id = p->search->archive_id;
	struct err bad = {0};

	*f = (struct anchors_found){ .object = c->object };
	memcpy(f->name, c->name, sizeof(f->name));
	anchors_key(f->key, id, f->name);
	p->search->read++;
	if (c->object.size >= ANCHOR_SIZE_MAX)
		return 0;
	if ((p->client != NULL ? fetch(p->client, f, e) :
	    read_copy(p->folder, f, e)) != 0)
		return -1;
	if (anchor_parse(&f->anchor, (struct span){ f->text, f->len },
	    &bad) == 0)
		return f->anchor.seq == c->seq &&
		    strcmp(f->anchor.archive_id, id) == 0;
	if (bad.code != ERR_NO_MEMORY)
		return 0;
	*e = bad;
	return -1;
}

/* All of the pile, the newest first, until one is good.  1, 0, -1. */
static int
judge(struct pile *p, struct err *e)
{
	struct anchors_search *s = p->search;
	struct anchors_found *f = malloc(sizeof(*f));
	bool taken = false;
	int rc = 0;

	if (f == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for an anchor");
	for (size_t i = 0; rc >= 0 && i < p->n; i++) {
		if (taken && p->of[i].seq < s->found.anchor.seq)
			break;
		rc = read_one(p, &p->of[i], f, e);
		if (rc == 1)
			rc = s->judge(s, f, e);
		if (rc == ANCHORS_TAKE && !taken)
			s->found = *f;
		taken |= rc == ANCHORS_TAKE;
		s->passed += rc == ANCHORS_PASS;
	}
	free(f);
	return rc < 0 ? -1 : taken;
}

/* --- Where they are ------------------------------------------------------- */

static int
list(struct pile *p, struct err *e)
{
	char prefix[ANCHORS_KEY_MAX + 1];
	struct list_query query = { .kind = LIST_OBJECTS };
	struct list_entry entry;
	struct list l;
	int rc;

	anchors_key(prefix, p->search->archive_id, "");
	query.prefix = span_of(prefix);
	list_open(&l, p->client, &query);
	while ((rc = list_next(&l, &entry, e)) == 1 &&
	    l.pages <= ANCHORS_PAGES) {
		struct object o = { .exists = true, .size = entry.size };

		memcpy(o.etag, entry.etag, sizeof(o.etag));
		entry.key.p += query.prefix.len;
		entry.key.len -= query.prefix.len;
		offer(p, entry.key, &o);
	}
	list_close(&l);
	if (rc == 0)
		return 0;
	if (rc == 1)
		err_set(e, ERR_INDETERMINATE, "more than %d pages are below "
		    "%s", ANCHORS_PAGES, prefix);
	return err_ctx(e, "list the anchors");
}

int
anchors_in_store(struct anchors_search *s, struct client *c, struct err *e)
{
	struct pile *p = calloc(1, sizeof(*p));
	int rc = -1;

	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for anchors");
	p->search = s;
	p->client = c;
	if (list(p, e) == 0)
		rc = judge(p, e);
	free(p);
	return rc;
}

int
anchors_in_folder(struct anchors_search *s, const char *state, struct err *e)
{
	static const struct object none;
	struct pile *p = calloc(1, sizeof(*p));
	char path[PATH_MAX];
	struct dir d = {0};
	int rc = -1;

	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for anchors");
	p->search = s;
	p->folder = path;
	if (archive_place(path, state, FOLDER, e) != 0)
		goto done;
	if (dir_open(&d, NULL, path, 0, e) != 0) {
		if (e->sys == ENOENT) {
			err_clear(e);
			rc = 0;
		}
		goto done;
	}
	if (dir_read(&d, 0, e) != 0)
		goto done;
	for (size_t i = 0; i < d.n; i++)
		if (d.entry[i].kind == DIR_FILE)
			offer(p, span_of(d.entry[i].name), &none);
	rc = judge(p, e);
done:
	dir_close(&d);
	free(p);
	return rc;
}

int
anchors_say(const struct app *app, const struct anchor *a, const char *key,
    struct err *e)
{
	char storage[1024];
	struct buf b;

	if (!app->opt->global.json)
		return out_note(app->out, e, "%s %lld rows: %s",
		    app->opt->approval.dry_run ? "would anchor" : "anchored",
		    (long long)a->seq, key);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "kind", span_of("anchor"));
	record_int(&b, "anchored_seq", a->seq);
	record_str(&b, "writer", span_of(a->by.writer));
	record_str(&b, "remote_key", span_of(key));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(app->out, buf_as_span(&b), e);
}

/* --- Copies --------------------------------------------------------------- */

int
anchors_place(char path[PATH_MAX], const char *state, const char *name,
    struct err *e)
{
	char folder[PATH_MAX];

	if (archive_place(folder, state, FOLDER, e) != 0 ||
	    archive_place(path, folder, name, e) != 0)
		return -1;
	if (file_exists(folder))
		return 0;
	return folder_make(folder, ARCHIVE_STATE_MODE, e);
}

static int
write_document(struct file_tmp *t, struct span text, const char *path,
    const struct app *app, struct err *e)
{
	if (guard_check(app->guard, NULL, text, e) != 0 ||
	    file_tmp_create(t, path, false, app->rng, e) != 0)
		return -1;
	return file_tmp_write(t, text.p, text.len, e);
}

int
anchors_document(struct file_tmp *t, const struct anchor *a,
    const char *path, const struct app *app, struct err *e)
{
	char text[ANCHOR_SIZE_MAX];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	anchor_write(&b, a);
	BUG_ON(!buf_ok(&b));
	return write_document(t, buf_as_span(&b), path, app, e);
}

int
anchors_keep(const struct anchors_found *found, const char *state,
    const struct app *app, struct err *e)
{
	char path[PATH_MAX];
	struct file_tmp t = {0};
	int rc;

	if (anchors_place(path, state, found->name, e) != 0)
		return -1;
	if (file_exists(path))
		return 0;
	rc = write_document(&t, (struct span){ found->text, found->len },
	    path, app, e);
	if (rc == 0)
		rc = file_tmp_commit(&t, ANCHORS_MODE, e);
	file_tmp_discard(&t);
	return rc;
}

/* --- Sending -------------------------------------------------------------- */

int
anchors_send(struct anchors_send *s, struct err *e)
{
	static const struct object nothing = { .size = -1 };
	struct file file = file_tmp_reader(s->document);
	char until[UTC_ISO_LEN + 1];
	struct upload u = { .client = s->client, .file = &file,
	    .key = span_of(s->key),
	    .seen = s->look ? NULL : &nothing,
	    .put_if_none_match = s->put_if_none_match,
	    .delete_if_match = s->delete_if_match,
	    .versioned = s->versioned };

	if (s->retain_until > 0) {
		utc_iso(until, s->retain_until);
		u.retain_until = until;
	}
	if (file_identity(&file, &file.id, e) != 0)
		return -1;
	if (upload_run(&u, e) == 0) {
		s->object = u.object;
		return 0;
	}
	if (e->code != ERR_REMOTE_CONFLICT)
		return -1;
	return err_set(e, ERR_LEDGER_ROLLED_BACK, "somebody else wrote an "
	    "anchor of row %lld of this archive: it has two histories",
	    (long long)s->seq);
}
