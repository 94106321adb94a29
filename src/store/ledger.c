/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <limits.h>
#include <string.h>

#include "hex.h"
#include "sha256.h"
#include "utc.h"

#include "ledger.h"

/* Everybody may read history, see the contract. */
#define LEDGER_MODE 0644

int
ledger_mark_read(struct ledger_mark *mark, const char *path, struct err *e)
{
	char hex[CHAIN_HEX_LEN];
	struct file f;
	ssize_t n;

	memset(mark->chain, 0, CHAIN_LEN);
	if (mark->rows == 0)
		return 0;
	if (file_open(&f, path, FILE_NOFOLLOW, e) != 0)
		return -1;
	n = file_read_at(&f, hex, sizeof(hex),
	    mark->at - CHAIN_HEX_LEN - 3, e);
	file_close(&f);
	if (n < 0)
		return -1;
	if (hex_decode(mark->chain, CHAIN_LEN, (struct span){ hex,
	    (size_t)n }) != 0)
		return err_set(e, ERR_LEDGER_BROKEN,
		    "no row of '%s' ends at %lld", path, (long long)mark->at);
	return 0;
}

/* Does a row with the mark's chain value end there? */
static bool
fits(const struct file *f, const struct ledger_mark *mark, struct err *e)
{
	enum { TAIL = CHAIN_HEX_LEN + 3 };	/* the value, "} and \n */
	char want[TAIL + 1], got[TAIL];

	if (mark->at < TAIL || mark->at > f->id.size)
		return false;
	hex_encode(want, mark->chain, CHAIN_LEN);
	memcpy(want + CHAIN_HEX_LEN, "\"}\n", 4);
	return file_read_at(f, got, TAIL, mark->at - TAIL, e) == TAIL &&
	    memcmp(got, want, TAIL) == 0;
}

int
ledger_scan_open(struct ledger_scan *s, const char *path,
    const struct ledger_mark *from, struct err *e)
{
	memset(s, 0, offsetof(struct ledger_scan, window));
	if (file_open(&s->file, path, FILE_NOFOLLOW, e) != 0)
		return -1;
	if (from != NULL && from->rows > 0) {
		s->mark = *from;
		if (!fits(&s->file, from, e))
			goto fail;
	}
	sha256_init(&s->hash);
	lines_init(&s->lines, &s->file, s->window, sizeof(s->window));
	s->lines.at = s->mark.at;
	return 0;
fail:
	ledger_scan_close(s);
	if (e->code != ERR_NONE)
		return -1;
	return err_set(e, ERR_LEDGER_BROKEN,
	    "'%s' does not reach row %lld as it once did", path,
	    (long long)from->rows - 1);
}

/* 1 and the next line; 0 at the end, with what is torn; -1. */
static int
next_line(struct ledger_scan *s, struct span *line, struct err *e)
{
	int rc = lines_next(&s->lines, line, e);

	if (rc < 0)
		return err_ctx(e, "ledger row %lld", (long long)s->mark.rows);
	if (rc == 0) {
		s->rest = *line;
		s->torn = (int64_t)line->len;
	}
	return rc;
}

static void
pass(struct ledger_scan *s, const uint8_t chain[CHAIN_LEN])
{
	s->mark.rows++;
	s->mark.at = s->lines.at;
	memcpy(s->mark.chain, chain, CHAIN_LEN);
}

int
ledger_scan_next(struct ledger_scan *s, struct chain_row *row, struct err *e)
{
	struct chain_link at = { s->mark.rows, s->mark.chain, &s->hash };
	struct span line;
	int rc = next_line(s, &line, e);

	if (rc != 1)
		return rc;
	if (chain_parse(row, line, &at, e) != 0)
		return -1;
	pass(s, row->chain);
	return 1;
}

int
ledger_scan_line(struct ledger_scan *s, struct span *line, struct err *e)
{
	struct chain_link at = { s->mark.rows, s->mark.chain, &s->hash };
	uint8_t chain[CHAIN_LEN];
	int rc = next_line(s, line, e);

	if (rc != 1)
		return rc;
	if (chain_check(chain, *line, &at, e) != 0)
		return -1;
	pass(s, chain);
	return 1;
}

void
ledger_scan_close(struct ledger_scan *s)
{
	file_close(&s->file);
}

