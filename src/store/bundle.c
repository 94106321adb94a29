/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "form.h"
#include "hex.h"

#include "bundle.h"

#define INDEX_LINE_MAX 2048		/* a name is at most 512 */
#define MODE 0644

/* The lines, as form.h has them. */
struct first {
	struct span schema, archive_id;
	int64_t time, rows;
	struct span chain;
};

static const struct form_field first_fields[] = {
	FORM_NEED(first, schema, FORM_WORD),
	FORM_NEED(first, archive_id, FORM_WORD),
	FORM_NEED(first, time, FORM_TIME),
	FORM_NEED(first, rows, FORM_COUNT),
	FORM_NEED(first, chain, FORM_HEX64),
	{ .name = NULL }
};

static const struct form_field file_fields[] = {
	FORM_NEED(bundle_file, name, FORM_PATH),
	FORM_MAY(bundle_file, size_bytes, FORM_COUNT),
	FORM_NEED(bundle_file, sha256, FORM_HEX64),
	FORM_MAY(bundle_file, lost, FORM_WORD),
	{ .name = NULL }
};

struct last {
	int64_t files, lost;
	struct span index_sha256;
};

static const struct form_field last_fields[] = {
	FORM_NEED(last, files, FORM_COUNT),
	FORM_NEED(last, lost, FORM_COUNT),
	FORM_NEED(last, index_sha256, FORM_HEX64),
	{ .name = NULL }
};

/* --- Writing -------------------------------------------------------------- */

static int
write_line(struct buf *b, const struct form_field *fields, const void *from,
    struct err *e)
{
	buf_reset(b);
	record_begin(b);
	if (form_write(b, fields, from, 0, e) != 0)
		return err_ctx(e, "the index of a bundle");
	record_end(b);
	BUG_ON(!buf_ok(b));
	return 0;
}

void
bundle_index_init(struct bundle_index *i, const char *beside,
    struct rng *rng)
{
	i->files = i->lost = 0;
	i->rng = rng;
	sorter_init(&i->sorter, beside, rng);
}

int
bundle_index_add(struct bundle_index *i, const struct bundle_file *file,
    struct err *e)
{
	char storage[INDEX_LINE_MAX];
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	if (write_line(&b, file_fields, file, e) != 0)
		return -1;
	if (file->size_bytes == FORM_NONE)
		i->lost++;
	else
		i->files++;
	/* Its line feed comes back when it is written. */
	return sorter_add(&i->sorter, file->name, (struct span){ storage,
	    b.len - 1 }, e);
}

/* What is written, and hashed. */
struct writing {
	struct sink sink;
	struct sha256 hash;
};

static int
put(struct writing *w, struct span text, struct err *e)
{
	sha256_update(&w->hash, text.p, text.len);
	return sink_put(&w->sink, text, e);
}

static int
put_files(struct writing *w, struct bundle_index *i, struct err *e)
{
	static const struct span feed = { "\n", 1 };
	struct span key, text;
	int rc = sorter_begin(&i->sorter, e);

	while (rc >= 0 &&
	    (rc = sorter_next(&i->sorter, &key, &text, e)) == 1)
		if (put(w, text, e) != 0 || put(w, feed, e) != 0)
			return -1;
	return rc;
}

static int
put_all(struct writing *w, struct bundle_index *i,
    const struct bundle_head *head, struct err *e)
{
	char storage[INDEX_LINE_MAX], hex[SHA256_HEX_LEN + 1];
	struct first first = { span_of(BUNDLE_SCHEMA),
	    span_of(head->archive_id), head->time, head->rows,
	    span_of(hex) };
	struct last last = { i->files, i->lost, span_of(hex) };
	uint8_t digest[SHA256_LEN];
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	hex_encode(hex, head->chain, CHAIN_LEN);
	first.chain = span_of(hex);
	if (write_line(&b, first_fields, &first, e) != 0 ||
	    put(w, buf_as_span(&b), e) != 0 || put_files(w, i, e) != 0)
		return -1;
	sha256_final(&w->hash, digest);
	hex_encode(hex, digest, SHA256_LEN);
	last.index_sha256 = span_of(hex);
	if (write_line(&b, last_fields, &last, e) != 0)
		return -1;
	return sink_put(&w->sink, buf_as_span(&b), e);
}

int
bundle_index_write(struct bundle_index *i, const char *folder,
    const struct bundle_head *head, const struct guard *guard, struct err *e)
{
	struct writing w;
	char path[PATH_MAX];
	struct file_tmp t;
	struct buf b;
	int rc = -1;

	buf_fixed(&b, path, sizeof(path));
	buf_printf(&b, "%s/" BUNDLE_INDEX, folder);
	if (!buf_ok(&b))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long", folder);
	if (file_tmp_create(&t, path, false, i->rng, e) != 0)
		return -1;
	sha256_init(&w.hash);
	sink_init(&w.sink, &t, guard);
	if (put_all(&w, i, head, e) == 0 && sink_flush(&w.sink, e) == 0)
		rc = file_tmp_commit(&t, MODE, e);
	file_tmp_discard(&t);
	return rc;
}

