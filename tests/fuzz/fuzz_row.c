/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>

#include "facts.h"
#include "manifest.h"
#include "manifest_apply.h"
#include "row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char scratch_bytes[RECORD_SIZE_MAX];
static struct facts_table table, again;		/* large */

/* A line that a row made is written, and read, and written alike. */
static void
check_line(const struct row *row)
{
	static char text[2][MANIFEST_LINE_MAX + 2], bytes[RECORD_SIZE_MAX];
	struct manifest_line line = { .nplaces = 0 };
	struct buf b[2], scratch;
	struct err e;

	buf_fixed(&scratch, bytes, sizeof(bytes));
	if (manifest_apply(&line, row, &e) != 0 || line.object_id.p == NULL)
		return;
	for (int i = 0; i < 2; i++) {
		buf_fixed(&b[i], text[i], sizeof(text[i]));
		if (manifest_write(&b[i], &line, &e) != 0)
			return;
		BUG_ON(manifest_parse(&line, (struct span){ text[i],
		    b[i].len - 1 }, &scratch, &e) != 0);
	}
	BUG_ON(!span_eq(buf_as_span(&b[0]), buf_as_span(&b[1])));
}

/* What is known of stores is written, and read, and written alike. */
static void
check_facts(void)
{
	static char text[2][MANIFEST_LINE_MAX + 2];
	struct buf b[2], scratch;
	struct record record;
	struct form_source from = { &record, &scratch, 0 };
	struct err e;

	for (int i = 0; i < 2; i++) {
		buf_fixed(&b[i], text[i], sizeof(text[i]));
		record_begin(&b[i]);
		if (facts_write(&b[i], i == 0 ? &table : &again, &e) != 0)
			return;
		record_end(&b[i]);
		if (!buf_ok(&b[i]) || b[i].len > MANIFEST_LINE_MAX)
			return;
		buf_fixed(&scratch, scratch_bytes, sizeof(scratch_bytes));
		BUG_ON(record_parse(&record, buf_as_span(&b[i]), &e) != 0);
		BUG_ON(facts_read(&again, &from, &e) != 0);
	}
	BUG_ON(!span_eq(buf_as_span(&b[0]), buf_as_span(&b[1])));
}

/* Rows, a line each; which number and chain value they have is not asked. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct chain_row from;
	struct span rest = { (const char *)data, size }, line;
	struct buf scratch;
	struct row row;
	struct err e;

	table.n = 0;
	while (rest.len > 0) {
		rest = span_cut(rest, '\n', &line);
		buf_fixed(&scratch, scratch_bytes, sizeof(scratch_bytes));
		if (chain_parse_alone(&from, line, &e) != 0 ||
		    row_read(&row, &from, &scratch, &e) != 0)
			continue;
		facts_apply(&table, &row);
		check_line(&row);
	}
	check_facts();
	return 0;
}
