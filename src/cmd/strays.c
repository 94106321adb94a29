/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "dir.h"
#include "file.h"
#include "form.h"
#include "receipt.h"

#include "strays.h"

#define FOLDER "receipts/"
#define ENDING ".json"

/* What a key was seen as: in the folder, or in a row. */
static const struct span a_file = { "f", 1 }, a_row = { "r", 1 };

/* --- The folder ----------------------------------------------------------- */

/* One that is just being made (file.h). */
static bool
is_temporary(struct span name)
{
	return span_starts(name, ".consign-") && name.len > 4 &&
	    memcmp(name.p + name.len - 4, ".tmp", 4) == 0;
}

static int
add_file(struct strays *s, struct span folder, const char *name,
    struct err *e)
{
	struct buf key;

	if (is_temporary(span_of(name)))
		return 0;
	buf_fixed(&key, s->file, sizeof(s->file));
	buf_span(&key, folder);
	buf_puts(&key, name);
	return sorter_add(&s->sorter, buf_as_span(&key), a_file, e);
}

/* "2026-11/": all that is in it. */
static int
add_month(struct strays *s, const struct dir *receipts, const char *month,
    struct err *e)
{
	char name[] = "YYYY-MM";
	struct dir d = {0};
	int rc;

	memcpy(name, month, sizeof(name) - 1);
	rc = dir_open(&d, receipts, name, 0, e);
	if (rc == 0)
		rc = dir_read(&d, 0, e);
	for (size_t i = 0; rc == 0 && i < d.n; i++)
		rc = add_file(s, span_of(month), d.entry[i].name, e);
	dir_close(&d);
	return rc;
}

static bool
is_month(const struct dir_entry *entry)
{
	struct span month;
	struct span rest = span_cut(span_of(entry->name), '/', &month);

	return entry->kind == DIR_FOLDER && rest.p != NULL &&
	    form_fits(FORM_MONTH, month);
}

int
strays_open(struct strays *s, const struct archive *a, struct rng *rng,
    struct err *e)
{
	const struct span top = { "", 0 };
	char path[PATH_MAX];
	struct dir d = {0};
	int rc;

	sorter_init(&s->sorter, a->manifest, rng);
	if (archive_place(path, a->state, "receipts", e) != 0)
		return -1;
	if (!file_exists(path))
		return 0;
	rc = dir_open(&d, NULL, path, 0, e);
	if (rc == 0)
		rc = dir_read(&d, 0, e);
	for (size_t i = 0; rc == 0 && i < d.n; i++)
		rc = is_month(&d.entry[i]) ?
		    add_month(s, &d, d.entry[i].name, e) :
		    add_file(s, top, d.entry[i].name, e);
	dir_close(&d);
	return rc;
}

/* --- Rows, and what is left ----------------------------------------------- */

int
strays_named(struct strays *s, struct span receipt_id, struct err *e)
{
	char name[RECEIPT_NAME_MAX];

	/* What is no id names no file. */
	if (receipt_name(name, receipt_id) != 0)
		return 0;
	return sorter_add(&s->sorter, span_of(name + strlen(FOLDER)), a_row,
	    e);
}

static int
advance(struct strays *s, struct err *e)
{
	s->rc = sorter_next(&s->sorter, &s->key, &s->text, e);
	return s->rc < 0 ? -1 : 0;
}

int
strays_next(struct strays *s, struct span *file, struct err *e)
{
	bool named = true;

	if (!s->begun) {
		if (sorter_begin(&s->sorter, e) != 0 || advance(s, e) != 0)
			return -1;
		s->begun = true;
	}
	while (s->rc == 1 && named) {
		named = false;
		BUG_ON(s->key.len > sizeof(s->file));
		memcpy(s->file, s->key.p, s->key.len);
		*file = (struct span){ s->file, s->key.len };
		do {
			named |= span_eq(s->text, a_row);
			if (advance(s, e) != 0)
				return -1;
		} while (s->rc == 1 && span_eq(s->key, *file));
	}
	return named ? s->rc : 1;
}

bool
strays_id(struct span file, struct span *id)
{
	const size_t n = strlen("YYYY-MM/"), m = strlen(ENDING);
	char name[RECEIPT_NAME_MAX];

	if (file.len <= n + m)
		return false;
	*id = (struct span){ file.p + n, file.len - n - m };
	return receipt_name(name, *id) == 0 &&
	    span_is(file, name + strlen(FOLDER));
}

void
strays_close(struct strays *s)
{
	sorter_free(&s->sorter);
}