void
bundle_index_free(struct bundle_index *i)
{
	sorter_free(&i->sorter);
}

/* --- Reading -------------------------------------------------------------- */

static int
wrong(const char *what, struct err *e)
{
	err_set(e, ERR_VERIFICATION_FAILED, BUNDLE_INDEX ": %s", what);
	return err_advise(e, "take another copy of the bundle");
}

/* The codes of records are those of a ledger, which this is not. */
static int
recode(struct err *e)
{
	if (e->code == ERR_LEDGER_BROKEN)
		e->code = ERR_VERIFICATION_FAILED;
	return err_ctx(e, BUNDLE_INDEX);
}

/* The next line, parsed; what it holds is hashed if it is not the last. */
static int
next_line(struct bundle_reader *r, bool *is_last, struct err *e)
{
	struct span line;
	int rc = lines_next(&r->lines, &line, e);

	if (rc == 0)
		return wrong("it ends without its last line", e);
	if (rc < 0 || record_parse(&r->record, line, e) != 0)
		return recode(e);
	*is_last = record_find(&r->record, "index_sha256") != NULL;
	if (!*is_last)
		sha256_update(&r->hash, line.p, line.len + 1);
	return 0;
}

static int
read_line(struct bundle_reader *r, const struct form_field *fields,
    void *into, struct err *e)
{
	struct buf scratch;
	const struct form_source from = { &r->record, &scratch, 0 };

	buf_fixed(&scratch, r->scratch, sizeof(r->scratch));
	return form_read(into, fields, &from, e) == 0 ? 0 : recode(e);
}

int
bundle_open(struct bundle_reader *r, const char *folder, struct err *e)
{
	struct first first;
	bool is_last;
	struct buf b;

	memset(r, 0, offsetof(struct bundle_reader, record));
	buf_fixed(&b, r->path, sizeof(r->path));
	buf_printf(&b, "%s/" BUNDLE_INDEX, folder);
	if (!buf_ok(&b))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long", folder);
	if (file_open(&r->file, r->path, FILE_NOFOLLOW, e) != 0)
		return -1;
	sha256_init(&r->hash);
	lines_init(&r->lines, &r->file, r->window, sizeof(r->window));
	if (next_line(r, &is_last, e) != 0 ||
	    read_line(r, first_fields, &first, e) != 0)
		return -1;
	if (!span_is(first.schema, BUNDLE_SCHEMA) ||
	    first.archive_id.len > BUNDLE_ID_MAX || first.rows == 0 ||
	    hex_decode(r->head.chain, CHAIN_LEN, first.chain) != 0)
		return wrong("it is not of a bundle", e);
	memcpy(r->head.archive_id, first.archive_id.p, first.archive_id.len);
	r->head.time = first.time;
	r->head.rows = first.rows;
	return 0;
}

static int
at_end(struct bundle_reader *r, struct err *e)
{
	char hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct last last;
	struct span rest;

	if (read_line(r, last_fields, &last, e) != 0)
		return -1;
	sha256_final(&r->hash, digest);
	hex_encode(hex, digest, SHA256_LEN);
	if (!span_is(last.index_sha256, hex))
		return wrong("it was changed: not the digest of its last "
		    "line", e);
	if (last.files != r->files || last.lost != r->lost)
		return wrong("it has not so many lines as its last says", e);
	if (lines_next(&r->lines, &rest, e) != 0 || rest.len > 0)
		return wrong("there is something behind its last line", e);
	return 0;
}

int
bundle_next(struct bundle_reader *r, struct bundle_file *file, struct err *e)
{
	bool is_last;

	if (next_line(r, &is_last, e) != 0)
		return -1;
	if (is_last)
		return at_end(r, e);
	if (read_line(r, file_fields, file, e) != 0)
		return -1;
	if (file->name.len >= sizeof(r->last) ||
	    (file->size_bytes == FORM_NONE) != (file->lost.p != NULL))
		return wrong("a line that says nothing", e);
	if (r->last[0] != '\0' &&
	    span_compare(span_of(r->last), file->name) >= 0)
		return wrong("its lines are not sorted", e);
	memcpy(r->last, file->name.p, file->name.len);
	r->last[file->name.len] = '\0';
	if (file->lost.p != NULL)
		r->lost++;
	else
		r->files++;
	return 1;
}

void
bundle_close(struct bundle_reader *r)
{
	file_close(&r->file);
}
