/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dir.h"
#include "form.h"
#include "hex.h"

#include "bundle.h"

/* receipts/YYYY-MM/ID.json is the deepest. */
#define DEPTH 3
#define PATH_ROOM 4096
#define RECEIPTS "receipts/"

/* What is in the folder, in the order of the index. */
struct walk {
	const char *folder;
	struct dir dir[DEPTH];
	size_t at[DEPTH];		/* the next in each */
	size_t len[DEPTH];		/* of path, up to there */
	size_t depth;			/* folders that are open */
	char path[PATH_ROOM];		/* within the folder */
};

struct check {
	struct bundle_reader index;
	struct walk walk;
	struct sha256 hash;
	char block[65536];
};

static int
fail(const char *name, const char *what, struct err *e)
{
	err_set(e, ERR_VERIFICATION_FAILED, "'%s' %s", name, what);
	return err_advise(e, "take another copy of the bundle");
}

static int
enter(struct walk *w, struct err *e)
{
	struct dir *d = &w->dir[w->depth];

	if (dir_open(d, NULL, w->folder, 0, e) != 0)
		return -1;
	w->at[w->depth] = 0;
	w->depth++;
	return dir_read(d, 0, e);
}

/* Into the folder that path ends with, "/" included. */
static int
descend(struct walk *w, struct err *e)
{
	struct dir *d = &w->dir[w->depth];
	char name[256];
	size_t len = strlen(w->path), start = w->len[w->depth - 1];

	if (w->depth == DEPTH || len - start > sizeof(name))
		return fail(w->path, "does not belong to a bundle", e);
	memcpy(name, w->path + start, len - start - 1);
	name[len - start - 1] = '\0';
	if (dir_open(d, &w->dir[w->depth - 1], name, 0, e) != 0)
		return -1;
	w->at[w->depth] = 0;
	w->len[w->depth] = len;
	w->depth++;
	return dir_read(d, 0, e);
}

/* 1 and the next file in path; 0; -1. */
static int
walk_next(struct walk *w, struct err *e)
{
	while (w->depth > 0) {
		size_t top = w->depth - 1, len = w->len[top];
		const struct dir_entry *entry;
		struct buf b;

		if (w->at[top] == w->dir[top].n) {
			dir_close(&w->dir[top]);
			w->depth--;
			continue;
		}
		entry = &w->dir[top].entry[w->at[top]++];
		buf_fixed(&b, w->path + len, sizeof(w->path) - len);
		buf_puts(&b, entry->name);
		if (!buf_ok(&b))
			return fail(w->path, "is too long a name", e);
		if (entry->kind == DIR_FOLDER) {
			if (descend(w, e) != 0)
				return -1;
		} else if (entry->kind != DIR_FILE) {
			return fail(w->path, "is no regular file", e);
		} else if (top > 0 || strcmp(entry->name, BUNDLE_INDEX) != 0) {
			return 1;
		}
	}
	return 0;
}

/* Its bytes are those of the index. */
static int
check_bytes(struct check *c, const struct bundle_file *want, struct err *e)
{
	char path[PATH_ROOM], hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	int64_t at = 0;
	struct file f;
	struct buf b;
	ssize_t n;

	buf_fixed(&b, path, sizeof(path));
	buf_printf(&b, "%s/%s", c->walk.folder, c->walk.path);
	if (!buf_ok(&b))
		return fail(c->walk.path, "is too long a name", e);
	if (file_open(&f, path, FILE_NOFOLLOW, e) != 0)
		return -1;
	sha256_restart(&c->hash);
	while ((n = file_read_at(&f, c->block, sizeof(c->block), at, e)) > 0) {
		sha256_update(&c->hash, c->block, (size_t)n);
		at += n;
	}
	file_close(&f);
	if (n < 0)
		return -1;
	sha256_final(&c->hash, digest);
	hex_encode(hex, digest, SHA256_LEN);
	return at == want->size_bytes && span_is(want->sha256, hex) ? 0 :
	    fail(c->walk.path, "was changed: not the bytes of the index", e);
}

static void
count(struct bundle_found *found, const struct bundle_file *f)
{
	if (f->lost.p != NULL) {
		found->lost++;
		return;
	}
	found->files++;
	found->receipts += span_starts(f->name, RECEIPTS);
	found->has_writers |= span_is(f->name, BUNDLE_WRITERS);
}

static int
merge(struct check *c, struct err *e)
{
	struct bundle_file want;
	int some = walk_next(&c->walk, e), rc = 1;

	while (some >= 0 && (rc = bundle_next(&c->index, &want, e)) == 1) {
		int order = some == 0 ? 1 :
		    span_compare(span_of(c->walk.path), want.name);
		char name[512];
		struct buf b;

		buf_fixed(&b, name, sizeof(name));
		buf_span(&b, want.name);
		if (order < 0)
			break;
		if (want.lost.p != NULL) {
			if (order == 0)
				return fail(name, "is there, and the index "
				    "says that it is lost", e);
			continue;
		}
		if (order > 0)
			return fail(name, "is missing", e);
		if (check_bytes(c, &want, e) != 0)
			return -1;
		some = walk_next(&c->walk, e);
	}
	if (some < 0 || rc < 0)
		return -1;
	return some == 0 ? 0 : fail(c->walk.path, "is not in the index", e);
}

int
bundle_check_index(struct bundle_found *found, const char *folder,
    struct err *e)
{
	struct bundle_reader *r = calloc(1, sizeof(*r));
	struct bundle_file f;
	int rc;

	*found = (struct bundle_found){ .files = 0 };
	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a bundle");
	rc = bundle_open(r, folder, e);
	if (rc == 0)
		found->head = r->head;
	while (rc >= 0 && (rc = bundle_next(r, &f, e)) == 1)
		count(found, &f);
	bundle_close(r);
	free(r);
	return rc;
}

int
bundle_check_files(const char *folder, struct err *e)
{
	struct check *c = calloc(1, sizeof(*c));
	int rc = -1;

	if (c == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a bundle");
	c->walk.folder = folder;
	sha256_init(&c->hash);
	if (bundle_open(&c->index, folder, e) == 0 &&
	    enter(&c->walk, e) == 0)
		rc = merge(c, e);
	while (c->walk.depth > 0)
		dir_close(&c->walk.dir[--c->walk.depth]);
	bundle_close(&c->index);
	free(c);
	return rc;
}
