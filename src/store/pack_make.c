/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "dir.h"
#include "hex.h"
#include "receipt.h"
#include "row.h"
#include "sink.h"

#include "pack.h"

/* The first line takes less. */
#define HEAD_MAX 512

struct making {
	const struct pack_source *source;
	struct pack_made *made;
	struct ledger_scan scan;
	struct chain_row raw;
	struct row row;
	struct buf scratch;
	char scratch_bytes[RECORD_SIZE_MAX];
	struct receipt_room room;
	struct sink sink;
};

static int
next_row(struct making *m, struct err *e)
{
	int rc = ledger_scan_next(&m->scan, &m->raw, e);

	if (rc == 0)
		return err_set(e, ERR_LEDGER_BROKEN,
		    "'%s' is shorter than it was", m->source->ledger);
	return rc < 0 ? -1 : row_read(&m->row, &m->raw, &m->scratch, e);
}

/* Bytes of the receipt, or of the empty line in its place. */
static int64_t
receipt_size(const struct making *m)
{
	char name[RECEIPT_NAME_MAX], path[PATH_MAX];
	struct dir_thing there;
	struct err ignored = {0};
	struct buf b;

	if (receipt_name(name, m->row.of.outcome.receipt) != 0)
		return 1;
	buf_fixed(&b, path, sizeof(path));
	buf_printf(&b, "%s/%s", m->source->state, name);
	if (!buf_ok(&b) || dir_look(&there, NULL, path, 0, &ignored) != 0 ||
	    there.kind != DIR_FILE || there.id.size > RECEIPT_MAX)
		return 1;
	return there.id.size;
}

/* How far it goes. */
static int
measure(struct making *m, struct err *e)
{
	int64_t size = HEAD_MAX;

	m->made->to = m->source->from;
	while (m->made->to.rows < m->source->to.rows) {
		bool has;

		if (next_row(m, e) != 0)
			return -1;
		has = row_has_receipt(&m->row);
		size += (int64_t)m->raw.line.len + 1 +
		    (has ? receipt_size(m) : 0);
		if (size > m->source->size_max &&
		    m->made->to.rows > m->source->from.rows)
			return 0;
		m->made->to = m->scan.mark;
		m->made->receipts += has;
	}
	return memcmp(m->made->to.chain, m->source->to.chain, CHAIN_LEN) == 0 ?
	    0 : err_set(e, ERR_LEDGER_BROKEN, "'%s' is not what was written",
	    m->source->ledger);
}

static int
put_head(struct making *m, struct err *e)
{
	const struct pack_source *s = m->source;
	char storage[HEAD_MAX], hex[CHAIN_HEX_LEN + 1];
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "schema", span_of(PACK_SCHEMA));
	record_str(&b, "archive_id", span_of(s->archive_id));
	record_int(&b, "from_seq", s->from.rows);
	record_int(&b, "to_seq", m->made->to.rows);
	hex_encode(hex, s->from.chain, CHAIN_LEN);
	record_str(&b, "previous", span_of(hex));
	hex_encode(hex, m->made->to.chain, CHAIN_LEN);
	record_str(&b, "chain", span_of(hex));
	record_int(&b, "receipts", m->made->receipts);
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return sink_put(&m->sink, buf_as_span(&b), e);
}

/* The rows' bytes. */
static int
put_rows(struct making *m, struct err *e)
{
	char *block = m->scan.window;
	int64_t at = m->source->from.at, end = m->made->to.at;

	while (at < end) {
		size_t n = sizeof(m->scan.window);
		ssize_t got;

		if ((int64_t)n > end - at)
			n = (size_t)(end - at);
		got = file_read_at(&m->scan.file, block, n, at, e);
		if (got <= 0)
			return got < 0 ? -1 : err_set(e, ERR_LEDGER_BROKEN,
			    "'%s' is shorter than it was", m->source->ledger);
		if (sink_put(&m->sink, (struct span){ block, (size_t)got },
		    e) != 0)
			return -1;
		at += got;
	}
	return 0;
}

/* A line of its own, with the digest that the row names? */
static bool
load(struct making *m, struct span *text)
{
	const struct row_outcome *o = &m->row.of.outcome;
	char hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct err ignored = {0};

	if (receipt_load(text, m->source->state, o->receipt, &m->room, digest,
	    &ignored) != 0)
		return false;
	hex_encode(hex, digest, SHA256_LEN);
	return span_is(o->receipt_sha256, hex) && text->len > 1 &&
	    memchr(text->p, '\n', text->len) == text->p + text->len - 1;
}

static int
put_receipts(struct making *m, struct err *e)
{
	static const struct span lost = { "\n", 1 };

	while (m->scan.mark.rows < m->made->to.rows) {
		struct span text;

		if (next_row(m, e) != 0)
			return -1;
		if (!row_has_receipt(&m->row))
			continue;
		if (!load(m, &text)) {
			text = lost;
			m->made->lost++;
		}
		if (sink_put(&m->sink, text, e) != 0)
			return -1;
	}
	return 0;
}

static int
rewind_scan(struct making *m, struct err *e)
{
	ledger_scan_close(&m->scan);
	return ledger_scan_open(&m->scan, m->source->ledger, &m->source->from,
	    e);
}

/* See pack.h. */
int
pack_make(struct pack_made *made, struct file_tmp *out,
    const struct pack_source *source, struct err *e)
{
	struct making *m = calloc(1, sizeof(*m));
	int rc = -1;

	*made = (struct pack_made){ .receipts = 0 };
	if (m == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a pack");
	m->source = source;
	m->made = made;
	buf_fixed(&m->scratch, m->scratch_bytes, sizeof(m->scratch_bytes));
	sink_init(&m->sink, out, NULL);
	if (rewind_scan(m, e) == 0 && measure(m, e) == 0 &&
	    put_head(m, e) == 0 && put_rows(m, e) == 0 &&
	    rewind_scan(m, e) == 0 && put_receipts(m, e) == 0)
		rc = sink_flush(&m->sink, e);
	ledger_scan_close(&m->scan);
	free(m);
	return rc;
}
