/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "report.h"
#include "text.h"

#include "parts_rows.h"

/* Keys as rows have them. */
struct key_text {
	char bytes[3 * REPORT_KEY_MAX + 1];
	struct span text;
};

static void
escape_key(struct key_text *k, struct span key)
{
	struct buf b;

	buf_fixed(&b, k->bytes, sizeof(k->bytes));
	text_escape(&b, key);
	BUG_ON(!buf_ok(&b));
	k->text = buf_as_span(&b);
}

static int
write(struct history *h, struct row *row, struct err *e)
{
	if (history_append(h, row, e) != 0)
		return -1;
	return history_sync(h, e);
}

int
parts_rows_begun(struct history *h, struct span path, const struct parts *p,
    struct err *e)
{
	char id[7 + SHA256_HEX_LEN + 1];
	struct row row = { .kind = ROW_UPLOAD };
	struct key_text key;
	struct buf b;

	escape_key(&key, p->key);
	buf_fixed(&b, id, sizeof(id));
	buf_printf(&b, "sha256:%s", p->hex);
	/* Of a stream neither is known before its end. */
	row.of.upload = (struct row_upload){
		.begin_seq = h->begin_seq,
		.store_ref = span_of(h->store_ref),
		.object_id = p->hex[0] != '\0' ? buf_as_span(&b) :
		    (struct span){ NULL, 0 },
		.path = path,
		.remote_key = key.text,
		.upload_id = span_of(p->upload_id),
		.part_size_bytes = p->part_size,
		.part_count = p->count > 0 ? (int64_t)p->count :
		    FORM_NONE,
	};
	return write(h, &row, e);
}

int
parts_rows_aborted(struct history *h, struct span key, const char *upload_id,
    struct err *e)
{
	struct row row = { .kind = ROW_ABORT };
	struct key_text text;

	escape_key(&text, key);
	row.of.abort = (struct row_abort){
		.begin_seq = h->begin_seq,
		.store_ref = span_of(h->store_ref),
		.remote_key = text.text,
		.upload_id = span_of(upload_id),
	};
	return write(h, &row, e);
}