/* Keep the bytes of a torn row in a file of their own. */
static int
set_aside(const char *path, int64_t rows, struct span torn, struct err *e)
{
	char name[PATH_MAX];
	struct append aside = {0};
	struct buf b;
	int rc = -1;

	buf_fixed(&b, name, sizeof(name));
	buf_printf(&b, "%s.torn-%lld", path, (long long)rows);
	if (!buf_ok(&b))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long", path);
	/* It may be there from a start that was cut off right here. */
	if (append_open(&aside, name, true, LEDGER_MODE, e) == 0 &&
	    append_cut(&aside, 0, e) == 0 &&
	    append_write(&aside, torn.p, torn.len, e) == 0 &&
	    append_sync(&aside, e) == 0)
		rc = 0;
	append_close(&aside);
	return rc;
}

static int
record_torn(struct ledger *l, struct span torn, int64_t now, struct err *e)
{
	char storage[512], hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct buf row;

	sha256_of(digest, torn.p, torn.len);
	hex_encode(hex, digest, SHA256_LEN);
	buf_fixed(&row, storage, sizeof(storage));
	ledger_begin(l, &row, "torn", now);
	record_int(&row, "bytes", (int64_t)torn.len);
	record_str(&row, "sha256", span_of(hex));
	if (ledger_append(l, &row, e) != 0)
		return -1;
	return ledger_sync(l, e);
}

/* What a power cut left of a row: kept elsewhere, cut off, recorded. */
static int
mend(struct ledger *l, const char *path, const struct ledger_scan *end,
    int64_t now, struct err *e)
{
	if (set_aside(path, l->mark.rows, end->rest, e) != 0 ||
	    append_cut(&l->file, l->mark.at, e) != 0)
		return -1;
	return l->mark.rows == 0 ? 0 : record_torn(l, end->rest, now, e);
}

/* Where it can not be, the archive works all the same: doctor says it. */
static int
keep(struct ledger *l)
{
	if (l->append_only)
		(void)append_keep(&l->file);
	return 0;
}

int
ledger_open(struct ledger *l, const char *path, const struct ledger_scan *end,
    int64_t now, struct err *e)
{
	if (append_open(&l->file, path, false, LEDGER_MODE, e) != 0)
		return -1;
	l->mark = end->mark;
	sha256_init(&l->hash);
	if (l->file.size != l->mark.at + end->torn)
		err_set(e, ERR_LEDGER_BROKEN,
		    "'%s' changed while it was read", path);
	else if (end->torn == 0 || mend(l, path, end, now, e) == 0)
		return keep(l);
	ledger_close(l);
	return -1;
}

int
ledger_create(struct ledger *l, const char *path, struct err *e)
{
	memset(&l->mark, 0, sizeof(l->mark));
	sha256_init(&l->hash);
	if (append_open(&l->file, path, true, LEDGER_MODE, e) != 0)
		return -1;
	if (l->file.size == 0)
		return keep(l);
	ledger_close(l);
	return err_set(e, ERR_LEDGER_BROKEN, "'%s' exists already", path);
}

void
ledger_begin(const struct ledger *l, struct buf *row, const char *kind,
    int64_t now)
{
	char time[UTC_ISO_LEN + 1];

	utc_iso(time, now);
	record_begin(row);
	record_int(row, "seq", l->mark.rows);
	record_str(row, "time", span_of(time));
	record_str(row, "kind", span_of(kind));
}

int
ledger_append(struct ledger *l, struct buf *row, struct err *e)
{
	struct span body = buf_as_span(row);
	char hex[CHAIN_HEX_LEN + 1];
	uint8_t chain[CHAIN_LEN];

	chain_next(&l->hash, chain, l->mark.chain, body);
	hex_encode(hex, chain, CHAIN_LEN);
	record_str(row, "chain", span_of(hex));
	record_end(row);
	BUG_ON(!buf_ok(row));
	if (guard_check(l->guard, NULL, buf_as_span(row), e) != 0 ||
	    append_write(&l->file, row->data, row->len, e) != 0)
		return -1;
	l->mark.rows++;
	l->mark.at += (int64_t)row->len;
	memcpy(l->mark.chain, chain, CHAIN_LEN);
	return 0;
}

int
ledger_sync(struct ledger *l, struct err *e)
{
	return append_sync(&l->file, e);
}

void
ledger_close(struct ledger *l)
{
	append_close(&l->file);
}
