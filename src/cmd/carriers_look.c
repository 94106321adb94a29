/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attr.h"
#include "file_whole.h"
#include "folder.h"
#include "hex.h"
#include "lines.h"
#include "manifest.h"
#include "receipt.h"
#include "rights.h"
#include "rows.h"
#include "sums.h"

#include "carriers_look.h"

#define SUMS_NAME "SHA256SUMS"
#define XATTR_NAME "user.sha256"
#define XATTR_MAX 1024
#define TEXT_MAX 1048576

/* Who may write the file that the thing is in, and when it was. */
static bool
look_at(struct carriers_thing *t, const char *path)
{
	struct err ignored = {0};
	struct rights r;

	t->there = rights_look(&r, path, &ignored) == 0 && r.readable;
	if (!t->there)
		return false;
	t->owner = r.owner;
	t->mode = r.mode;
	t->written = r.written;
	return true;
}

/* One that it has; first is where that is kept which came first. */
static void
meet(struct carriers_thing *t, struct span hex, char first[SUMS_HEX_LEN],
    const char *want)
{
	if (t->hashes == 0)
		memcpy(first, hex.p, SUMS_HEX_LEN);
	if (t->hashes == 0 || strncasecmp(first, hex.p, SUMS_HEX_LEN) != 0)
		t->hashes++;
	t->agrees |= want[0] != '\0' &&
	    strncasecmp(want, hex.p, SUMS_HEX_LEN) == 0;
}

/* --- Ours ----------------------------------------------------------------- */

/* Large. */
struct ours {
	const struct carriers_look *look;
	struct receipt_room room;
	struct manifest manifest;
	struct manifest_line line;
	char path[RECORD_SIZE_MAX];	/* of the artifact, as rows have it */
	size_t path_len;
};

static void
take_receipt(struct ours *o, const struct row_outcome *row)
{
	struct carriers_facts *f = o->look->facts;
	struct carriers_thing *t = &f->thing[CARRIERS_RECEIPTS];
	const char *state = o->look->archive->state;
	char name[RECEIPT_NAME_MAX], path[PATH_MAX];
	char hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct receipt receipt;
	struct err ignored = {0};

	f->receipts++;
	if (receipt_read(&receipt, state, row->receipt, &o->room, digest,
	    &ignored) != 0)
		return;
	hex_encode(hex, digest, SHA256_LEN);
	if (!span_is(row->receipt_sha256, hex))
		return;
	f->receipts_whole++;
	t->hashes = 1;
	t->agrees = true;
	if (receipt_name(name, row->receipt) == 0 &&
	    archive_place(path, state, name, &ignored) == 0)
		look_at(t, path);
}

static void
take_row(struct ours *o, const struct row *row)
{
	const struct carrier_admit *a = o->look->admit;
	const struct row_outcome *outcome = &row->of.outcome;

	if (row->kind == ROW_ADMIT && row->seq == a->seq &&
	    row->of.admit.path.len <= sizeof(o->path)) {
		o->path_len = row->of.admit.path.len;
		memcpy(o->path, row->of.admit.path.p, o->path_len);
	} else if (row->kind == ROW_PROOF && outcome->receipt.p != NULL &&
	    span_is(outcome->object_id, a->object_id)) {
		take_receipt(o, outcome);
	}
}

static void
look_at_receipts(struct ours *o)
{
	struct rows *rows;
	struct row row;
	struct err ignored = {0};

	o->look->facts->thing[CARRIERS_RECEIPTS].asked = true;
	if (o->look->admit == NULL)
		return;
	if (rows_open(&rows, o->look->archive->ledger, &ignored) == 0)
		while (rows_next(rows, &row, &ignored) == 1)
			take_row(o, &row);
	rows_close(rows);
}

static void
look_at_manifest(struct ours *o)
{
	const struct carriers_look *l = o->look;
	struct carriers_thing *t = &l->facts->thing[CARRIERS_MANIFEST];
	const struct span path = { o->path, o->path_len };
	struct err ignored = {0};

	t->asked = true;
	if (manifest_open(&o->manifest, l->archive->manifest, &ignored) != 1)
		return;
	l->facts->rows_known = o->manifest.mark.rows;
	look_at(t, l->archive->manifest);
	while (o->path_len > 0 &&
	    manifest_next(&o->manifest, &o->line, &ignored) == 1) {
		if (!span_eq(o->line.path, path))
			continue;
		t->hashes = 1;
		t->agrees = span_is(o->line.object_id, l->admit->object_id);
	}
	manifest_close(&o->manifest);
}

/* --- Others' -------------------------------------------------------------- */

