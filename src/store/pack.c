/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "form.h"
#include "hex.h"

#include "pack.h"

/* --- Names ---------------------------------------------------------------- */

void
pack_put_folder(struct buf *key, const char *archive_id)
{
	buf_printf(key, "consign/%s/history/", archive_id);
}

void
pack_put_key(struct buf *key, const char *archive_id, int64_t from_seq,
    int64_t to_seq)
{
	pack_put_folder(key, archive_id);
	buf_printf(key, "%012" PRId64 "-%012" PRId64, from_seq, to_seq);
}

/* Twelve digits. */
static int
parse_number(struct span s, int64_t *out)
{
	*out = 0;
	if (s.len != 12)
		return -1;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		*out = 10 * *out + (s.p[i] - '0');
	}
	return 0;
}

int
pack_parse_name(struct span name, int64_t *from_seq, int64_t *to_seq)
{
	struct span from, to = span_cut(name, '-', &from);

	return parse_number(from, from_seq) == 0 &&
	    parse_number(to, to_seq) == 0 && *from_seq < *to_seq ? 0 : -1;
}

/* --- Reading -------------------------------------------------------------- */

/* The first line, as form.h has it. */
struct line {
	struct span schema, archive_id;
	int64_t from_seq, to_seq;
	struct span previous, chain;
	int64_t receipts;
};

static const struct form_field fields[] = {
	FORM_NEED(line, schema, FORM_WORD),
	FORM_NEED(line, archive_id, FORM_WORD),
	FORM_NEED(line, from_seq, FORM_COUNT),
	FORM_NEED(line, to_seq, FORM_COUNT),
	FORM_NEED(line, previous, FORM_HEX64),
	FORM_NEED(line, chain, FORM_HEX64),
	FORM_NEED(line, receipts, FORM_COUNT),
	{ .name = NULL }
};

static int
take_head(struct pack_head *head, const struct line *l, struct err *e)
{
	static const uint8_t zeroes[CHAIN_LEN];

	if (!span_is(l->schema, PACK_SCHEMA))
		return err_set(e, ERR_LEDGER_BROKEN, "it is no history pack");
	*head = (struct pack_head){ .from_seq = l->from_seq,
	    .to_seq = l->to_seq, .receipts = l->receipts };
	if (l->archive_id.len > PACK_ID_MAX || l->to_seq <= l->from_seq ||
	    l->receipts > l->to_seq - l->from_seq ||
	    hex_decode(head->previous, CHAIN_LEN, l->previous) != 0 ||
	    hex_decode(head->chain, CHAIN_LEN, l->chain) != 0 ||
	    (l->from_seq == 0 &&
	    memcmp(head->previous, zeroes, CHAIN_LEN) != 0))
		return err_set(e, ERR_LEDGER_BROKEN,
		    "its first line contradicts itself");
	memcpy(head->archive_id, l->archive_id.p, l->archive_id.len);
	return 0;
}

int
pack_open(struct pack_reader *r, const struct file *file, struct err *e)
{
	char storage[1024];
	struct buf scratch;
	struct form_source from = { &r->record, &scratch, 0 };
	struct line line;
	struct span text;
	int rc;

	memset(r, 0, offsetof(struct pack_reader, record));
	sha256_init(&r->hash);
	lines_init(&r->lines, file, r->window, sizeof(r->window));
	buf_fixed(&scratch, storage, sizeof(storage));
	rc = lines_next(&r->lines, &text, e);
	if (rc == 0)
		err_set(e, ERR_LEDGER_BROKEN, "it has no first line");
	if (rc <= 0 || record_parse(&r->record, text, e) != 0 ||
	    form_read(&line, fields, &from, e) != 0 ||
	    take_head(&r->head, &line, e) != 0)
		return -1;
	r->mark.rows = r->head.from_seq;
	memcpy(r->mark.chain, r->head.previous, CHAIN_LEN);
	return 0;
}

int
pack_next_row(struct pack_reader *r, struct chain_row *row, struct err *e)
{
	const struct chain_link at = { r->mark.rows, r->mark.chain,
	    &r->hash };
	struct span line;
	int rc;

	if (r->mark.rows == r->head.to_seq)
		return memcmp(r->mark.chain, r->head.chain, CHAIN_LEN) == 0 ?
		    0 : err_set(e, ERR_LEDGER_BROKEN, "ledger row %" PRId64
		    ": not the chain value of the first line",
		    r->mark.rows - 1);
	rc = lines_next(&r->lines, &line, e);
	if (rc == 0)
		err_set(e, ERR_LEDGER_BROKEN, "it is missing");
	if (rc <= 0)
		return err_ctx(e, "ledger row %" PRId64, r->mark.rows);
	if (chain_parse(row, line, &at, e) != 0)
		return -1;
	r->mark.rows++;
	memcpy(r->mark.chain, row->chain, CHAIN_LEN);
	return 1;
}

int
pack_next_receipt(struct pack_reader *r, struct span *text, struct err *e)
{
	struct span line;
	int rc = lines_next(&r->lines, &line, e);

	if (rc < 0)
		return -1;
	if (r->receipts == r->head.receipts)
		return rc == 0 && line.len == 0 ? 0 : err_set(e,
		    ERR_LEDGER_BROKEN, "there is something behind its end");
	if (rc == 0)
		return err_set(e, ERR_LEDGER_BROKEN, "it ends within its "
		    "receipts, behind the first %" PRId64, r->receipts);
	r->receipts++;
	/* Its line feed stands right behind it. */
	*text = line.len == 0 ? (struct span){ NULL, 0 } :
	    (struct span){ line.p, line.len + 1 };
	return 1;
}
