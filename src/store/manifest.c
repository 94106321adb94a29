/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <string.h>

#include "hex.h"
#include "sha256.h"

#include "form.h"

#include "manifest.h"

/*
 * The first line, but for the facts of stores that follow in it, and a digest
 * of all of that at its end: facts that were edited here count for nothing.
 */
#define DIGEST "head_sha256"

struct manifest_head {
	struct span schema, archive_id;
	int64_t ledger_rows, ledger_at;
	struct span ledger_chain;
};

static const struct form_field head_fields[] = {
	FORM_NEED(manifest_head, schema, FORM_WORD),
	FORM_NEED(manifest_head, archive_id, FORM_WORD),
	FORM_NEED(manifest_head, ledger_rows, FORM_COUNT),
	FORM_NEED(manifest_head, ledger_at, FORM_COUNT),
	FORM_NEED(manifest_head, ledger_chain, FORM_HEX64),
	{ .name = NULL }
};

static const struct form_field line_fields[] = {
	FORM_NEED(manifest_line, path, FORM_PATH),
	FORM_NEED(manifest_line, object_id, FORM_OBJECT),
	FORM_NEED(manifest_line, size_bytes, FORM_COUNT),
	FORM_NEED(manifest_line, inode, FORM_NUMBER),
	FORM_NEED(manifest_line, mtime_ns, FORM_NUMBER),
	FORM_NEED(manifest_line, ctime_ns, FORM_NUMBER),
	FORM_NEED(manifest_line, admit_seq, FORM_COUNT),
	FORM_MAY(manifest_line, origin, FORM_WORD),
	{ .name = NULL }
};

static const struct form_field place_fields[] = {
	FORM_NEED(manifest_place, store, FORM_WORD),
	FORM_NEED(manifest_place, remote_key, FORM_PATH),
	FORM_MAY(manifest_place, etag, FORM_TAG),
	FORM_MAY(manifest_place, version_id, FORM_TAG),
	FORM_NEED(manifest_place, availability, FORM_WORD),
	FORM_NEED(manifest_place, proof, FORM_WORD),
	FORM_MAY(manifest_place, proven_at, FORM_TIME),
	FORM_MAY(manifest_place, receipt, FORM_WORD),
	{ .name = NULL }
};

/* --- A line --------------------------------------------------------------- */

static int
check_length(const struct buf *out, struct err *e)
{
	if (buf_ok(out) && out->len <= MANIFEST_LINE_MAX + 1)
		return 0;
	return err_set(e, ERR_LEDGER_BROKEN, "a line that is too long");
}

static void
digest_of(char hex[SHA256_HEX_LEN + 1], const char *p, size_t n)
{
	uint8_t digest[SHA256_LEN];

	sha256_of(digest, p, n);
	hex_encode(hex, digest, SHA256_LEN);
}

/* Is it what was written?  The digest is of what stands before its comma. */
static int
check_head(struct span line, struct err *e)
{
	char hex[SHA256_HEX_LEN + 1], tail[SHA256_HEX_LEN + 32];
	struct buf b;

	buf_fixed(&b, tail, sizeof(tail));
	buf_printf(&b, ",\"" DIGEST "\":\"%*s\"}", SHA256_HEX_LEN, "");
	if (line.len >= b.len) {
		digest_of(hex, line.p, line.len - b.len);
		buf_reset(&b);
		buf_printf(&b, ",\"" DIGEST "\":\"%s\"}", hex);
		if (memcmp(line.p + line.len - b.len, tail, b.len) == 0)
			return 0;
	}
	return err_set(e, ERR_LEDGER_BROKEN, "its first line was changed");
}

int
manifest_write_head(struct buf *out, struct span archive_id,
    const struct ledger_mark *mark, const struct facts_table *facts,
    struct err *e)
{
	char hex[CHAIN_HEX_LEN + 1], digest[SHA256_HEX_LEN + 1];
	size_t at = out->len;
	struct manifest_head head = {
		.schema = span_of(MANIFEST_SCHEMA),
		.archive_id = archive_id,
		.ledger_rows = mark->rows,
		.ledger_at = mark->at,
		.ledger_chain = { hex, CHAIN_HEX_LEN },
	};

	hex_encode(hex, mark->chain, CHAIN_LEN);
	record_begin(out);
	if (form_write(out, head_fields, &head, 0, e) != 0 ||
	    facts_write(out, facts, e) != 0 || check_length(out, e) != 0)
		return -1;
	digest_of(digest, out->data + at, out->len - at);
	record_str(out, DIGEST, span_of(digest));
	record_end(out);
	return check_length(out, e);
}

int
manifest_write(struct buf *out, const struct manifest_line *line,
    struct err *e)
{
	record_begin(out);
	if (form_write(out, line_fields, line, 0, e) != 0)
		return -1;
	for (size_t i = 0; i < line->nplaces; i++)
		if (form_write(out, place_fields, &line->place[i],
		    (int)i + 1, e) != 0)
			return -1;
	record_end(out);
	return check_length(out, e);
}