/* Large. */
struct sums {
	struct lines lines;
	char window[PATH_MAX + 256];
	char name[PATH_MAX];
	char folder[PATH_MAX];		/* that names are seen from */
	char first[SUMS_HEX_LEN];
};

/* The folder that a path is in; "" for the root's. */
static int
folder_of(char out[PATH_MAX], const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	struct err ignored = {0};
	struct buf b;

	buf_fixed(&b, folder, sizeof(folder));
	if (slash == NULL)
		buf_putc(&b, '.');
	else
		buf_put(&b, path, (size_t)(slash - path) + 1);
	if (!buf_ok(&b) || folder_real(out, folder, &ignored) != 0)
		return -1;
	if (strcmp(out, "/") == 0)
		out[0] = '\0';
	return 0;
}

static bool
names(const struct sums *s, const char *artifact)
{
	const char *name = s->name;
	size_t n = strlen(s->folder);

	if (name[0] == '/')
		return strcmp(name, artifact) == 0;
	while (strncmp(name, "./", 2) == 0)
		name += 2;
	return strncmp(artifact, s->folder, n) == 0 && artifact[n] == '/' &&
	    strcmp(artifact + n + 1, name) == 0;
}

static void
read_sums(struct sums *s, const struct carriers_look *l,
    const struct file *f)
{
	struct carriers_thing *t = &l->facts->thing[CARRIERS_SUMS];
	struct err ignored = {0};
	struct span line, hex;
	struct buf b;

	lines_init(&s->lines, f, s->window, sizeof(s->window));
	while (lines_next(&s->lines, &line, &ignored) == 1) {
		buf_fixed(&b, s->name, sizeof(s->name));
		if (sums_line(line, &hex, &b) && names(s, l->artifact))
			meet(t, hex, s->first, l->hex);
	}
}

static int
look_at_sums(const struct carriers_look *l, struct err *e)
{
	struct carriers_thing *t = &l->facts->thing[CARRIERS_SUMS];
	struct sums *s = calloc(1, sizeof(*s));
	char beside[PATH_MAX], folder[PATH_MAX];
	const char *path = l->sums;
	struct file f = {0};
	struct err ignored = {0};

	if (s == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for checksums");
	if (path == NULL && l->artifact[0] != '\0' &&
	    folder_of(folder, l->artifact) == 0 &&
	    archive_place(beside, folder[0] != '\0' ? folder : "/",
	    SUMS_NAME, &ignored) == 0 && file_exists(beside))
		path = beside;
	t->asked = path != NULL;
	if (t->asked && look_at(t, path)) {
		t->there = folder_of(s->folder, path) == 0 &&
		    file_open(&f, path, 0, &ignored) == 0;
		if (t->there)
			read_sums(s, l, &f);
		file_close(&f);
	}
	free(s);
	return 0;
}

static void
read_text(struct carriers_thing *t, struct span text, const char *want)
{
	char first[SUMS_HEX_LEN];
	struct span hex;

	while (sums_next(&text, &hex))
		meet(t, hex, first, want);
}

static void
look_at_xattr(const struct carriers_look *l)
{
	struct carriers_thing *t = &l->facts->thing[CARRIERS_XATTR];
	char value[XATTR_MAX];
	ssize_t n = attr_read(l->artifact, l->xattr != NULL ? l->xattr :
	    XATTR_NAME, value, sizeof(value));

	t->asked = l->xattr != NULL || n >= 0;
	if (n >= 0 && look_at(t, l->artifact))
		read_text(t, (struct span){ value, (size_t)n }, l->hex);
}

static void
look_at_text(const struct carriers_look *l)
{
	struct carriers_thing *t = &l->facts->thing[CARRIERS_TEXT];
	struct file f = {0};
	struct err ignored = {0};
	char *text = NULL;
	size_t n;

	t->asked = l->text != NULL;
	if (!t->asked || !look_at(t, l->text))
		return;
	t->there = file_open(&f, l->text, 0, &ignored) == 0 &&
	    file_whole(&text, &n, &f, TEXT_MAX, &ignored) == 0;
	if (t->there)
		read_text(t, (struct span){ text, n }, l->hex);
	free(text);
	file_close(&f);
}

int
carriers_look(const struct carriers_look *l, struct err *e)
{
	struct ours *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for receipts");
	o->look = l;
	look_at_receipts(o);
	look_at_manifest(o);
	free(o);
	l->facts->append_only = attr_look(l->archive->ledger) == ATTR_ON;
	look_at_xattr(l);
	look_at_text(l);
	return look_at_sums(l, e);
}
