/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>

#include "record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
print(struct buf *out, const struct record *r)
{
	static char text[RECORD_SIZE_MAX + 1];
	char name[RECORD_NAME_MAX + 1];
	struct buf scratch, n;
	struct span value;
	struct err e;

	buf_fixed(&scratch, text, sizeof(text));
	record_begin(out);
	for (size_t i = 0; i < r->n; i++) {
		const struct record_field *f = &r->field[i];
		buf_fixed(&n, name, sizeof(name));
		buf_span(&n, f->name);
		BUG_ON(record_find(r, name) != f);
		if (f->kind == RECORD_INT) {
			record_int(out, name, f->number);
		} else if (f->kind == RECORD_BOOL) {
			record_bool(out, name, f->number != 0);
		} else {
			BUG_ON(record_get_str(r, name, &scratch, &value, &e));
			record_str(out, name, value);
		}
	}
	record_end(out);
	BUG_ON(!buf_ok(out));
}

/* What is printed is parsed again, and then printed alike; never longer. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[2][RECORD_SIZE_MAX + 2];
	struct buf once, twice;
	struct record r;
	struct err e;

	buf_fixed(&once, text[0], sizeof(text[0]));
	buf_fixed(&twice, text[1], sizeof(text[1]));
	if (record_parse(&r, (struct span){ (const char *)data, size }, &e))
		return 0;
	print(&once, &r);
	BUG_ON(once.len > size + 1);
	BUG_ON(record_parse(&r, (struct span){ once.data, once.len - 1 }, &e));
	print(&twice, &r);
	BUG_ON(!span_eq(buf_as_span(&once), buf_as_span(&twice)));
	return 0;
}