int
manifest_parse(struct manifest_line *line, struct span raw,
    struct buf *scratch, struct err *e)
{
	struct record record;
	struct form_source from = { &record, scratch, 0 };

	buf_reset(scratch);
	line->nplaces = 0;
	if (record_parse(&record, raw, e) != 0 ||
	    form_read(line, line_fields, &from, e) != 0)
		return -1;
	for (from.number = 1; from.number <= MANIFEST_STORES &&
	    form_has(&from, place_fields[0].name); from.number++)
		if (form_read(&line->place[line->nplaces++], place_fields,
		    &from, e) != 0)
			return -1;
	return 0;
}

/* --- The file ------------------------------------------------------------- */

/* Put the file's name to what is wrong with it. */
static int
broken(const struct manifest *m, struct err *e)
{
	err_ctx(e, "manifest '%s'", m->file.path);
	if (e->code != ERR_LEDGER_BROKEN)
		return -1;
	return err_advise(e,
	    "make it anew with 'consign ledger rebuild'");
}

/* What it says is copied: the window moves on. */
static int
read_head(struct manifest *m, struct err *e)
{
	struct record record;
	struct form_source from = { &record, &m->scratch, 0 };
	struct manifest_head head;
	struct span line;
	int rc = lines_next(&m->lines, &line, e);

	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(e, ERR_LEDGER_BROKEN, "no proper first line");
	if (check_head(line, e) != 0 || record_parse(&record, line, e) != 0 ||
	    form_read(&head, head_fields, &from, e) != 0)
		return -1;
	if (!span_is(head.schema, MANIFEST_SCHEMA))
		return err_set(e, ERR_LEDGER_BROKEN, "another schema");
	if (head.ledger_rows == 0)
		return err_set(e, ERR_LEDGER_BROKEN, "it is of no row");
	memcpy(m->archive_id, head.archive_id.p, head.archive_id.len);
	m->archive_id[head.archive_id.len] = '\0';
	m->mark.rows = head.ledger_rows;
	m->mark.at = head.ledger_at;
	BUG_ON(hex_decode(m->mark.chain, CHAIN_LEN, head.ledger_chain) != 0);
	return facts_read(&m->facts, &from, e);
}

int
manifest_open(struct manifest *m, const char *path, struct err *e)
{
	if (file_open(&m->file, path, FILE_NOFOLLOW, e) != 0) {
		if (e->sys != ENOENT)
			return -1;
		err_clear(e);
		return 0;
	}
	lines_init(&m->lines, &m->file, m->window, sizeof(m->window));
	buf_fixed(&m->scratch, m->scratch_bytes, sizeof(m->scratch_bytes));
	buf_fixed(&m->last, m->last_bytes, sizeof(m->last_bytes));
	if (read_head(m, e) == 0)
		return 1;
	broken(m, e);
	manifest_close(m);
	return -1;
}

/* The path, which is the first field. */
static int
find_path(struct manifest *m, struct span raw, struct span *path,
    struct err *e)
{
	static const char begin[] = "{\"path\":\"";
	const size_t n = sizeof(begin) - 1;
	struct record record;

	/* Nearly always: without an escape. */
	if (span_starts(raw, begin)) {
		span_cut((struct span){ raw.p + n, raw.len - n }, '"', path);
		if (memchr(path->p, '\\', path->len) == NULL)
			return 0;
	}
	buf_reset(&m->scratch);
	if (record_parse(&record, raw, e) != 0)
		return -1;
	return record_get_str(&record, "path", &m->scratch, path, e);
}

/* Is path behind the one before?  Remembers it. */
static bool
ascends(struct buf *last, struct span path)
{
	bool yes = span_compare(buf_as_span(last), path) < 0;

	buf_reset(last);
	buf_span(last, path);
	return yes && buf_ok(last);
}

int
manifest_next_raw(struct manifest *m, struct span *path, struct span *raw,
    struct err *e)
{
	int rc = lines_next(&m->lines, raw, e);

	if (rc == 0 && raw->len > 0)
		rc = err_set(e, ERR_LEDGER_BROKEN, "its end is missing");
	else if (rc == 1 && find_path(m, *raw, path, e) != 0)
		rc = -1;
	else if (rc == 1 && !ascends(&m->last, *path))
		rc = err_set(e, ERR_LEDGER_BROKEN, "it is not sorted");
	return rc < 0 ? broken(m, e) : rc;
}

int
manifest_next(struct manifest *m, struct manifest_line *line, struct err *e)
{
	struct span path, raw;
	int rc = manifest_next_raw(m, &path, &raw, e);

	if (rc == 1 && manifest_parse(line, raw, &m->scratch, e) != 0)
		return broken(m, e);
	return rc;
}

void
manifest_close(struct manifest *m)
{
	file_close(&m->file);
}
