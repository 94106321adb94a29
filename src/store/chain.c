/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"
#include "utc.h"

#include "chain.h"

static const char tail_begin[] = ",\"chain\":\"";
#define TAIL_BEGIN_LEN (sizeof(tail_begin) - 1)

void
chain_next(struct sha256 *h, uint8_t out[CHAIN_LEN],
    const uint8_t previous[CHAIN_LEN], struct span body)
{
	sha256_restart(h);
	sha256_update(h, previous, CHAIN_LEN);
	sha256_update(h, body.p, body.len);
	sha256_final(h, out);
}

/* The value at the end of the line. */
static int
read_tail(struct span line, uint8_t chain[CHAIN_LEN], struct err *e)
{
	const char *tail;

	if (line.len < CHAIN_TAIL_LEN)
		goto broken;
	tail = line.p + line.len - CHAIN_TAIL_LEN;
	if (memcmp(tail, tail_begin, TAIL_BEGIN_LEN) != 0 ||
	    memcmp(line.p + line.len - 2, "\"}", 2) != 0 ||
	    hex_decode(chain, CHAIN_LEN, (struct span){
	    tail + TAIL_BEGIN_LEN, CHAIN_HEX_LEN }) != 0)
		goto broken;
	return 0;
broken:
	return err_set(e, ERR_LEDGER_BROKEN, "no chain value at the end");
}

/* The first three fields stand first, in order, and have no escapes. */
static int
read_head(struct chain_row *row, struct err *e)
{
	static const char *const names[] = { "seq", "time", "kind" };
	const struct record_field *f = row->fields.field;

	if (row->fields.n < 4)
		return err_set(e, ERR_LEDGER_BROKEN, "fields are missing");
	for (size_t i = 0; i < 3; i++)
		if (!span_is(f[i].name, names[i]))
			return err_set(e, ERR_LEDGER_BROKEN,
			    "%s is not field %zu", names[i], i + 1);
	if (f[0].kind != RECORD_INT || f[0].number < 0)
		return err_set(e, ERR_LEDGER_BROKEN, "seq is not a number");
	if (f[1].kind != RECORD_STR ||
	    utc_parse_iso(f[1].text, &row->time) != 0)
		return err_set(e, ERR_LEDGER_BROKEN, "time is not a time");
	if (f[2].kind != RECORD_STR)
		return err_set(e, ERR_LEDGER_BROKEN, "kind is not a word");
	row->seq = f[0].number;
	row->kind = f[2].text;
	return 0;
}

int
chain_parse_alone(struct chain_row *row, struct span line, struct err *e)
{
	row->line = line;
	if (read_tail(line, row->chain, e) != 0 ||
	    record_parse(&row->fields, line, e) != 0)
		return -1;
	return read_head(row, e);
}

/*
 * As text: a value is encoded faster than one is decoded, and there is only
 * one way to write it.
 */
int
chain_check(uint8_t chain[CHAIN_LEN], struct span line,
    const struct chain_link *at, struct err *e)
{
	char tail[CHAIN_TAIL_LEN + 1];
	struct span body = { line.p, line.len - CHAIN_TAIL_LEN };

	if (line.len < CHAIN_TAIL_LEN) {
		err_set(e, ERR_LEDGER_BROKEN, "no chain value at the end");
		goto broken;
	}
	chain_next(at->hash, chain, at->previous, body);
	memcpy(tail, tail_begin, TAIL_BEGIN_LEN);
	hex_encode(tail + TAIL_BEGIN_LEN, chain, CHAIN_LEN);
	memcpy(tail + CHAIN_TAIL_LEN - 2, "\"}", 2);
	if (memcmp(body.p + body.len, tail, CHAIN_TAIL_LEN) == 0)
		return 0;
	err_set(e, ERR_LEDGER_BROKEN, "the chain value is wrong");
broken:
	return err_ctx(e, "ledger row %lld", (long long)at->seq);
}

int
chain_parse(struct chain_row *row, struct span line,
    const struct chain_link *at, struct err *e)
{
	uint8_t chain[CHAIN_LEN];

	/* The chain first: what is not linked is not worth parsing. */
	if (chain_check(chain, line, at, e) != 0)
		return -1;
	if (chain_parse_alone(row, line, e) == 0) {
		if (row->seq == at->seq)
			return 0;
		err_set(e, ERR_LEDGER_BROKEN, "its number is %lld",
		    (long long)row->seq);
	}
	return err_ctx(e, "ledger row %lld", (long long)at->seq);
}
